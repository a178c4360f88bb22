package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What somebody has to look at because of changes; each key once, so never more than there are. Thread-safe. */
abstract class KeyFeed<K> implements ChangeListener {

    private Set<K> news = new LinkedHashSet<>();
    private Runnable wake;

    /**
     * On the publisher's thread, in the order of changes.
     *
     * @param version with all changes that are published together
     * @param keys takes what to look at because of the change
     */
    abstract void concerned(CatalogVersion version, Change change, Consumer<K> keys);

    /** @param newWake called when there is news after there was none; null when nobody listens any more */
    final synchronized void subscribe(Runnable newWake) {
        wake = newWake;
        news = new LinkedHashSet<>();
    }

    final synchronized Set<K> take() {
        Set<K> taken = news;
        news = new LinkedHashSet<>();
        return taken;
    }

    @Override
    public final void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null) {
                return;
            }
            boolean nothing = news.isEmpty();
            for (Change change : changes) {
                concerned(version, change, news::add);
            }
            if (nothing && !news.isEmpty()) {
                toRun = wake;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
