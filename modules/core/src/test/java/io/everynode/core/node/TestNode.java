package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.core.placement.DaemonTolerations;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a Node's actor does, without an actor: decides, keeps the events, evolves. */
final class TestNode {

    static final String NAME = "worker-1";
    static final Caller ADMIN = new Caller("admin", "test");

    NodeState state = NodeState.ABSENT;
    final List<Recorded<NodeEvent>> history = new ArrayList<>();
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    /** Looked at after every single event. */
    java.util.function.Consumer<NodeState> check = s -> {};

    private int commands;
    private long plannedAt;

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** A ready Node with the given room. */
    static ObjectNode object(String cpu, int pods) {
        return json(("{'apiVersion':'v1','kind':'Node','metadata':{'name':'worker-1'},'status':{"
                        + "'allocatable':{'cpu':'%s','memory':'8Gi','pods':'%d'},"
                        + "'conditions':[{'type':'Ready','status':'True'}]}}")
                .formatted(cpu, pods));
    }

    /** The Node exists, is ready and has room for so much. */
    static TestNode joined(String cpu, int pods) {
        TestNode node = new TestNode();
        node.write(new ObjectWrite.Create(object(cpu, pods), "node-uid"));
        return node;
    }

    static TestNode joined() {
        return joined("4", 110);
    }

    CommandMeta meta() {
        return new CommandMeta(
                "c" + ++commands, ADMIN, "test", now.plusSeconds(30).toEpochMilli(), plannedAt);
    }

    long sequence() {
        return history.size();
    }

    <R> R apply(Decision<NodeEvent, R> decision) {
        List<NodeEvent> events = decision.events();
        for (int i = 0; i < events.size(); i++) {
            EventMeta meta = new EventMeta(
                    now.toEpochMilli(),
                    ADMIN,
                    "c" + commands,
                    "test",
                    decision.reason(),
                    plannedAt,
                    events.size() - 1 - i);
            history.add(new Recorded<>(meta, events.get(i)));
            state = state.evolve(meta, events.get(i), sequence());
            check.accept(state);
        }
        return decision.reply();
    }

    WriteReply write(ObjectWrite write) {
        return apply(decideWrite(write, false));
    }

    Decision<NodeEvent, WriteReply> decideWrite(ObjectWrite write, boolean dryRun) {
        return NodeDecisions.write(state, NAME, new NodeCommand.Write(meta(), write, dryRun), now);
    }

    WriteReply patch(String subresource, String body) {
        return write(patchOf(subresource, body));
    }

    static ObjectWrite.Patch patchOf(String subresource, String body) {
        return new ObjectWrite.Patch(
                subresource, PatchType.MERGE, json(body), FieldValidation.STRICT, Precondition.NONE);
    }

    static ObjectWrite.Delete delete(Long graceSeconds) {
        return new ObjectWrite.Delete(Precondition.NONE, graceSeconds, ObjectWrite.Propagation.BACKGROUND);
    }

    Decision<NodeEvent, ConvergeReply> decide(String uid, long generation, Converge.Wish wish) {
        return SlotDecisions.decide(
                state, new Converge(meta(), uid, "kube-system", "agent", generation, wish, "planned"), sequence(), now);
    }

    /** @param version that the wish was planned from; 0 in all others */
    ConvergeReply convergePlannedAt(long version, String uid, long generation, Converge.Wish wish) {
        plannedAt = version;
        ConvergeReply reply = converge(uid, generation, wish);
        plannedAt = 0;
        return reply;
    }

    ConvergeReply converge(String uid, long generation, Converge.Wish wish) {
        return apply(decide(uid, generation, wish));
    }

    static Converge.Run run(String revision) {
        return run(revision, "", false);
    }

    static Converge.Run surge(String revision) {
        return run(revision, "", true);
    }

    /** @param cpu requested, or "" */
    static Converge.Run run(String revision, String cpu, boolean surge) {
        return run(revision, cpu, surge, 30);
    }

