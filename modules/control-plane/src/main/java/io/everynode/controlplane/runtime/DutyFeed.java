package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import java.util.function.Consumer;

/** What a {@link Duty} has to look at because of changes. */
final class DutyFeed<K> extends KeyFeed<K> {

    private final Duty<K> duty;

    DutyFeed(Duty<K> duty) {
        this.duty = duty;
    }

    Duty<K> duty() {
        return duty;
    }

    @Override
    void concerned(CatalogVersion version, Change change, Consumer<K> keys) {
        duty.concerned(version, change, keys);
    }
}
