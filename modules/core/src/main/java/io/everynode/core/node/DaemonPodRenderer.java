package io.everynode.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.placement.NodePinning;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import io.everynode.objects.rules.PodQos;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Makes the Pod object of a daemon Pod's facts and its template. An object's bytes at a version never change, so a
 * change of this class that changes bytes is a new {@link #VERSION} beside the old one: since 2 a Pod has its
 * template's finalizers, and its class of service is reckoned as any Pod's.
 */
public final class DaemonPodRenderer {

    public static final int VERSION = 2;

    private DaemonPodRenderer() {}

    /**
     * @param node the node of the slot
     * @param template the admitted template, or null for the object's metadata, node and status alone
     * @return a new tree without resourceVersion
     */
    public static ObjectNode render(DaemonPod pod, String node, JsonNode template) {
        return render(pod, node, template, ObjectNode::deepCopy);
    }

    /** As {@link #render}, but what it has from the template are the template's own nodes: only to be read. */
    public static ObjectNode view(DaemonPod pod, String node, JsonNode template) {
        return render(pod, node, template, part -> part);
    }

    private static ObjectNode render(
            DaemonPod pod, String node, JsonNode template, UnaryOperator<ObjectNode> fromTemplate) {
        int version = pod.createdBy().renderer();
        if (version < 1 || version > VERSION) {
            throw new IllegalStateException("no renderer of version " + version);
        }
        ObjectNode object =
                pod.edited() != null ? pod.edited().tree() : fromTemplate(pod, node, template, fromTemplate);
        if (pod.bound()) {
            Json.child(object, "spec").put("nodeName", node);
        }
        if (pod.terminating()) {
            Json.child(object, "metadata")
                    .put("deletionTimestamp", seconds(pod.deletionAt()))
                    .put("deletionGracePeriodSeconds", pod.deletionGrace());
        }
        object.set("status", status(pod, object.path("spec")));
        return object;
    }

    private static ObjectNode fromTemplate(
            DaemonPod pod, String node, JsonNode template, UnaryOperator<ObjectNode> taken) {
        NodeEvent.DaemonPodCreated facts = pod.createdBy();
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", facts.name())
                .put("generateName", facts.daemonSet() + "-")
                .put("namespace", facts.namespace())
                .put("uid", facts.uid())
                .put("generation", 1)
                .put("creationTimestamp", seconds(pod.createdAt()));
        ObjectNode labels = metadata.putObject("labels");
        if (template != null && Json.at(template, "metadata", "labels") instanceof ObjectNode given) {
            labels.setAll(given);
        }
        labels.put("controller-revision-hash", facts.revision());
        labels.put("pod-template-generation", Long.toString(facts.templateGeneration()));
        if (template != null
                && Json.at(template, "metadata", "annotations") instanceof ObjectNode given
                && !given.isEmpty()) {
            metadata.set("annotations", taken.apply(given));
        }
        if (facts.renderer() > 1 && !pod.templateFinalizers().isEmpty()) {
            ArrayNode finalizers = metadata.putArray("finalizers");
            pod.templateFinalizers().forEach(finalizers::add);
        }
        if (!pod.orphan()) {
            ControllerRef.setDaemonSet(object, pod.owner().daemonSet(), pod.daemonSetUid());
        }
        ObjectNode spec = template != null && template.path("spec") instanceof ObjectNode given
                ? taken.apply(given)
                : Json.object();
        object.set("spec", template == null ? spec : NodePinning.pin(spec, node));
        return object;
    }

    /** A new tree of the status alone, without the class of service if no report has named it. */
    static ObjectNode status(DaemonPod pod) {
        return pod.status() != null ? pod.status().tree() : initialStatus(pod);
    }

    private static ObjectNode status(DaemonPod pod, JsonNode spec) {
        ObjectNode status = status(pod);
        if (!status.has("qosClass") && spec.has("containers")) {
            status.put("qosClass", pod.createdBy().renderer() > 1 ? PodQos.of(spec) : QosClass.of(spec));
        }
        return status;
    }

    /**
     * The JSON of the status that {@link #render} gives.
     *
     * @param qosClass of the Pod; "" without a spec
     */
    public static byte[] statusJson(DaemonPod pod, String qosClass) {
        if (pod.status() == null) {
            ObjectNode status = initialStatus(pod);
            return Json.encode(qosClass.isEmpty() ? status : status.put("qosClass", qosClass));
        }
        byte[] status = pod.status().utf8();
        if (qosClass.isEmpty() || pod.status().mayName("qosClass") && Json.has(status, "qosClass")) {
            return status;
        }
        byte[] added = ((status.length > 2 ? ",\"" : "\"") + "qosClass\":\"" + qosClass + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(status, status.length - 1 + added.length);
        System.arraycopy(added, 0, all, status.length - 1, added.length);
        return all;
    }

    private static ObjectNode initialStatus(DaemonPod pod) {
        ObjectNode status = Json.object().put("phase", "Pending");
        ObjectNode scheduled = status.putArray("conditions").addObject();
        scheduled.put("type", "PodScheduled").putNull("lastProbeTime");
        if (pod.bound()) {
            scheduled.put("lastTransitionTime", seconds(pod.boundAt())).put("status", "True");
        } else {
            scheduled
                    .put("lastTransitionTime", seconds(pod.createdAt()))
                    .put("status", "False")
                    .put("reason", "Unschedulable")
                    .put("message", pod.waiting());
        }
        return status;
    }

    /** A time as objects show it. */
    public static String seconds(long millis) {
        return Timestamps.seconds(millis);
    }
}
