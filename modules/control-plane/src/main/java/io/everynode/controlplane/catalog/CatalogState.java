package io.everynode.controlplane.catalog;

import java.util.List;

/**
 * All that a {@link CatalogFold} holds at one moment. Immutable.
 *
 * @param version the catalog
 * @param events the control plane's Events, and which of them are alike
 */
public record CatalogState(CatalogVersion version, CoreEventView.Held events) {

    /** Before the journal's first event. */
    public static final CatalogState EMPTY =
            new CatalogState(CatalogVersion.EMPTY, new CoreEventView.Held(List.of(), List.of()));
}
