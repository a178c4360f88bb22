package io.everynode.core.daemonset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.SpokenGenerations;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.placement.Eligibility;
import io.everynode.core.placement.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One DaemonSet's actor and its nodes in memory: the planner as the actor drives it, nodes that answer as a Node does,
 * a kubelet that is told when to act, and a catalog that shows a node when told to.
 */
final class FleetSimulation {

    static final PlannerSettings SETTINGS = new PlannerSettings(256, Duration.ZERO);

    /** One journal row. */
    record Row(EventMeta meta, DaemonSetEvent event, long sequence) {}

    final Map<String, SimulatedNode> nodes = new TreeMap<>();
    final List<Row> journal = new ArrayList<>();
    final List<DaemonSetPlanner.Send> inFlight = new ArrayList<>();
    final List<DaemonSetPlanner.Send> everSent = new ArrayList<>();

    DaemonSetState state = DaemonSetState.absent("default", "logger");
    Instant now = Fixtures.START;
    DaemonSetPlanner planner = new DaemonSetPlanner(SETTINGS, state, now);
    DaemonSetPlanner.Step last;
    long version;

    /** A node's truth. Pods are kept as views, so that observing is copying. */
    final class SimulatedNode {
        final String name;
        NodeFacts facts;
        final Map<String, PodOf> pods = new TreeMap<>();
        int incarnation;
        int created;
        int ended;

        private final SpokenGenerations spoken = new SpokenGenerations();

        SimulatedNode(NodeFacts facts) {
            this.name = facts.name();
            this.facts = facts;
        }

        ConvergeReply converge(Converge message) {
            if (now.toEpochMilli() > message.meta().deadlineMillis()) {
                return new ConvergeReply.Refused("late");
            }
            if (spoken.overtaken(message)) {
                return SpokenGenerations.refusal(message);
            }
            // It keeps no generations besides, so that each is noted.
            spoken.heard(message, NodeState.ABSENT, List.of());
            if (message.wish() instanceof Converge.Retire) {
                pods.replaceAll((uid, pod) -> pod.owner.equals(message.daemonSetUid()) ? pod.terminating() : pod);
                return new ConvergeReply.Applied(1);
            }
            if (message.wish() instanceof Converge.End end) {
                return end(end);
            }
            return run(message, (Converge.Run) message.wish());
        }

        private ConvergeReply end(Converge.End end) {
            PodOf pod = pods.get(end.podUid());
            if (pod == null || pod.view.terminating()) {
                return new ConvergeReply.NothingToDo(1, "gone");
            }
            if (end.seenReadySince() != Converge.End.WHATEVER_READINESS
                    && end.seenReadySince() != (pod.view.ready() ? pod.view.readySince() : 0)) {
                return new ConvergeReply.Refused("its readiness has changed");
            }
            PodOf stays = pods.get(end.besides());
            if (!end.besides().isEmpty() && (stays == null || !stays.view.live())) {
                return new ConvergeReply.Refused("no other Pod is there");
            }
            ended++;
            if (pod.view.terminal() || !pod.view.bound()) {
                pods.remove(end.podUid());
            } else {
                pods.put(end.podUid(), pod.terminating());
            }
            return new ConvergeReply.Applied(1);
        }

        private ConvergeReply run(Converge message, Converge.Run run) {
            if (facts == null || !Eligibility.of(facts, run.requirements()).shouldRun()) {
                return new ConvergeReply.Refused("not eligible");
            }
            int live = 0;
            for (PodOf pod : List.copyOf(pods.values())) {
                if (!pod.owner.equals(message.daemonSetUid())) {
                    continue;
                }
                live += pod.view.live() ? 1 : 0;
                if (pod.view.live() && (!run.surge() || pod.view.revision().equals(run.revision()) || live > 1)) {
                    return new ConvergeReply.NothingToDo(1, "a Pod is there");
                }
                if (pod.view.terminating() && !pod.view.terminal() && !run.surge()) {
                    return new ConvergeReply.NothingToDo(1, "a Pod terminates");
                }
                if (pod.view.terminal() && !pod.view.terminating()) {
                    if (pod.view.retryAt() > now.toEpochMilli()) {
                        return new ConvergeReply.Deferred(pod.view.retryAt());
                    }
                    pods.remove(pod.view.podUid());
                    ended++;
                }
            }
            create(message.daemonSetUid(), message.generation(), run.revision());
            return new ConvergeReply.Applied(1);
        }

        PodOf create(String owner, long generation, String revision) {
            created++;
            String podName = "logger-" + name + "-" + ++incarnation;
            PodOf pod = new PodOf(
                    owner,
                    new DaemonPodView(
                            name,
                            "uid-" + podName,
                            podName,
                            generation,
                            revision,
                            "Pending",
                            false,
                            0,
                            false,
                            true,
                            now.toEpochMilli(),
                            0));
            pods.put(pod.view.podUid(), pod);
            return pod;
        }

        void change(String podUid, java.util.function.UnaryOperator<PodBuilder> change) {
            PodOf pod = pods.get(podUid);
            pods.put(
                    podUid,
                    new PodOf(pod.owner, change.apply(new PodBuilder(pod.view)).view()));
        }

        List<DaemonPodView> of(String owner) {
            return pods.values().stream()
                    .filter(pod -> pod.owner.equals(owner))
                    .map(PodOf::view)
                    .toList();
        }

