package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;

/**
 * What planning reads of a DaemonSet, parsed once. Immutable; follows from the object alone.
 *
 * @param deleting has a deletionTimestamp (finalizers hold it): nothing is planned any more
 * @param rollingUpdate false for OnDelete
 * @param minReadyMillis how long a Pod must be Ready to be available
 * @param templateGeneration for the label pod-template-generation; 0 when the annotation is absent or broken
 */
public record DaemonSetSpec(
        boolean deleting,
        boolean rollingUpdate,
        IntOrPercent maxUnavailable,
        IntOrPercent maxSurge,
        long minReadyMillis,
        int revisionHistoryLimit,
        long templateGeneration,
        AdmittedTemplate template) {

    /** apps/v1 keeps the field templateGeneration of older versions in it (pkg/apis/apps/v1/conversion.go). */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final int DEFAULT_HISTORY_LIMIT = 10;

    public static DaemonSetSpec of(JsonBytes object) {
        ObjectNode tree = object.tree();
        JsonNode spec = tree.path("spec");
        JsonNode rolling = Json.at(spec, "updateStrategy", "rollingUpdate");
        return new DaemonSetSpec(
                Json.at(tree, "metadata").has("deletionTimestamp"),
                !Json.text(spec, "updateStrategy", "type").equals("OnDelete"),
                IntOrPercent.of(rolling.path("maxUnavailable"), 1),
                IntOrPercent.of(rolling.path("maxSurge"), 0),
                spec.path("minReadySeconds").asLong(0) * 1000,
                spec.path("revisionHistoryLimit").asInt(DEFAULT_HISTORY_LIMIT),
                number(Json.text(tree, "metadata", "annotations", TEMPLATE_GENERATION)),
                AdmittedTemplate.of(Json.child((ObjectNode) spec, "template")));
    }

    /** New Pods start beside old ones. Upstream's AllowsSurge: decided for one node, whatever the fleet's size. */
    public boolean surge() {
        return rollingUpdate && maxSurge.of(1) > 0;
    }

    /** As {@link #surge()}, without reading the rest of {@code spec}. */
    static boolean surge(JsonNode spec) {
        return !Json.text(spec, "updateStrategy", "type").equals("OnDelete")
                && IntOrPercent.of(Json.at(spec, "updateStrategy", "rollingUpdate", "maxSurge"), 0)
                                .of(1)
                        > 0;
    }

    /** How many nodes may be without an available Pod; at least one where neither limit allows anything. */
    public int unavailableBudget(int desired) {
        int allowed = maxUnavailable.of(desired);
        return allowed == 0 && desired > 0 && maxSurge.of(desired) == 0 ? 1 : allowed;
    }

    private static long number(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
