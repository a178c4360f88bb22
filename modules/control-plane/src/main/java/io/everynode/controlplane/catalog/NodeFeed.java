package io.everynode.controlplane.catalog;

import io.everynode.objects.Kinds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Tells the lease keepers of this JVM which of their nodes came or went. Holds names only. Thread-safe. */
public final class NodeFeed implements ChangeListener {

    /** One keeper's share. */
    public final class Subscription {
        private final Predicate<String> wanted;
        private final Runnable wake;
        private Set<String> nodes = new LinkedHashSet<>();

        private Subscription(Predicate<String> wanted, Runnable wake) {
            this.wanted = wanted;
            this.wake = wake;
        }

        /** The nodes that came or went since the last call; afterwards the next one wakes again. */
        public synchronized Set<String> take() {
            Set<String> taken = nodes;
            nodes = new LinkedHashSet<>();
            return taken;
        }

        /** @return whether it is to be woken */
        private synchronized boolean add(String node) {
            return nodes.add(node) && nodes.size() == 1;
        }

        public void end() {
            subscriptions.remove(this);
        }
    }

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /** @param wake called when there is something to take and there was nothing before; must be short */
    public Subscription subscribe(Predicate<String> wanted, Runnable wake) {
        Subscription subscription = new Subscription(wanted, wake);
        subscriptions.add(subscription);
        return subscription;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        for (Change change : changes) {
            if (change.type() == Change.Type.MODIFIED || !change.object().kind().equals(Kinds.NODE)) {
                continue;
            }
            for (Subscription subscription : subscriptions) {
                if (subscription.wanted.test(change.object().name())
                        && subscription.add(change.object().name())) {
                    subscription.wake.run();
                }
            }
        }
    }
}
