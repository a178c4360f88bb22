package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Annotations of Pods that mean something to the API (core validation ValidatePodSpecificAnnotations). */
public final class PodAnnotationRules {

    /** What a kubelet's Pods from files of its own carry. */
    public static final String MIRROR = "kubernetes.io/config.mirror";

    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private PodAnnotationRules() {}

    static void validate(JsonNode annotations, JsonNode spec, String field, Causes causes) {
        if (annotations.has(MIRROR) && Trees.text(spec, "nodeName").isEmpty()) {
            causes.invalid(
                    Trees.key(field, MIRROR),
                    Trees.text(annotations, MIRROR),
                    "must set spec.nodeName if mirror pod annotation is set");
        }
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            if (annotation.getKey().startsWith(APP_ARMOR)) {
                appArmor(annotation, spec, Trees.key(field, annotation.getKey()), causes);
            }
        }
        if (annotations.has(DELETION_COST) && !isDeletionCost(Trees.text(annotations, DELETION_COST))) {
            causes.invalid(
                    Trees.key(field, DELETION_COST), Trees.text(annotations, DELETION_COST), "must be a 32bit integer");
        }
    }

    static void validateUpdate(JsonNode annotations, JsonNode current, String field, Causes causes) {
        if (!current.path(MIRROR).equals(annotations.path(MIRROR))) {
            causes.forbidden(
                    Trees.key(field, MIRROR),
                    current.has(MIRROR)
                            ? "may not remove or update mirror pod annotation"
                            : "may not add mirror pod annotation");
        }
    }

    private static void appArmor(Map.Entry<String, JsonNode> annotation, JsonNode spec, String field, Causes causes) {
        Set<String> names = new HashSet<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (ObjectNode container : Trees.objects(spec, list)) {
                names.add(Trees.text(container, "name"));
            }
        }
        String container = annotation.getKey().substring(APP_ARMOR.length());
        if (!names.contains(container)) {
            causes.invalid(field, container, "container not found");
        }
        String profile = annotation.getValue().asText();
        boolean known = profile.isEmpty() || profile.equals("runtime/default") || profile.equals("unconfined");
        if (!known && !profile.startsWith("localhost/")) {
            causes.invalid(field, profile, "invalid AppArmor profile name: \"" + profile + "\"");
        }
    }

    private static boolean isDeletionCost(String text) {
        if (!text.matches("0|-?[1-9][0-9]{0,9}")) {
            return false;
        }
        long cost = Long.parseLong(text);
        return cost == (int) cost;
    }
}