        /** Whether it has an available Pod (minReadySeconds 0). */
        boolean serves() {
            return pods.values().stream().anyMatch(pod -> pod.view.live() && pod.view.ready());
        }
    }

    record PodOf(String owner, DaemonPodView view) {
        PodOf terminating() {
            return new PodOf(owner, new PodBuilder(view).terminating().view());
        }
    }

    FleetSimulation addNodes(int count) {
        for (int i = 0; i < count; i++) {
            addNode(Fixtures.node("node-" + String.format("%03d", nodes.size() + 1)));
        }
        return this;
    }

    SimulatedNode addNode(NodeFacts facts) {
        SimulatedNode node = new SimulatedNode(facts);
        nodes.put(node.name, node);
        observe(node);
        return node;
    }

    void persist(DaemonSetEvent event) {
        Row row = new Row(Fixtures.meta(now), event, journal.size() + 1L);
        journal.add(row);
        version++;
        state = state.evolve(row.meta(), event, row.sequence());
    }

    FleetSimulation store(ObjectNode tree) {
        state.apply(Fixtures.stored(tree)).events().forEach(this::persist);
        return this;
    }

    void delete() {
        state.apply(new ObjectChange.Removed(state.renderObject(), List.of()))
                .events()
                .forEach(this::persist);
    }

    /** Steps until no events are due; messages are left in flight. */
    FleetSimulation step() {
        int rounds = 0;
        do {
            if (++rounds > 100) {
                throw new AssertionError("steps without an end: " + last.events());
            }
            last = planner.step(state, version, now);
            last.events().forEach(this::persist);
            inFlight.addAll(last.sends());
            everSent.addAll(last.sends());
        } while (!last.events().isEmpty());
        return this;
    }

    /** Everything in flight arrives once, is answered and shown. */
    FleetSimulation deliver() {
        List<DaemonSetPlanner.Send> arriving = List.copyOf(inFlight);
        inFlight.clear();
        arriving.forEach(this::arrive);
        return this;
    }

    void arrive(DaemonSetPlanner.Send send) {
        SimulatedNode node = nodes.get(send.node());
        ConvergeReply reply = node.converge(send.message());
        planner.answered(send.node(), send.message(), reply, now);
        observe(node);
    }

    void observe(SimulatedNode node) {
        version++;
        planner.observeNode(node.name, node.facts, now);
        if (state.current() != null) {
            planner.observePods(
                    state.current().uid(), node.name, node.of(state.current().uid()), now);
        }
        for (String uid : state.retiring().keySet()) {
            planner.observePods(uid, node.name, node.of(uid), now);
        }
    }

    /** Kubelets end what terminates and make ready what they shall. */
    FleetSimulation kubelets(Predicate<DaemonPodView> makeReady) {
        for (SimulatedNode node : nodes.values()) {
            for (PodOf pod : List.copyOf(node.pods.values())) {
                if (pod.view().terminating()) {
                    node.pods.remove(pod.view().podUid());
                } else if (!pod.view().terminal() && !pod.view().ready() && makeReady.test(pod.view())) {
                    node.change(pod.view().podUid(), builder -> builder.readySince(now));
                }
            }
            observe(node);
        }
        return this;
    }

    FleetSimulation kubelets() {
        return kubelets(pod -> true);
    }

    /** Until nothing happens any more: messages arrive, kubelets act, a second passes each round. */
    FleetSimulation settle(Predicate<DaemonPodView> makeReady) {
        int quiet = 0;
        for (int round = 0; round < 1000 && quiet < 3; round++) {
            int rows = journal.size();
            step();
            quiet = inFlight.isEmpty() && rows == journal.size() ? quiet + 1 : 0;
            deliver();
            kubelets(makeReady);
            now = now.plusSeconds(1);
        }
        if (quiet == 3) {
            return this;
        }
        throw new AssertionError("does not settle: " + planner.explain("node-001") + " " + last);
    }

    FleetSimulation settle() {
        return settle(pod -> true);
    }

    /** One round of a rollout: what is sent, arrives; ended Pods go. */
    int endedInRound() {
        int before = nodes.values().stream().mapToInt(node -> node.ended).sum();
        step();
        deliver();
        return nodes.values().stream().mapToInt(node -> node.ended).sum() - before;
    }

    /** A fail-over: the soft state is lost, the new actor sees the whole catalog. */
    void restart() {
        DaemonSetState recovered = recover();
        assertThat(recovered).isEqualTo(state);
        state = recovered;
        planner = new DaemonSetPlanner(SETTINGS, state, now);
        nodes.values().forEach(this::observe);
    }

    DaemonSetState recover() {
        DaemonSetState recovered = DaemonSetState.absent("default", "logger");
        for (Row row : journal) {
            recovered = recovered.evolve(row.meta(), row.event(), row.sequence());
        }
        return recovered;
    }

    String revision() {
        return state.current().currentRevision();
    }

    long pods(Predicate<DaemonPodView> which) {
        return nodes.values().stream()
                .flatMap(node -> node.pods.values().stream())
                .map(PodOf::view)
                .filter(which)
                .count();
    }

    int created() {
        return nodes.values().stream().mapToInt(node -> node.created).sum();
    }

    int ended() {
        return nodes.values().stream().mapToInt(node -> node.ended).sum();
    }

    void forgetCounts() {
        nodes.values().forEach(node -> {
            node.created = 0;
            node.ended = 0;
        });
    }

    int status(String field) {
        return state.current().status().tree().path(field).asInt();
    }
}
