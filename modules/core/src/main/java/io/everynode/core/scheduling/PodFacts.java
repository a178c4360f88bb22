package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the scheduler reads of an ordinary Pod, parsed once. Immutable; two equal ones are scheduled alike, so that a
 * Pod whose status alone changed is not tried again.
 *
 * @param node {@code spec.nodeName}, "" while unbound
 * @param preferred preferred node affinity
 * @param affinity to other Pods
 * @param ours whether {@code spec.schedulerName} names this scheduler
 * @param gated whether scheduling gates hold it back
 * @param terminating has a deletionTimestamp
 * @param terminal Succeeded or Failed: takes no room
 * @param preempts whether Pods of lower priority may end for it (preemptionPolicy)
 * @param createdAt creationTimestamp, RFC 3339
 */
public record PodFacts(
        PodName name,
        String uid,
        Map<String, String> labels,
        String node,
        PodRequirements requirements,
        List<PreferredTerm> preferred,
        PodAffinity affinity,
        List<SpreadConstraint> spread,
        boolean ours,
        boolean gated,
        boolean terminating,
        boolean terminal,
        boolean preempts,
        String createdAt) {

    public static final String SCHEDULER_NAME = "default-scheduler";

    public static PodFacts of(JsonNode pod) {
        String phase = Json.text(pod, "status", "phase");
        String namespace = Json.text(pod, "metadata", "namespace");
        Map<String, String> labels = labels(Json.at(pod, "metadata", "labels"));
        return new PodFacts(
                new PodName(namespace, Json.text(pod, "metadata", "name")),
                Json.text(pod, "metadata", "uid"),
                labels,
                Json.text(pod, "spec", "nodeName"),
                PodRequirements.ofPod(pod),
                PreferredTerm.ofPod(pod),
                PodAffinity.of(pod.path("spec"), namespace, labels),
                SpreadConstraint.listOf(pod.path("spec"), labels),
                Json.text(pod, "spec", "schedulerName").equals(SCHEDULER_NAME),
                !Json.at(pod, "spec", "schedulingGates").isEmpty(),
                Json.at(pod, "metadata").has("deletionTimestamp"),
                phase.equals("Failed") || phase.equals("Succeeded"),
                !Json.text(pod, "spec", "preemptionPolicy").equals(PriorityAdmission.NEVER),
                Json.text(pod, "metadata", "creationTimestamp"));
    }

    static Map<String, String> labels(JsonNode tree) {
        Map<String, String> labels = new LinkedHashMap<>();
        tree.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
        return labels;
    }

    /** Not bound, not ending nor ended, and meant for this scheduler. */
    public boolean waits() {
        return node.isEmpty() && ours && !gated && !terminating && !terminal;
    }

    public int priority() {
        return requirements.priority();
    }
}
