package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.Reservation;
import io.everynode.core.node.SpokenGenerations;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.core.scheduling.SchedulerView;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** Faults that the simulator must find: each changes one decision as a careless edit would. */
enum PlantedFault {
    NODE_FORGETS_GENERATIONS(Theme.ROLLOUTS, "generation", "after one of", () -> new Decisions() {
        @Override
        boolean overtaken(SpokenGenerations spoken, Converge message) {
            return false;
        }

        @Override
        NodeState nodeState(NodeState state, Converge message) {
            return with(state, state.pods(), HashTreePMap.empty(), state.retired());
        }
    }),
    NODE_FORGETS_RETIRED_DAEMON_SETS(
            Theme.COMING_AND_GOING, "retired", "of the removed DaemonSet", () -> new Decisions() {
                @Override
                NodeState nodeState(NodeState state, Converge message) {
                    return with(state, state.pods(), state.generations(), HashTreePMap.empty());
                }
            }),
    NODE_COUNTS_TERMINATING_PODS_AS_GONE(Theme.ALL_ALIKE, "I1", "still terminates", () -> new Decisions() {
        @Override
        NodeState nodeState(NodeState state, Converge message) {
            return with(state, without(state, DaemonPod::terminating), state.generations(), state.retired());
        }

        /** The planner asks at the wrong time as well: the Node alone should have prevented it. */
        @Override
        DaemonPodView shown(DaemonPodView pod) {
            return pod.terminating() ? null : pod;
        }
    }),
    NODE_MAKES_A_NEW_INCARNATION_WITHOUT_LOOKING_AT_THE_SLOT(
            Theme.ALL_ALIKE, "I1", "two live Pods of revision", () -> new Decisions() {
                @Override
                NodeState nodeState(NodeState state, Converge message) {
                    return message.wish() instanceof Converge.Run
                            ? with(state, TreePMap.empty(), state.generations(), state.retired())
                            : state;
                }
            }),
    NODE_ENDS_PODS_THAT_HAVE_BECOME_READY(Theme.ROLLOUTS, "I6", "has become ready since", () -> new Decisions() {
        @Override
        Converge received(Converge message) {
            return message.wish() instanceof Converge.End end
                    ? with(message, new Converge.End(end.podUid(), Converge.End.WHATEVER_READINESS, end.besides()))
                    : message;
        }
    }),
    NODE_FORGETS_FAILURES(Theme.ALL_ALIKE, "back-off", "too early", () -> new Decisions() {
        @Override
        NodeState nodeState(NodeState state, Converge message) {
            return new NodeState(
                    state.object(),
                    state.facts(),
                    state.objectSequence(),
                    state.pods(),
                    state.reservations(),
                    HashTreePMap.empty(),
                    state.generations(),
                    state.retired(),
                    state.incarnation());
        }

        @Override
        DaemonPodView shown(DaemonPodView pod) {
            return view(pod, pod.ready(), 0);
        }
    }),
    NODE_LETS_A_POD_RUN_AGAIN_THAT_HAS_ENDED(Theme.ALL_ALIKE, "terminal", "and is Running", () -> new Decisions() {
        @Override
        NodeState nodeStateForWrites(NodeState state) {
            return changed(state, DaemonPod::terminal, pod -> new NodeEvent.DaemonPodReported(pod.uid(), RUNNING));
        }
    }),
    NODE_IGNORES_FINALIZERS(Theme.ALL_ALIKE, "finalizers", "which a finalizer holds", () -> new Decisions() {
        @Override
        NodeState nodeStateForWrites(NodeState state) {
            return changed(state, pod -> pod.terminating() && pod.edited() != null, pod -> {
                ObjectNode object = pod.edited().tree();
                Json.child(object, "metadata").remove("finalizers");
                return new NodeEvent.DaemonPodEdited(pod.uid(), JsonBytes.of(object));
            });
        }
    }),
    NODE_PROMISES_ROOM_IT_HAS_NOT(Theme.PODS, "room", "are requested", () -> new Decisions() {
        @Override
        NodeState nodeStateForPods(NodeState state) {
            return state.facts() == null ? state : roomy(state);
        }
    }),
    PLANNER_IGNORES_GRANTS_AFTER_A_RESTART(Theme.ROLLOUTS, "I6", "a grant already", () -> new Decisions() {
        /** By UID, what the journal had when the planner started. */
        private final Map<String, PMap<String, Long>> forgotten = new HashMap<>();

        @Override
        DaemonSetState planned(DaemonSetState state, boolean first) {
            Incarnation current = state.current();
            if (current == null) {
                return state;
            }
            if (first) {
                forgotten.put(current.uid(), current.grants());
            }
            return current.grants() == forgotten.get(current.uid())
                    ? with(state, TreePMap.empty(), current.object())
                    : state;
        }
    }),
    PLANNER_FORGETS_ALL_GRANTS(Theme.ROLLOUTS, "I6", "a grant already", () -> new Decisions() {
        @Override
        DaemonSetState planned(DaemonSetState state, boolean first) {
            return state.current() == null
                    ? state
                    : with(state, TreePMap.empty(), state.current().object());
        }
    }),
    PLANNER_DOES_NOT_WAIT_FOR_ITS_CATALOG(Theme.ROLLOUTS, "I6", "before its catalog had", () -> new Decisions() {
        @Override
        boolean plannerWaitsForCatalog() {
            return false;
        }
    }),
    PLANNER_TAKES_RUNNING_FOR_AVAILABLE(Theme.ROLLOUTS, "I6", "took available Pods", () -> new Decisions() {
        @Override
        DaemonPodView shown(DaemonPodView pod) {
            return view(pod, pod.ready() || pod.live(), pod.retryAt());
        }
    }),
    PLANNER_ROUNDS_DOWN(Theme.ROLLOUTS, "I6", "a broken rollout made", () -> new Decisions() {
        @Override
        DaemonSetState planned(DaemonSetState state, boolean first) {
            // 30 % of up to six nodes and 40 % of up to four: one less than rounded up.
            return rewritten(state, "maxUnavailable", "30%", 1);
        }
    }),
    PLANNER_IS_OFF_BY_ONE(Theme.ROLLOUTS, "I6", "took available Pods", () -> new Decisions() {
        @Override
        DaemonSetState planned(DaemonSetState state, boolean first) {
            return rewritten(state, "maxUnavailable", "2", 3);
        }
    }),
    PLANNER_SURGES_EVERYWHERE(Theme.ROLLOUTS, "I6", "added Pods", () -> new Decisions() {
        @Override
        DaemonSetState planned(DaemonSetState state, boolean first) {
            return rewritten(state, "maxSurge", "1", 100);
        }
    }),
    HISTORY_IS_NOT_KEPT(Theme.ROLLOUTS, "I7", "no revision", () -> new Decisions() {
        @Override
        <E extends Event> List<E> persisted(List<E> events) {
            List<E> kept = new ArrayList<>(events);
            kept.removeIf(event -> event instanceof DaemonSetEvent.RevisionRenumbered);
            return kept;
        }
    }),
    ADOPTION_LEAVES_WHAT_IS_TOO_MANY(Theme.OWNERSHIP, "I1", "two live Pods", () -> new Decisions() {
        @Override
        <E extends Event> List<E> persisted(List<E> events) {
            boolean adoption = !events.isEmpty() && events.get(0) instanceof NodeEvent.DaemonPodAdopted;
            return adoption ? events.subList(0, 1) : events;
        }
    }),
    COMMANDS_ARE_DONE_TWICE(Theme.ALL_ALIKE, "once", "twice", () -> new Decisions() {
        @Override
        boolean commandsAreRemembered() {
            return false;
        }
    }),
    WHAT_NOBODY_CLAIMS_IS_KEPT(Theme.PODS, "I2", "which does not claim it", () -> new Decisions() {
        @Override
        boolean leftoversAreCollected() {
            return false;
        }
    }),
    HEARTBEATS_ARE_FORGOTTEN(Theme.ALL_ALIKE, "I8", "and was heard", () -> new Decisions() {
        @Override
        boolean heartbeatsCount() {
            return false;
        }
    }),
    NOBODY_COLLECTS_WHAT_HAS_NO_OWNER(Theme.ALL_ALIKE, "I2", "owners to be looked after", () -> new Decisions() {
        @Override
        boolean dutyIsDone(String name) {
            return !name.equals("owner-collector");
        }
    }),
    NOBODY_COLLECTS_PODS_OF_MISSING_NODES(Theme.PODS, "I2", "which is not there", () -> new Decisions() {
        @Override
        boolean dutyIsDone(String name) {
            return !name.equals("node-pod-collector");
        }
    }),
    EVICTIONS_COME_TOO_EARLY(Theme.PODS, "evicted", "too early", () -> new Decisions() {
        @Override
        long evictionClock(long now) {
            return now + 6_000;
        }
    }),
    ANY_POD_IS_A_VICTIM(Theme.PRIORITIES, "pre-empted", "ended for one of priority", () -> new Decisions() {
        @Override
        SchedulerStep.Preempt victim(SchedulerStep.Preempt chosen, NodeState node) {
            for (Reservation other : node.reservations().values()) {
                if (other.accepted() && other.priority() > 0) {
                    return new SchedulerStep.Preempt(
                            new PodName(other.namespace(), other.name()),
                            other.podUid(),
                            chosen.node(),
                            chosen.forUid());
                }
            }
            return chosen;
        }
    }),
    TWO_OWNERS_WRITE(Theme.ALL_ALIKE, "I4", "a second event", () -> new Decisions() {
        @Override
        boolean primaryKeyHolds() {
            return false;
        }
    }),
    CATALOG_SHOWS_HALF_A_PERSIST(Theme.ALL_ALIKE, "I4", "a part of a persist", () -> new Decisions() {
        @Override
        boolean persistsAreWhole() {
            return false;
        }
    }),
    SCHEDULER_DOES_NOT_MIND_NEIGHBOURS(
            Theme.NEIGHBOURS, "anti-affinity", "was in the same zone", () -> new Decisions() {
                @Override
                SchedulerView schedulerView(SchedulerView view) {
                    return new ViewWithoutAntiAffinity(view);
                }
            }),
    CODEC_LOSES_A_FIELD(Theme.ALL_ALIKE, "restart", " has …", () -> new Decisions() {
        @Override
        Recorded<? extends Event> decoded(Recorded<? extends Event> recorded) {
            return recorded.event() instanceof NodeEvent.DaemonPodTerminating event
                    ? new Recorded<>(
                            recorded.meta(), new NodeEvent.DaemonPodTerminating(event.uid(), event.deletionMillis(), 0))
                    : recorded;
        }
    });

