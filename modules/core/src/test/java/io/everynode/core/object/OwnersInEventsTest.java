package io.everynode.core.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeDecisions;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.apply.FieldManager;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events of Pods and Nodes do not repeat managedFields, and the states that they lead to have them all the same. */
class OwnersInEventsTest {

    private static final CommandMeta META = new CommandMeta("c", new Caller("u", ""), "", Long.MAX_VALUE, 0);
    private static final EventMeta EVENT = new EventMeta(1, new Caller("u", ""), "c", "", "", 0, 0);
    private static final String SAME = "\"managedFields\":null";

    private final Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final List<String> events = new ArrayList<>();
    private PodState pod = PodState.ABSENT;
    private NodeState node = NodeState.ABSENT;
    private int sequence;

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private ObjectWrite create(Kind kind, String object) {
        return new ObjectWrite.Create(FieldManager.created(kind, json(object), "creator", now), "uid");
    }

    private static ObjectWrite patch(String subresource, String body, String manager) {
        return new ObjectWrite.Patch(
                subresource, PatchType.MERGE, json(body), FieldValidation.STRICT, Precondition.NONE, manager);
    }

    private void keep(Decision<PodEvent, ?> decision) {
        for (PodEvent event : decision.events()) {
            pod = pod.evolve(EVENT, event, ++sequence);
            events.add(event.toString());
        }
    }

    private void writePod(ObjectWrite write) {
        keep(pod.decide("web", new PodCommand.Write(META, write, false), now));
    }

    private void writeNode(ObjectWrite write) {
        for (NodeEvent event : NodeDecisions.write(node, "n", new NodeCommand.Write(META, write, false), now)
                .events()) {
            node = node.evolve(EVENT, event, ++sequence);
            events.add(event.toString());
        }
    }

    private String last() {
        return events.get(events.size() - 1);
    }

    private static List<String> managers(JsonBytes object) {
        List<String> managers = new ArrayList<>();
        for (JsonNode entry : Json.at(object.tree(), "metadata", "managedFields")) {
            managers.add(Json.text(entry, "manager") + " " + entry.path("fieldsV1"));
        }
        return managers;
    }

    @Test
    void ofAPodFromItsCreationToItsReports() {
        writePod(create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d','labels':{'a':'b'}},"
                        + "'spec':{'containers':[{'name':'c','image':'i'}]}}"));
        assertThat(last()).contains("f:labels").doesNotContain(SAME);
        List<String> owners = managers(pod.object());
        assertThat(owners).hasSize(1);

        keep(pod.decide(new PodCommand.Propose(META, "uid", "n")));
        keep(pod.decide(new PodCommand.NodeAnswered(META, "uid", "n", 1, ""), now));
        assertThat(last()).as("binding it").contains(SAME).doesNotContain("f:labels");
        assertThat(managers(pod.object())).isEqualTo(owners);

        writePod(patch("status", "{'status':{'phase':'Running'}}", "kubelet"));
        assertThat(last()).as("its report").contains(SAME);
        assertThat(managers(pod.object())).isEqualTo(owners);

        writePod(patch("", "{'metadata':{'labels':{'c':'d'}}}", "kubectl-label"));
        assertThat(last()).as("another manager").doesNotContain(SAME);
        assertThat(managers(pod.object()))
                .hasSize(2)
                .contains("kubectl-label {\"f:metadata\":{\"f:labels\":{\"f:c\":{}}}}");
        assertThat(Json.at(pod.object().tree(), "status", "phase").asText()).isEqualTo("Running");
    }

    @Test
    void aResetIsNoSilence() {
        writePod(create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d'},"
                        + "'spec':{'containers':[{'name':'c','image':'i'}]}}"));
        writePod(patch("", "{'metadata':{'managedFields':[{}]}}", "kubectl"));
        assertThat(last()).doesNotContain("managedFields");
        assertThat(managers(pod.object())).isEmpty();
        writePod(patch("status", "{'status':{'phase':'Running'}}", "kubelet"));
        assertThat(last()).doesNotContain("managedFields");
    }

    @Test
    void ofANodeWithTheControlPlanesTaints() {
        writeNode(create(
                Kinds.NODE,
                "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n','labels':{'a':'b'}},"
                        + "'spec':{'taints':[{'key':'x','effect':'NoSchedule'}]}}"));
        assertThat(managers(node.object()))
                .as("the taint of a Node that is not ready joins the client's, so the list has both")
                .anyMatch(owner -> owner.startsWith("creator ") && owner.contains("f:labels"));

        writeNode(patch("status", "{'status':{'conditions':[{'type':'Ready','status':'True'}]}}", "kubelet"));
        List<String> owners = managers(node.object());
        assertThat(owners)
                .as("its taints are the control plane's since it has changed them")
                .contains("everynode {\"f:spec\":{\"f:taints\":{}}}");

        writeNode(patch(
                "status", "{'status':{'conditions':[{'type':'Ready','status':'True','reason':'R'}]}}", "kubelet"));
        assertThat(last()).contains(SAME).doesNotContain("f:labels");
        assertThat(managers(node.object())).isEqualTo(owners);
    }

    @Test
    void whatIsNotTrackedHasNoMark() {
        ObjectNode plain = json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n'}}");
        writeNode(new ObjectWrite.Create(plain, "uid"));
        writeNode(patch("", "{'metadata':{'labels':{'a':'b'}}}", "kubectl-label"));
        assertThat(events).allSatisfy(event -> assertThat(event).doesNotContain("managedFields"));
    }

    @Test
    void aTextThatLooksLikeTheMarkIsNone() {
        JsonBytes before = JsonBytes.of(json("{'metadata':{'managedFields':[{'manager':'m'}]}}"));
        JsonBytes event =
                JsonBytes.of(Json.object().set("metadata", Json.object().put("note", "\"managedFields\":null")));
        JsonBytes elsewhere =
                JsonBytes.of(Json.object().set("data", Json.object().putNull("managedFields")));

        assertThat(SameOwners.restore(event, before)).isSameAs(event);
        assertThat(SameOwners.restore(elsewhere, before)).isSameAs(elsewhere);
    }
}
