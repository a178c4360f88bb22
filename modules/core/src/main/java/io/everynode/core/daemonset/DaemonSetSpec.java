package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;

/**
 * What planning reads of a DaemonSet, parsed once. Immutable; follows from the object alone.
 *
 * @param deletion whether and how it is being deleted; then no Pod is made any more
 * @param rollingUpdate false for OnDelete
 * @param minReadyMillis how long a Pod must be Ready to be available
 * @param templateGeneration for the label pod-template-generation; 0 when the annotation is absent or broken
 */
public record DaemonSetSpec(
        Deletion deletion,
        boolean rollingUpdate,
        IntOrPercent maxUnavailable,
        IntOrPercent maxSurge,
        long minReadyMillis,
        int revisionHistoryLimit,
        long templateGeneration,
        AdmittedTemplate template,
        LabelSelector selector) {

    /** What a deletionTimestamp and the finalizers of the garbage collector ask for. */
    public enum Deletion {
        NONE,
        /** Finalizers of clients hold it; its Pods are left alone. */
        HELD,
        /** Its Pods end first. */
        FOREGROUND,
        /** Its Pods lose their owner first. */
        ORPHAN
    }

    /** apps/v1 keeps the field templateGeneration of older versions in it (pkg/apis/apps/v1/conversion.go). */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final int DEFAULT_HISTORY_LIMIT = 10;

    public static DaemonSetSpec of(JsonBytes object) {
        ObjectNode tree = object.tree();
        JsonNode spec = tree.path("spec");
        JsonNode rolling = Json.at(spec, "updateStrategy", "rollingUpdate");
        return new DaemonSetSpec(
                deletion(tree),
                !Json.text(spec, "updateStrategy", "type").equals("OnDelete"),
                IntOrPercent.of(rolling.path("maxUnavailable"), 1),
                IntOrPercent.of(rolling.path("maxSurge"), 0),
                spec.path("minReadySeconds").asLong(0) * 1000,
                spec.path("revisionHistoryLimit").asInt(DEFAULT_HISTORY_LIMIT),
                number(Json.text(tree, "metadata", "annotations", TEMPLATE_GENERATION)),
                AdmittedTemplate.of(Json.child((ObjectNode) spec, "template")),
                LabelSelector.of(spec.path("selector")));
    }

    private static Deletion deletion(ObjectNode object) {
        if (!Json.at(object, "metadata").has("deletionTimestamp")) {
            return Deletion.NONE;
        }
        if (DeletionFinalizers.has(object, DeletionFinalizers.ORPHAN)) {
            return Deletion.ORPHAN;
        }
        return DeletionFinalizers.has(object, DeletionFinalizers.FOREGROUND) ? Deletion.FOREGROUND : Deletion.HELD;
    }

    public boolean deleting() {
        return deletion != Deletion.NONE;
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
