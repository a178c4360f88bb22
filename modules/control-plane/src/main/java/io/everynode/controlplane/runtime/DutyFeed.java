package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a {@link Duty} has to look at because of changes; each key once. Thread-safe. */
final class DutyFeed<K> implements ChangeListener {

    private final Duty<K> duty;
    private Set<K> news = new LinkedHashSet<>();
    private Runnable wake;

    DutyFeed(Duty<K> duty) {
        this.duty = duty;
    }

    Duty<K> duty() {
        return duty;
    }

    /** @param newWake called when there is news after there was none; null when nobody listens any more */
    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
        news = new LinkedHashSet<>();
    }

    synchronized Set<K> take() {
        Set<K> taken = news;
        news = new LinkedHashSet<>();
        return taken;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null) {
                return;
            }
            boolean before = news.isEmpty();
            for (Change change : changes) {
                duty.concerned(version, change, news::add);
            }
            if (before && !news.isEmpty()) {
                toRun = wake;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
