package io.everynode.nodes;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Has each node renew its Lease, and now and then report its status, in even intervals: the nodes take turns round a
 * wheel of {@link #SLOTS}, so that their renewals are spread and one timer does for all. Renewals have a window of
 * their own, as a kubelet renews its Lease however much it has to report. Confined to the loop's thread.
 */
final class HollowHeartbeats {

    /** A hundredth of the interval from slot to slot: 100 ms. */
    private static final int SLOTS = 100;

    /** @param turn counts renewals, so that statuses are spread as well */
    private record Member(NodeWriter node, LeaseWriter lease, long[] turn) {}

    private final NodeApi api;
    private final HollowLoop loop;
    private final WriteWindow window;
    private final Consumer<NodeWriter> reportStatus;
    private final Duration tick;
    private final long turnsToStatus;
    private final List<List<Member>> slots = new ArrayList<>();
    private final Map<NodeWriter, List<Member>> slotOf = new HashMap<>();
    private int next;
    private int slot;
    private boolean stopped;

    /** @param reportStatus called when a node's status is due */
    HollowHeartbeats(NodeApi api, HollowLoop loop, HollowSettings settings, Consumer<NodeWriter> reportStatus) {
        this.api = api;
        this.loop = loop;
        this.window = new WriteWindow(api, loop, settings);
        this.reportStatus = reportStatus;
        this.tick = settings.leaseInterval().dividedBy(SLOTS);
        this.turnsToStatus = tick.isZero()
                ? Long.MAX_VALUE
                : Math.max(1, settings.statusInterval().dividedBy(settings.leaseInterval()));
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
    }

    void start() {
        if (!tick.isZero()) {
            loop.after(tick, this::turn);
        }
    }

    void stop() {
        stopped = true;
    }

    void add(NodeWriter node) {
        int number = next++;
        List<Member> members = slots.get(number % SLOTS);
        members.add(new Member(node, new LeaseWriter(node), new long[] {number / SLOTS}));
        slotOf.put(node, members);
    }

    void remove(NodeWriter node) {
        List<Member> members = slotOf.remove(node);
        if (members != null) {
            members.removeIf(member -> member.node() == node);
        }
    }

    private void turn() {
        if (stopped) {
            return;
        }
        loop.after(tick, this::turn);
        renew(slots.get(slot));
        for (Member member : slots.get(slot)) {
            if (++member.turn()[0] % turnsToStatus == 0) {
                reportStatus.accept(member.node());
            }
        }
        slot = (slot + 1) % SLOTS;
    }

    /** Those that only have to be renewed are, all at once if the API can do that; the others are written. */
    private void renew(List<Member> members) {
        List<String> names = new ArrayList<>(members.size());
        for (Member member : members) {
            if (member.lease().renews()) {
                names.add(member.node().node.name());
            }
        }
        Set<String> left = names.isEmpty() ? Set.of() : Set.copyOf(api.renewLeases(names, loop.now()));
        for (Member member : members) {
            if (!member.lease().renews() || left.contains(member.node().node.name())) {
                member.lease().due();
                window.want(member.lease());
            }
        }
    }
}
