package io.everynode.controlplane.catalog;

import io.everynode.core.collection.OwnerReference;
import io.everynode.objects.Kinds;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells each DaemonSet of this JVM which nodes to look at again: those that changed, those where one of its Pods
 * changed, and those where a Pod of its namespace came to be free for adoption or is so no longer. Holds names of
 * nodes, never more than there are nodes, however slow a DaemonSet is. Thread-safe.
 */
public final class FleetFeed {

    /** One DaemonSet's share. */
    public final class Subscription {
        private final String key;
        private final Runnable wake;
        private Set<String> nodes = new LinkedHashSet<>();

        private Subscription(String key, Runnable wake) {
            this.key = key;
            this.wake = wake;
        }

        /** The nodes to look at again since the last call; afterwards the next change wakes again. */
        public Set<String> take() {
            synchronized (FleetFeed.this) {
                if (nodes.isEmpty()) {
                    return Set.of();
                }
                Set<String> taken = nodes;
                nodes = new LinkedHashSet<>();
                return taken;
            }
        }

        public void end() {
            synchronized (FleetFeed.this) {
                subscriptions.remove(key, this);
            }
        }
    }

    private final NavigableMap<String, Subscription> subscriptions = new TreeMap<>();

    /**
     * @param wake called when there is something to take and there was nothing before; must be short and not call back
     */
    public synchronized Subscription subscribe(String namespace, String daemonSet, Runnable wake) {
        String key = key(namespace, daemonSet);
        Subscription subscription = new Subscription(key, wake);
        subscriptions.put(key, subscription);
        return subscription;
    }

    /** To be called after each published version. */
    public void publish(List<Change> changes) {
        Set<Runnable> wakes = new HashSet<>();
        synchronized (this) {
            for (Change change : changes) {
                if (change.object().kind().equals(Kinds.POD)) {
                    podChanged(change, wakes);
                }
                if (!(change.object() instanceof StoredDaemonPod) && change.previous() != null) {
                    wakeOwners(change, wakes);
                }
                if (change.object().kind().equals(Kinds.DAEMON_SET)) {
                    wakeItself(change, wakes);
                } else if (change.object().kind().equals(Kinds.SERVICE_ACCOUNT) && change.type() == Change.Type.ADDED) {
                    wakeAll(change.object().namespace(), wakes);
                } else if (change.object().kind().equals(Kinds.NODE)) {
                    for (Subscription subscription : subscriptions.values()) {
                        mark(subscription, change.object().name(), wakes);
                    }
                }
            }
        }
        wakes.forEach(Runnable::run);
    }

    private void podChanged(Change change, Set<Runnable> wakes) {
        markOwner(change.object(), wakes);
        if (change.previous() instanceof StoredDaemonPod before
                && change.object() instanceof StoredDaemonPod after
                && !before.pod().owner().equals(after.pod().owner())) {
            markOwner(before, wakes);
        }
        OrphanPod was = OrphanPod.of(change.previous());
        OrphanPod is = change.type() == Change.Type.REMOVED ? null : OrphanPod.of(change.object());
        if (!Objects.equals(was, is)) {
            OrphanPod either = is == null ? was : is;
            // Whoever's selector matches, or did, is among these.
            within(either.namespace()).forEach(subscription -> mark(subscription, either.node(), wakes));
        }
    }

    private Collection<Subscription> within(String namespace) {
        return subscriptions
                .subMap(key(namespace, ""), key(namespace, "\uffff"))
                .values();
    }

    /** Those whose Pods run as an account that was not there could make none. */
    private void wakeAll(String namespace, Set<Runnable> wakes) {
        within(namespace).forEach(subscription -> wakes.add(subscription.wake));
    }

    /**
     * A DaemonSet that is deleted waits for a catalog that shows its deletion, and one whose journal a former owner
     * wrote to has to read it again.
     */
    private void wakeItself(Change change, Set<Runnable> wakes) {
        Subscription itself = subscriptions.get(
                key(change.object().namespace(), change.object().name()));
        if (itself != null) {
            wakes.add(itself.wake);
        }
    }

    /** A DaemonSet that is deleted waits for dependents of all kinds. */
    private void wakeOwners(Change change, Set<Runnable> wakes) {
        for (OwnerReference owner : change.previous().collectable().owners()) {
            Subscription subscription = subscriptions.get(key(change.object().namespace(), owner.name()));
            if (subscription != null && owner.kind().equals(Kinds.DAEMON_SET.kind())) {
                wakes.add(subscription.wake);
            }
        }
    }

    private void markOwner(StoredObject object, Set<Runnable> wakes) {
        if (object instanceof StoredDaemonPod pod && !pod.pod().orphan()) {
            mark(subscriptions.get(key(pod.namespace(), pod.pod().owner().daemonSet())), pod.slotNode(), wakes);
        }
    }

    /** To be called after each published version, too: what no change of an object tells. */
    public void touched(Touched touched) {
        Set<Runnable> wakes = new HashSet<>();
        synchronized (this) {
            for (Touched.HiddenSlot slot : touched.hiddenSlots()) {
                mark(subscriptions.get(key(slot.namespace(), slot.daemonSet())), slot.node(), wakes);
            }
        }
        wakes.forEach(Runnable::run);
    }

    private static void mark(Subscription subscription, String node, Set<Runnable> wakes) {
        if (subscription != null) {
            if (subscription.nodes.isEmpty()) {
                wakes.add(subscription.wake);
            }
            subscription.nodes.add(node);
        }
    }

    private static String key(String namespace, String daemonSet) {
        return namespace + "/" + daemonSet;
    }
}
