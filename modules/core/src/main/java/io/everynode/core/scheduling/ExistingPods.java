package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Pods on one node. What the daemon Pods of one revision share is read from their template once. Mutable, for one
 * thread.
 */
final class ExistingPods {

    /** More revisions than this are read again. */
    private static final int MAX_REVISIONS = 2_000;

    private record Revision(String template, String revision, long templateGeneration, String namespace) {}

    private record Shared(Map<String, String> labels, PodAffinity affinity) {}

    private final Map<Revision, Shared> revisions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Revision, Shared> eldest) {
            return size() > MAX_REVISIONS;
        }
    };

    List<ExistingPod> on(SchedulerView view, String node, PlacedPods placed) {
        List<ExistingPod> pods = new ArrayList<>();
        for (DaemonPod pod : view.node(node).pods().values()) {
            if (pod.occupies()) {
                pods.add(daemon(view, pod));
            }
        }
        for (PodFacts pod : placed.on(node)) {
            pods.add(new ExistingPod(
                    pod.uid(), pod.name().namespace(), pod.labels(), pod.affinity(), pod.terminating()));
        }
        return pods;
    }

    private ExistingPod daemon(SchedulerView view, DaemonPod pod) {
        if (pod.edited() != null) {
            JsonNode tree = pod.edited().tree();
            Map<String, String> labels = PodFacts.labels(Json.at(tree, "metadata", "labels"));
            PodAffinity affinity = PodAffinity.of(tree.path("spec"), pod.namespace(), labels);
            return new ExistingPod(pod.uid(), pod.namespace(), labels, affinity, pod.terminating());
        }
        NodeEvent.DaemonPodCreated by = pod.createdBy();
        Revision revision = new Revision(by.template(), by.revision(), by.templateGeneration(), by.namespace());
        Shared shared = revisions.get(revision);
        if (shared == null) {
            shared = shared(view.template(by.template()), by);
            revisions.put(revision, shared);
        }
        return new ExistingPod(pod.uid(), pod.namespace(), shared.labels(), shared.affinity(), pod.terminating());
    }

    private static Shared shared(JsonNode template, NodeEvent.DaemonPodCreated by) {
        JsonNode known = template == null ? Json.object() : template;
        Map<String, String> labels = PodFacts.labels(Json.at(known, "metadata", "labels"));
        labels.put("controller-revision-hash", by.revision());
        labels.put("pod-template-generation", Long.toString(by.templateGeneration()));
        return new Shared(labels, PodAffinity.of(known.path("spec"), by.namespace(), labels));
    }
}
