package io.everynode.controlplane.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A fleet as hollow nodes make it. */
final class Samples {

    static final String TEMPLATE = "template-1";

    private Samples() {}

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static <E extends Event> Recorded<E> recorded(E event, long number) {
        return new Recorded<>(
                new EventMeta(
                        1_795_000_000_000L + number,
                        new Caller("system:node:hollow-00001", "hollow-node"),
                        "9fe19bf5-b4bc-4c4f-8870-97cc14b85eb6",
                        "hollow node: pod ready",
                        "Pod written",
                        0,
                        0),
                event);
    }

    static NodeEvent.Stored node(String name, String zone) {
        return new NodeEvent.Stored(JsonBytes.of(json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','uid':'uid-" + name + "','labels':{'kubernetes.io/hostname':'" + name
                + "','kubernetes.io/os':'linux','kubernetes.io/arch':'amd64','zone':'" + zone + "'}},'status':{"
                + "'allocatable':{'pods':'110','cpu':'4','memory':'16Gi'},"
                + "'conditions':[{'type':'Ready','status':'True'}]}}")));
    }

    static NodeEvent.DaemonPodMade made(String node) {
        return new NodeEvent.DaemonPodMade(
                new NodeEvent.DaemonPodCreated(
                        "ds-uid",
                        "kube-system",
                        "agent",
                        1,
                        "rev1",
                        TEMPLATE,
                        1,
                        2,
                        Resources.ZERO,
                        List.of(),
                        0,
                        30,
                        "agent-" + node,
                        "pod-" + node,
                        1,
                        ""),
                List.of());
    }

    static JsonBytes template() {
        return JsonBytes.of(json("{'metadata':{'labels':{'name':'agent'}},'spec':{'containers':[{'name':'agent',"
                + "'image':'example.com/agent:1.0','resources':{'limits':{'memory':'200Mi'},'requests':{'cpu':'100m',"
                + "'memory':'200Mi'}},'volumeMounts':[{'mountPath':'/var/log','name':'varlog'}]}],"
                + "'dnsPolicy':'ClusterFirst','restartPolicy':'Always','terminationGracePeriodSeconds':30,"
                + "'volumes':[{'hostPath':{'path':'/var/log','type':''},'name':'varlog'}]}}"));
    }

    static ObjectNode status(boolean ready) {
        String at = "'lastTransitionTime':'2026-11-22T14:17:38Z'";
        String status = ready ? "'status':'True'," : "'status':'False','reason':'ContainersNotReady',";
        return json("{'phase':'Running','conditions':[{'type':'PodScheduled','status':'True'," + at
                + "},{'type':'Initialized','status':'True'," + at + "},{'type':'ContainersReady'," + status + at
                + "},{'type':'Ready'," + status + at + "}],'hostIP':'172.16.0.17','hostIPs':[{'ip':'172.16.0.17'}],"
                + "'podIP':'10.0.16.1','podIPs':[{'ip':'10.0.16.1'}],'startTime':'2026-11-22T14:17:38Z',"
                + "'containerStatuses':[{'name':'agent','image':'example.com/agent:1.0',"
                + "'imageID':'example.com/agent:1.0',"
                + "'containerID':'hollow://ad65fa43-f3f9-3a5e-bef1-143d694ab455','ready':" + ready
                + ",'restartCount':0,'state':{'running':{'startedAt':'2026-11-22T14:17:38Z'}},'started':true}]}");
    }

    static NodeEvent.DaemonPodReported reported(String uid, boolean ready) {
        return new NodeEvent.DaemonPodReported(uid, JsonBytes.of(status(ready)));
    }
}
