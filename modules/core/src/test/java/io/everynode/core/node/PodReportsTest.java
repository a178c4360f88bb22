package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** The short way decides as the long one does, or does not decide. */
class PodReportsTest {

    private static final List<String> ODD = List.of(
            "{'status':null}",
            "{'status':{'$patch':'replace','phase':'Running'}}",
            "{'status':{'$retainKeys':['phase'],'phase':'Running'}}",
            "{'status':{'conditions':[{'$patch':'delete','type':'Ready'}]}}",
            "{'status':{'$setElementOrder/conditions':[{'type':'Ready'},{'type':'Initialized'}],"
                    + "'conditions':[{'type':'Ready','status':'True'}]}}",
            "{'status':{'conditions':null,'containerStatuses':[]}}",
            "{'status':{'phase':7}}",
            "{'status':{'conditions':{}}}",
            "{'status':{'unknown':true}}",
            "{'status':{'podIPs':[{'ip':'nowhere'}]}}",
            "{'status':{'podIPs':[{'ip':'10.0.0.1'},{'ip':'10.0.0.2'}]}}",
            "{'status':{'nominatedNodeName':'_'}}",
            "{'status':{'qosClass':'BestEffort','startTime':'2026-03-01T12:00:00.000Z'}}",
            "{'status':{'startTime':'yesterday'}}",
            "{'status':{'conditions':[{'status':'True'}]}}",
            "{'status':{'conditions':[{'type':'a/b/c','status':'True'}]}}",
            "{'metadata':{'uid':'UID'},'status':{'phase':'Running'}}",
            "{'metadata':{'uid':'another'},'status':{'phase':'Running'}}",
            "{'metadata':{'labels':{'a':'c'}},'status':{'phase':'Running'}}",
            "{'metadata':{'resourceVersion':'7'},'status':{'phase':'Running'}}",
            "{'spec':{'nodeName':'other'},'status':{'phase':'Running'}}",
            "{'kind':'Node','status':{'phase':'Running'}}",
            "{'$patch':'delete','status':{'phase':'Running'}}",
            "{}");

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void decidesAsTheLongWayDoes(@ForAll long seed) {
        Random random = new Random(seed);
        TestNode node = TestNode.joined("2", 6);
        node.converge("ds", 1, TestNode.run("A", random.nextInt(4) == 0 ? "3" : "500m", false));
        for (int step = 0; step < 6 && !node.pods("ds").isEmpty(); step++) {
            node.now = node.now.plusSeconds(random.nextInt(3));
            DaemonPod pod = node.pods("ds").get(0);
            Decision<NodeEvent, WriteReply> decided = both(node, pod, write(random, pod));
            node.apply(decided);
            if (random.nextInt(12) == 0) {
                node.deletePod(pod, 30L);
            }
        }
        assertThat(node.recovered()).isEqualTo(node.state);
    }

    @Test
    void takesWhatAKubeletSends() {
        TestNode node = TestNode.joined("2", 6);
        node.converge("ds", 1, TestNode.run("A"));
        DaemonPod pod = node.pod("ds");
        ObjectNode body = TestNode.json("{'metadata':{'uid':'" + pod.uid() + "'},'status':{"
                + "'$setElementOrder/conditions':[{'type':'Initialized'},{'type':'Ready'},{'type':'PodScheduled'}],"
                + "'conditions':[{'type':'Ready','status':'True','lastProbeTime':null}],'phase':'Running'}}");
        NodeCommand.WritePod command = new NodeCommand.WritePod(
                node.meta(),
                pod.namespace(),
                pod.name(),
                new ObjectWrite.Patch(
                        "status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, new Precondition(pod.uid(), 0)),
                false,
                null);
        Decision<NodeEvent, WriteReply> decided = PodReports.decide(node.state, pod, command);
        assertThat(decided).isNotNull();
        assertThat(decided.events()).hasSize(1);
        assertThat(decided).isEqualTo(NodeDecisions.writeAny(node.state, TestNode.NAME, pod, command, node.now));
    }

    private static Decision<NodeEvent, WriteReply> both(TestNode node, DaemonPod pod, ObjectWrite.Patch write) {
        NodeCommand.WritePod command =
                new NodeCommand.WritePod(node.meta(), pod.namespace(), pod.name(), write, false, null);
        Decision<NodeEvent, WriteReply> longWay =
                NodeDecisions.writeAny(node.state, TestNode.NAME, pod, command, node.now);
        Decision<NodeEvent, WriteReply> shortWay = PodReports.decide(node.state, pod, command);
        if (shortWay != null) {
            assertThat(shortWay).as("%s on %s", write.body(), pod.status()).isEqualTo(longWay);
        }
        return longWay;
    }

    private static ObjectWrite.Patch write(Random random, DaemonPod pod) {
        String odd = ODD.get(random.nextInt(ODD.size())).replace("UID", pod.uid());
        ObjectNode body = random.nextInt(3) == 0 ? TestNode.json(odd) : report(random);
        List<PatchType> types = List.of(PatchType.STRATEGIC, PatchType.STRATEGIC, PatchType.MERGE);
        List<FieldValidation> validations = List.of(FieldValidation.values());
        Precondition precondition = new Precondition(
                random.nextInt(10) == 0 ? "another" : random.nextBoolean() ? pod.uid() : "",
                random.nextInt(10) == 0 ? 77 : random.nextBoolean() ? pod.sequenceNumber() : 0);
        return new ObjectWrite.Patch(
                random.nextInt(20) == 0 ? "" : "status",
                types.get(random.nextInt(types.size())),
                body,
                validations.get(random.nextInt(validations.size())),
                precondition);
    }

    /** What a kubelet may say, each part now and then. */
    private static ObjectNode report(Random random) {
        ObjectNode body = Json.object();
        ObjectNode status = body.putObject("status");
        if (random.nextBoolean()) {
            status.put(
                    "phase",
                    List.of("Pending", "Running", "Running", "Failed", "Succeeded")
                            .get(random.nextInt(5)));
        }
        if (random.nextBoolean()) {
            status.put("podIP", "10.0.0." + random.nextInt(3)).put("message", random.nextBoolean() ? "" : "m");
            status.putArray("podIPs").addObject().put("ip", "10.0.0." + random.nextInt(3));
        }
        ArrayNode conditions = status.putArray("conditions");
        for (String type : List.of("PodScheduled", "Initialized", "Ready", "example.com/gate")) {
            if (random.nextBoolean()) {
                ObjectNode condition = conditions
                        .addObject()
                        .put("type", type)
                        .put("status", random.nextBoolean() ? "True" : "False")
                        .put("lastTransitionTime", "2026-03-01T12:00:0" + random.nextInt(2) + "Z");
                if (random.nextBoolean()) {
                    condition.putNull("reason").put("message", random.nextBoolean() ? "" : "why");
                }
            }
        }
        if (random.nextBoolean()) {
            ObjectNode container = status.putArray("containerStatuses").addObject();
            container.put("name", "c").put("restartCount", random.nextInt(2)).put("ready", random.nextBoolean());
            if (random.nextBoolean()) {
                container.put("image", "i").put("imageID", "");
                container.putObject("state").putObject("running").put("startedAt", "2026-03-01T12:00:00Z");
            }
        }
        return body;
    }
}