    static Converge.Run run(String revision, String cpu, boolean surge, long grace) {
        return new Converge.Run(revision, "template-" + revision, 1, requirements(cpu, 0), grace, surge);
    }

    static PodRequirements requirements(String cpu, int hostPort) {
        ObjectNode template = DaemonTolerations.addTo(json("{'spec':{'containers':[{'name':'c','image':'i'}]}}"));
        ObjectNode container =
                (ObjectNode) template.path("spec").path("containers").get(0);
        if (!cpu.isEmpty()) {
            container.putObject("resources").putObject("requests").put("cpu", cpu);
        }
        if (hostPort != 0) {
            container.putArray("ports").addObject().put("containerPort", 80).put("hostPort", hostPort);
        }
        return PodRequirements.ofTemplate(template);
    }

    /** The Pods of a DaemonSet, oldest first. */
    List<DaemonPod> pods(String uid) {
        return state.podsOf(uid);
    }

    DaemonPod pod(String uid) {
        assertThat(pods(uid)).hasSize(1);
        return pods(uid).get(0);
    }

    WriteReply writePod(DaemonPod pod, ObjectWrite write, JsonBytes template) {
        return apply(decidePod(pod, write, false, template));
    }

    Decision<NodeEvent, WriteReply> decidePod(DaemonPod pod, ObjectWrite write, boolean dryRun, JsonBytes template) {
        return NodeDecisions.writePod(
                state,
                NAME,
                new NodeCommand.WritePod(meta(), pod.namespace(), pod.name(), write, dryRun, template),
                now);
    }

    /** Its runtime reports this phase. */
    WriteReply report(DaemonPod pod, String phase, boolean ready) {
        return writePod(
                pod,
                patchOf(
                        "status",
                        "{'status':{'phase':'%s','conditions':[{'type':'Ready','status':'%s'}]}}"
                                .formatted(phase, ready ? "True" : "False")),
                null);
    }

    WriteReply deletePod(DaemonPod pod, Long graceSeconds) {
        return writePod(pod, delete(graceSeconds), null);
    }

    /** Sets the Pod's finalizers, as a client does. */
    WriteReply finalizers(DaemonPod pod, String list) {
        return writePod(pod, patchOf("", "{'metadata':{'finalizers':" + list + "}}"), template());
    }

    /** An admitted template. */
    static JsonBytes template() {
        ObjectNode daemonSet = json("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent'},"
                + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                + "'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}");
        Json.child(daemonSet, "metadata").put("namespace", "kube-system");
        Outcome<ObjectNode> admitted = ObjectRules.create(
                Kinds.DAEMON_SET, daemonSet, new WriteContext(Instant.parse("2026-03-01T12:00:00Z"), "u", ""));
        return AdmittedTemplate.of(
                        (ObjectNode) Json.at(((Outcome.Done<ObjectNode>) admitted).value(), "spec", "template"))
                .template();
    }

    ReserveReply reserve(String podUid, long attempt, String cpu) {
        return apply(NodeDecisions.reserve(
                state, new NodeCommand.Reserve(meta(), podUid, "default", podUid, attempt, requirements(cpu, 0)), now));
    }

    ReserveReply release(String podUid, long attempt) {
        return apply(NodeDecisions.release(state, new NodeCommand.Release(meta(), podUid, attempt)));
    }

    /** The events since a point in history. */
    List<NodeEvent> since(int index) {
        return history.subList(index, history.size()).stream()
                .map(Recorded::event)
                .toList();
    }

    /** The state that a restart would come to. */
    NodeState recovered() {
        NodeState recovered = NodeState.ABSENT;
        for (int i = 0; i < history.size(); i++) {
            recovered = recovered.evolve(history.get(i).meta(), history.get(i).event(), i + 1);
        }
        return recovered;
    }
}
