package io.everynode.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.SameOwners;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * What one node's actor knows; changed only by {@link #evolve}. Decisions are in {@link NodeDecisions}. The catalog
 * folds the same events with the same code.
 *
 * @param object the Node without resourceVersion; null while there is none of this name
 * @param facts of the object; null with it
 * @param objectSequence sequence number of the object's last event
 * @param pods daemon Pods by UID, with those that nobody owns and those that were taken over
 * @param reservations answers to ordinary Pods by their UID, and notes of those that were taken over
 * @param failures by DaemonSet UID
 * @param generations the newest generation seen of each DaemonSet UID that has or had a Pod here
 * @param retired DaemonSet UIDs whose commands are refused, with the time (epoch milliseconds) when that may be
 *     forgotten
 * @param incarnation running number of the last daemon Pod; never falls, also when the Node is deleted and joins again
 * @param vacated DaemonSet UIDs of {@code generations} without a Pod here, with the time (epoch milliseconds) when the
 *     last one went; what is known of them is forgotten after {@link Vacated}'s times
 * @param nominations by Pod UID, for whom room is being freed here
 */
public record NodeState(
        JsonBytes object,
        NodeFacts facts,
        long objectSequence,
        PMap<String, DaemonPod> pods,
        PMap<String, Reservation> reservations,
        PMap<String, Failures> failures,
        PMap<String, Long> generations,
        PMap<String, Long> retired,
        long incarnation,
        PMap<String, Long> vacated,
        PMap<String, Nomination> nominations) {

    /** Without vacated DaemonSets and nominations. */
    public NodeState(
            JsonBytes object,
            NodeFacts facts,
            long objectSequence,
            PMap<String, DaemonPod> pods,
            PMap<String, Reservation> reservations,
            PMap<String, Failures> failures,
            PMap<String, Long> generations,
            PMap<String, Long> retired,
            long incarnation) {
        this(
                object,
                facts,
                objectSequence,
                pods,
                reservations,
                failures,
                generations,
                retired,
                incarnation,
                HashTreePMap.empty(),
                HashTreePMap.empty());
    }

    public static final NodeState ABSENT = new NodeState(
            null,
            null,
            0,
            TreePMap.empty(),
            TreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            0);

    public boolean exists() {
        return object != null;
    }

    /** The daemon Pods that one DaemonSet owns, in the order in which they came. */
    public List<DaemonPod> podsOf(String daemonSetUid) {
        List<DaemonPod> found = new ArrayList<>(2);
        for (DaemonPod pod : pods.values()) {
            if (pod.daemonSetUid().equals(daemonSetUid)) {
                found.add(pod);
            }
        }
        found.sort((a, b) ->
                Long.compare(a.createdBy().incarnation(), b.createdBy().incarnation()));
        return found;
    }

    /** When the failed Pod of this DaemonSet may be replaced; 0 when none failed. */
    public long retryAt(String daemonSetUid) {
        Failures known = failures.get(daemonSetUid);
        return known == null ? 0 : known.retryAt();
    }

    /**
     * As {@link #retryAt(String)} for a DaemonSet of this generation: a new one does not wait for failures of older
     * ones.
     */
    public long retryAt(String daemonSetUid, long generation) {
        Failures known = failures.get(daemonSetUid);
        return known == null || known.generation() < generation ? 0 : known.retryAt();
    }

    /** The sum of what the bound, unfinished daemon Pods and the accepted ordinary Pods request. */
    public Resources requested() {
        Resources sum = Resources.ZERO;
        for (DaemonPod pod : pods.values()) {
            if (pod.occupies()) {
                sum = sum.plus(pod.requests());
            }
        }
        for (Reservation reservation : reservations.values()) {
            if (reservation.accepted()) {
                sum = sum.plus(reservation.requests());
            }
        }
        return sum;
    }

    public int podCount() {
        int count = 0;
        for (DaemonPod pod : pods.values()) {
            count += pod.occupies() ? 1 : 0;
        }
        for (Reservation reservation : reservations.values()) {
            count += reservation.accepted() ? 1 : 0;
        }
        return count;
    }

    public Set<HostPort> usedPorts() {
        Set<HostPort> ports = new HashSet<>();
        for (DaemonPod pod : pods.values()) {
            if (pod.occupies()) {
                ports.addAll(pod.ports());
            }
        }
        for (Reservation reservation : reservations.values()) {
            if (reservation.accepted()) {
                ports.addAll(reservation.ports());
            }
        }
        return ports;
    }

    public NodeState evolve(EventMeta meta, NodeEvent event, long sequence) {
        if (event instanceof NodeEvent.DaemonPodReported reported) {
            return withReport(meta, reported, sequence);
        }
        if (event instanceof NodeEvent.PodCreation creation) {
            NodeEvent.DaemonPodCreated created = creation.facts();
            return withPod(DaemonPod.created(creation, meta.atMillis(), sequence))
                    .withGeneration(created.daemonSetUid(), created.generation())
                    .withIncarnation(created.incarnation())
                    .withVacated(Vacated.occupied(vacated, created.daemonSetUid()))
                    .withoutForgotten(meta.atMillis());
        }
        if (event instanceof NodeEvent.DaemonPodBound bound) {
            return withPod(pods.get(bound.uid()).withBound(meta.atMillis(), sequence))
                    .withoutNomination(bound.uid());
        }
        if (event instanceof NodeEvent.DaemonPodStillWaiting still) {
            return withPod(pods.get(still.uid()).withWaiting(still.waiting(), sequence));
        }
        if (event instanceof NodeEvent.DaemonPodEdited edited) {
            return withPod(pods.get(edited.uid()).withEdit(edited.object(), sequence));
        }
        if (event instanceof NodeEvent.DaemonPodTerminating terminating) {
            return withPod(pods.get(terminating.uid())
                    .withDeletion(terminating.deletionMillis(), terminating.graceSeconds(), sequence));
        }
        if (event instanceof NodeEvent.DaemonPodRemoved removed) {
            NodeState left = withPods(pods.minus(removed.uid()));
            String owner = pods.get(removed.uid()).daemonSetUid();
            boolean last = left.podsOf(owner).isEmpty() && generations.containsKey(owner);
            return (last ? left.withVacated(vacated.plus(owner, meta.atMillis())) : left)
                    .withoutForgotten(meta.atMillis())
                    .withoutNomination(removed.uid());
        }
        if (event instanceof NodeEvent.Nominated nominated) {
            PMap<String, Nomination> kept = nominations;
            for (Nomination known : nominations.values()) {
                kept = known.untilMillis() < meta.atMillis() ? kept.minus(known.podUid()) : kept;
            }
            Nomination nomination = new Nomination(
                    nominated.podUid(),
                    nominated.requests(),
                    nominated.ports(),
                    nominated.priority(),
                    nominated.untilMillis());
            return withNominations(kept.plus(nominated.podUid(), nomination));
        }
        if (event instanceof NodeEvent.NominationEnded ended) {
            return withoutNomination(ended.podUid());
        }
        if (event instanceof NodeEvent.DaemonPodReleased released) {
            return withPod(pods.get(released.uid()).withOwner(PodOwner.NONE, sequence));
        }
        if (event instanceof NodeEvent.DaemonPodAdopted adopted) {
            return withPod(pods.get(adopted.uid()).withOwner(PodOwner.of(adopted, meta.plannedAt()), sequence))
                    .withGeneration(adopted.daemonSetUid(), adopted.generation());
        }
        if (event instanceof NodeEvent.PodTakenOver taken) {
            return withPod(TakenOverPod.of(taken, meta.atMillis(), sequence))
                    .withReservations(reservations.plus(taken.uid(), Reservation.takenOver(taken)))
                    .withIncarnation(taken.incarnation());
        }
        if (event instanceof NodeEvent.DaemonSetRetired retirement) {
            return withRetired(meta, retirement);
        }
        if (event instanceof NodeEvent.ReservationAnswered answer) {
            NodeState before = answer.refusal().isEmpty() ? withoutNomination(answer.podUid()) : this;
            return before.withReservations(reservations.plus(
                    answer.podUid(),
                    new Reservation(
                            answer.podUid(),
                            answer.namespace(),
                            answer.name(),
                            answer.attempt(),
                            answer.requests(),
                            answer.ports(),
                            answer.priority(),
                            answer.refusal())));
        }
        if (event instanceof NodeEvent.ReservationReleased released) {
            return withReservations(reservations.minus(released.podUid()));
        }
        if (event instanceof NodeEvent.Stored stored) {
            JsonBytes whole = SameOwners.restore(stored.object(), object);
            return withObject(whole, NodeFacts.of(whole.tree()), sequence);
        }
        // Who was taken over and does not know it yet must not come back with a node of the same name.
        PMap<String, Reservation> notes = TreePMap.empty();
        for (Reservation reservation : reservations.values()) {
            notes = reservation.tookOver() ? notes.plus(reservation.podUid(), reservation) : notes;
        }
        return withObject(null, null, 0)
                .withReservations(notes)
                .withNominations(nominations.isEmpty() ? nominations : HashTreePMap.empty());
    }

    private NodeState withReport(EventMeta meta, NodeEvent.DaemonPodReported reported, long sequence) {
        DaemonPod before = pods.get(reported.uid());
        ReportedStatus status = reported.status().read(ReportedStatus.class, ReportedStatus::of);
        String phase = status.phase();
        DaemonPod after = before.withStatus(reported.status(), phase, status.ready(), meta.atMillis(), sequence);
        NodeState next = withPod(after);
        if (phase.equals("Failed") && !before.phase().equals("Failed") && !before.orphan()) {
            String owner = before.daemonSetUid();
            long generation = before.owner().generation();
            Failures known = failures.get(owner);
            return next.withFailures(failures.plus(
                    owner,
                    known == null
                            ? Failures.first(generation, meta.atMillis())
                            : known.and(generation, meta.atMillis())));
        }
        return next;
    }

    /** Whether a Pod status has the condition Ready=True. */
    public static boolean ready(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private NodeState withRetired(EventMeta meta, NodeEvent.DaemonSetRetired retirement) {
        PMap<String, Long> kept = retired;
        for (var entry : retired.entrySet()) {
            if (entry.getValue() < meta.atMillis()) {
                kept = kept.minus(entry.getKey());
            }
        }
        PMap<String, Long> newRetired = kept.plus(retirement.daemonSetUid(), retirement.untilMillis());
        return without(retirement.daemonSetUid()).changed(next -> next.retired = newRetired);
    }

    private NodeState withVacated(PMap<String, Long> newVacated) {
        return changed(next -> next.vacated = newVacated);
    }

    private NodeState withoutForgotten(long nowMillis) {
        NodeState kept = this;
        for (var entry : vacated.entrySet()) {
            Failures failed = failures.get(entry.getKey());
            if (Vacated.forgotten(entry.getValue(), failed, nowMillis)) {
                kept = kept.without(entry.getKey());
            }
        }
        return kept;
    }

    private NodeState without(String daemonSetUid) {
        return changed(next -> {
            next.failures = failures.minus(daemonSetUid);
            next.generations = generations.minus(daemonSetUid);
            next.vacated = vacated.minus(daemonSetUid);
        });
    }

    /** As if this Pod were gone, for looking ahead inside one decision. */
    NodeState withoutPod(String uid) {
        return withPods(pods.minus(uid));
    }

    private NodeState withPod(DaemonPod pod) {
        return withPods(pods.plus(pod.uid(), pod));
    }

    private NodeState withPods(PMap<String, DaemonPod> newPods) {
        return changed(next -> next.pods = newPods);
    }

    private NodeState withObject(JsonBytes newObject, NodeFacts newFacts, long sequence) {
        return changed(next -> {
            next.object = newObject;
            next.facts = newFacts;
            next.objectSequence = sequence;
        });
    }

    NodeState withoutReservation(String podUid) {
        return withReservations(reservations.minus(podUid));
    }

    private NodeState withReservations(PMap<String, Reservation> newReservations) {
        return changed(next -> next.reservations = newReservations);
    }

    private NodeState withoutNomination(String podUid) {
        return nominations.containsKey(podUid) ? withNominations(nominations.minus(podUid)) : this;
    }

    private NodeState withNominations(PMap<String, Nomination> newNominations) {
        return changed(next -> next.nominations = newNominations);
    }

    private NodeState withFailures(PMap<String, Failures> newFailures) {
        return changed(next -> next.failures = newFailures);
    }

    private NodeState withGeneration(String daemonSetUid, long generation) {
        long newest = Math.max(generation, generations.getOrDefault(daemonSetUid, 0L));
        return changed(next -> next.generations = generations.plus(daemonSetUid, newest));
    }

    private NodeState withIncarnation(long newIncarnation) {
        return changed(next -> next.incarnation = Math.max(incarnation, newIncarnation));
    }

    private NodeState changed(Consumer<NodeStateBuilder> change) {
        NodeStateBuilder next = new NodeStateBuilder(this);
        change.accept(next);
        return next.build();
    }
}