    private static final JsonBytes RUNNING = JsonBytes.of(Json.object().put("phase", "Running"));

    private final Theme theme;
    private final String invariant;
    private final String says;
    private final Supplier<Decisions> decisions;

    /**
     * @param theme of runs that find it soon
     * @param invariant that it breaks
     * @param says what a part of the finding is, so that none is taken for it that has another cause
     */
    PlantedFault(Theme theme, String invariant, String says, Supplier<Decisions> decisions) {
        this.theme = theme;
        this.invariant = invariant;
        this.says = says;
        this.decisions = decisions;
    }

    Simulation.Result run(long seed, int steps) {
        return Simulation.run(seed, steps, theme, decisions.get(), null);
    }

    boolean isFoundBy(Simulation.Result result) {
        return result.failure() != null
                && result.failure().invariant().equals(invariant)
                && result.failure().message().contains(says);
    }

    private static NodeState changed(NodeState state, Predicate<DaemonPod> which, Function<DaemonPod, NodeEvent> how) {
        EventMeta meta = new EventMeta(0, Caller.controller("test"), "", "", "", 0, 0);
        NodeState changed = state;
        for (DaemonPod pod : state.pods().values()) {
            changed = which.test(pod) ? changed.evolve(meta, how.apply(pod), pod.sequenceNumber()) : changed;
        }
        return changed;
    }

