package io.everynode.controlplane.catalog;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.Reservation;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Reservations that no Pod claims: a former owner of a Pod's name that stood still and runs again may ask a node for an
 * attempt that is over. A Pod journals its proposal before it asks, keeps it until the node has confirmed the release,
 * and never uses an attempt's number again; so once the journal's order shows the reservation without the claim, none
 * will ever come, and the node may be told to give it up. Immutable; kept by the fold, a few map operations for each
 * event of a reservation or a claim.
 */
public final class UnclaimedReservations {

    private static final Duration COMMAND_LIFE = Duration.ofSeconds(10);
    private static final Caller CALLER = Caller.controller("pod-garbage-collector");

    static final UnclaimedReservations NONE = new UnclaimedReservations(HashTreePMap.empty());

    /** @param node to tell */
    public record Giving(String node, NodeCommand.Release release) {}

    private record Place(String node, String podUid) {}

    /** One attempt that no Pod claims. */
    record Entry(String node, String podUid, long attempt) {}

    private final PMap<Place, Long> attempts;

    private UnclaimedReservations(PMap<Place, Long> attempts) {
        this.attempts = attempts;
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        attempts.forEach((place, attempt) -> entries.add(new Entry(place.node(), place.podUid(), attempt)));
        return entries;
    }

    static UnclaimedReservations of(List<Entry> entries) {
        PMap<Place, Long> attempts = HashTreePMap.empty();
        for (Entry entry : entries) {
            attempts = attempts.plus(new Place(entry.node(), entry.podUid()), entry.attempt());
        }
        return entries.isEmpty() ? NONE : new UnclaimedReservations(attempts);
    }

    public boolean isEmpty() {
        return attempts.isEmpty();
    }

    /** What nodes are to be told; again and again while it is in here. */
    public List<Giving> givings(long resourceVersion, Instant now) {
        List<Giving> givings = new ArrayList<>(attempts.size());
        for (Map.Entry<Place, Long> entry : attempts.entrySet()) {
            Place place = entry.getKey();
            CommandMeta meta = new CommandMeta(
                    "unclaimed " + place.podUid() + "/" + entry.getValue(),
                    CALLER,
                    "journal " + resourceVersion,
                    now.plus(COMMAND_LIFE).toEpochMilli(),
                    resourceVersion);
            givings.add(new Giving(place.node(), new NodeCommand.Release(meta, place.podUid(), entry.getValue())));
        }
        return givings;
    }

    /** The node answered this Pod, or gave up what it had for it. */
    UnclaimedReservations nodeChanged(String node, String podUid, NodeState after, PMap<String, PodState> pods) {
        return looked(node, podUid, after.reservations().get(podUid), pods);
    }

    /** The node is gone, and what it had with it. */
    UnclaimedReservations nodeGone(String node) {
        PMap<Place, Long> left = attempts;
        for (Place place : attempts.keySet()) {
            left = place.node().equals(node) ? left.minus(place) : left;
        }
        return with(left);
    }

    /** The Pod's claims changed. */
    UnclaimedReservations podChanged(PodState before, Map<String, NodeState> nodes, PMap<String, PodState> podsAfter) {
        UnclaimedReservations now = this;
        for (NodeClaim claim : before.claims().values()) {
            NodeState node = nodes.get(claim.node());
            if (node != null) {
                now = now.looked(
                        claim.node(), claim.podUid(), node.reservations().get(claim.podUid()), podsAfter);
            }
        }
        return now;
    }

    private UnclaimedReservations looked(
            String node, String podUid, Reservation reservation, PMap<String, PodState> pods) {
        Place place = new Place(node, podUid);
        if (reservation == null) {
            return with(attempts.minus(place));
        }
        PodState pod = pods.get(PersistenceIds.encode(EntityIds.POD, reservation.namespace(), reservation.name()));
        NodeClaim claim = pod == null ? null : pod.claims().get(podUid);
        boolean claimed = claim != null && claim.node().equals(node) && claim.attempt() == reservation.attempt();
        return with(claimed ? attempts.minus(place) : attempts.plus(place, reservation.attempt()));
    }

    private UnclaimedReservations with(PMap<Place, Long> next) {
        return next == attempts ? this : new UnclaimedReservations(next);
    }
}
