package io.everynode.core.lifecycle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which nodes get an evicting taint and when, so that a control plane that was cut off does not empty its
 * cluster (pkg/controller/nodelifecycle/node_lifecycle_controller.go, handleDisruption and doNoExecuteTaintingPass).
 * Each zone has a rate: the usual one; the secondary one, or none in a cluster that is not large, while a share of its
 * nodes beyond the threshold (and more than two) is not ready; the usual one again when no node of the zone is ready.
 * While no node of any zone is ready nothing is granted and what was granted is taken away. Nodes of a zone are granted
 * in the order in which they came to want it.
 *
 * <p>An order is repeated until {@link #nodeIs} shows that it was carried out. Touches no clock; times are epoch
 * milliseconds. A change of a node costs O(1), a step O(zones that have work + what it gives). For one thread.
 */
public final class EvictionZones {

    /** Orders that are not carried out yet, at most. */
    public static final int WINDOW = 256;

    /** An order that is not carried out is given again after so long. */
    public static final long ORDER_AGAIN_MILLIS = 5_000;

    /** With no more nodes that are not ready a zone is healthy, whatever their share. */
    private static final int FEW = 2;

    /** @param taint the key to set; "" to take both away */
    public record Order(String node, String taint) {}

    private static final class Zone {
        int ready;
        int notReady;
        final Set<String> waiting = new LinkedHashSet<>();
        double rate = -1;
        long allowedAt;
    }

    /** @param againAt when it is given again */
    private record Given(String taint, long againAt) {}

    private final LifecycleSettings settings;
    private final Map<String, ZonedNode> nodes = new HashMap<>();
    private final Map<String, Zone> zones = new HashMap<>();
    private final Set<String> busyZones = new LinkedHashSet<>();
    private final Set<String> tainted = new LinkedHashSet<>();
    private final LinkedHashMap<String, Given> given = new LinkedHashMap<>();
    private int ready;
    private int notReady;

    public EvictionZones(LifecycleSettings settings) {
        this.settings = settings;
    }

    /** The node is so now. */
    public void nodeIs(String name, ZonedNode node) {
        ZonedNode before = nodes.put(name, node);
        if (node.equals(before)) {
            return;
        }
        if (before != null) {
            leave(
                    name,
                    before,
                    before.zone().equals(node.zone()) && before.wanted().equals(node.wanted()));
        }
        Zone zone = zones.computeIfAbsent(node.zone(), key -> new Zone());
        count(zone, node, 1);
        if (!node.wanted().isEmpty()) {
            Given order = given.get(name);
            if (order == null || !order.taint().equals(node.wanted())) {
                zone.waiting.add(name);
                busyZones.add(node.zone());
            }
        }
        if (node.tainted()) {
            tainted.add(name);
        }
    }

    public void nodeGone(String name) {
        ZonedNode before = nodes.remove(name);
        if (before != null) {
            leave(name, before, false);
        }
    }

    private void leave(String name, ZonedNode before, boolean keepsPlace) {
        Zone zone = zones.get(before.zone());
        count(zone, before, -1);
        if (!keepsPlace) {
            zone.waiting.remove(name);
            given.remove(name);
        } else if (given.containsKey(name) && given.get(name).taint().isEmpty()) {
            given.remove(name);
        }
        tainted.remove(name);
    }

    private void count(Zone zone, ZonedNode node, int by) {
        if (!node.counted()) {
            return;
        }
        if (node.ready()) {
            zone.ready += by;
            ready += by;
        } else {
            zone.notReady += by;
            notReady += by;
        }
    }

    /** Whether no node of any zone is ready: the control plane itself is more likely cut off than all of them. */
    public boolean stopped() {
        return ready == 0 && notReady > 0;
    }

    /** What is to be ordered now. */
    public List<Order> step(long now) {
        List<Order> orders = new ArrayList<>();
        boolean stopped = stopped();
        again(stopped, now, orders);
        if (stopped) {
            zones.values().forEach(zone -> limit(zone, 0, now));
            for (Iterator<String> all = tainted.iterator(); all.hasNext() && given.size() < WINDOW; ) {
                String node = all.next();
                all.remove();
                give(node, "", now, orders);
            }
            return orders;
        }
        for (Iterator<String> busy = busyZones.iterator(); busy.hasNext(); ) {
            Zone zone = zones.get(busy.next());
            limit(zone, rate(zone), now);
            for (Iterator<String> all = zone.waiting.iterator();
                    all.hasNext() && zone.rate > 0 && zone.allowedAt <= now && given.size() < WINDOW; ) {
                String node = all.next();
                all.remove();
                zone.allowedAt = now + interval(zone.rate);
                give(node, nodes.get(node).wanted(), now, orders);
            }
            if (zone.waiting.isEmpty()) {
                busy.remove();
            }
        }
        return orders;
    }

    private void again(boolean stopped, long now, List<Order> orders) {
        List<String> late = new ArrayList<>();
        for (Map.Entry<String, Given> entry : given.entrySet()) {
            if (entry.getValue().againAt() > now) {
                break;
            }
            late.add(entry.getKey());
        }
        for (String node : late) {
            Given order = given.remove(node);
            if (order.taint().isEmpty() == stopped) {
                give(node, order.taint(), now, orders);
            } else if (stopped) {
                // It will have its turn again when some node is ready.
                zones.get(nodes.get(node).zone()).waiting.add(node);
                busyZones.add(nodes.get(node).zone());
            }
        }
    }

    private void give(String node, String taint, long now, List<Order> orders) {
        given.put(node, new Given(taint, now + ORDER_AGAIN_MILLIS));
        orders.add(new Order(node, taint));
    }

    /** A limit that was used up stays used up when it changes: nothing follows at once from that (SwapLimiter). */
    private static void limit(Zone zone, double rate, long now) {
        if (zone.rate != rate) {
            if (zone.rate >= 0 && rate > 0 && (zone.rate == 0 || zone.allowedAt > now)) {
                zone.allowedAt = now + interval(rate);
            }
            zone.rate = rate;
        }
    }

    private static long interval(double rate) {
        return (long) Math.ceil(1000 / rate);
    }

    /** Nodes in a second (ComputeZoneState, ReducedQPSFunc, HealthyQPSFunc). */
    private double rate(Zone zone) {
        int all = zone.ready + zone.notReady;
        boolean unhealthy = zone.ready > 0
                && zone.notReady > FEW
                && (float) zone.notReady / all >= (float) settings.unhealthyZoneThreshold();
        if (!unhealthy) {
            return settings.evictionRate();
        }
        return all > settings.largeClusterSize() ? settings.secondaryEvictionRate() : 0;
    }

    /** When {@link #step} may have something to give next; Long.MAX_VALUE for never, if nothing else happens. */
    public long nextDeadline(long now) {
        long next = given.isEmpty()
                ? Long.MAX_VALUE
                : given.values().iterator().next().againAt();
        if (given.size() >= WINDOW) {
            return next;
        }
        if (stopped()) {
            return tainted.isEmpty() ? next : now;
        }
        for (String name : busyZones) {
            Zone zone = zones.get(name);
            double rate = rate(zone);
            if (!zone.waiting.isEmpty() && (rate > 0 || zone.rate != rate)) {
                next = Math.min(next, zone.rate == rate ? zone.allowedAt : now);
            }
        }
        return next;
    }
}