    private static PMap<String, DaemonPod> without(NodeState state, Predicate<DaemonPod> hidden) {
        PMap<String, DaemonPod> left = state.pods();
        for (DaemonPod pod : state.pods().values()) {
            left = hidden.test(pod) ? left.minus(pod.uid()) : left;
        }
        return left;
    }

    private static NodeState with(
            NodeState state, PMap<String, DaemonPod> pods, PMap<String, Long> generations, PMap<String, Long> retired) {
        return new NodeState(
                state.object(),
                state.facts(),
                state.objectSequence(),
                pods,
                state.reservations(),
                state.failures(),
                generations,
                retired,
                state.incarnation());
    }

    private static NodeState roomy(NodeState state) {
        NodeFacts facts = state.facts();
        return new NodeState(
                state.object(),
                new NodeFacts(
                        facts.name(),
                        facts.uid(),
                        facts.labels(),
                        facts.taints(),
                        facts.unschedulable(),
                        new Resources(1_000_000, 1L << 50, 1L << 50, Map.of()),
                        10_000,
                        facts.ready()),
                state.objectSequence(),
                state.pods(),
                state.reservations(),
                state.failures(),
                state.generations(),
                state.retired(),
                state.incarnation());
    }

    private static Converge with(Converge message, Converge.Wish wish) {
        return new Converge(
                message.meta(),
                message.daemonSetUid(),
                message.namespace(),
                message.daemonSet(),
                message.generation(),
                wish,
                message.reason());
    }

    private static DaemonPodView view(DaemonPodView pod, boolean ready, long retryAt) {
        return new DaemonPodView(
                pod.node(),
                pod.podUid(),
                pod.podName(),
                pod.generation(),
                pod.revision(),
                pod.phase(),
                ready,
                pod.ready() || !ready ? pod.readySince() : pod.createdAt(),
                pod.terminating(),
                pod.bound(),
                pod.createdAt(),
                retryAt);
    }

    /** The state with a limit of its strategy replaced, if it is the given one. */
    private static DaemonSetState rewritten(DaemonSetState state, String field, String from, int to) {
        if (state.current() == null) {
            return state;
        }
        var object = state.current().object().tree();
        var rolling = Json.at(object, "spec", "updateStrategy", "rollingUpdate");
        if (!rolling.path(field).asText().equals(from)) {
            return state;
        }
        ((ObjectNode) rolling).put(field, to);
        return with(state, state.current().grants(), JsonBytes.of(object));
    }

    private static DaemonSetState with(DaemonSetState state, PMap<String, Long> grants, JsonBytes object) {
        Incarnation current = state.current();
        Incarnation with = new Incarnation(
                current.uid(),
                current.object(),
                current.status(),
                current.sequenceNumber(),
                current.generation(),
                current.currentRevision(),
                current.revisions(),
                grants,
                current.surgeSince(),
                current.derived());
        DaemonSetState next = new DaemonSetState(
                state.namespace(), state.name(), with, state.retiring(), state.left(), state.journaled());
        if (object.equals(current.object())) {
            return next;
        }
        EventMeta meta = new EventMeta(0, Caller.controller("test"), "", "", "", 0, 0);
        return next.evolve(meta, new DaemonSetEvent.Stored(current.uid(), object), current.sequenceNumber());
    }
}
