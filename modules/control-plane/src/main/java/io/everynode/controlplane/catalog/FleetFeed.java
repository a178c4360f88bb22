package io.everynode.controlplane.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells each DaemonSet of this JVM which nodes to look at again: those that changed and those where one of its Pods
 * changed. Holds names of nodes, never more than there are nodes, however slow a DaemonSet is. Thread-safe.
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

    private final Map<String, Subscription> subscriptions = new HashMap<>();

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
                if (change.object() instanceof StoredDaemonPod pod) {
                    mark(
                            subscriptions.get(
                                    key(pod.namespace(), pod.pod().createdBy().daemonSet())),
                            pod.slotNode(),
                            wakes);
                } else if (change.object().kind().equals(io.everynode.objects.Kinds.NODE)) {
                    for (Subscription subscription : subscriptions.values()) {
                        mark(subscription, change.object().name(), wakes);
                    }
                }
            }
        }
        wakes.forEach(Runnable::run);
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
