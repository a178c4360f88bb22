package io.everynode.controlplane.catalog;

import java.util.List;

/** Hears of each published version, on the publisher's thread: must be short and never throw. */
@FunctionalInterface
public interface ChangeListener {

    void published(CatalogVersion version, List<Change> changes);
}
