package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What may change in a Pod's spec once it exists (core validation ValidatePodUpdate). */
final class PodUpdateValidation {

    private static final String CHANGEABLE = "pod updates may not change fields other than "
            + "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /** More would not help; upstream prints a whole difference of Go structures. */
    private static final int CHANGES_NAMED = 20;

    private PodUpdateValidation() {}

    static void validate(ObjectNode pod, ObjectNode currentPod, Causes causes) {
        JsonNode spec = pod.path("spec");
        JsonNode current = currentPod.path("spec");
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != current.path(list).size()) {
                causes.forbidden("spec." + list, "pod updates may not add or remove containers");
                return;
            }
            images(spec, list, causes);
        }
        if (deadline(spec, current, causes)) {
            return;
        }
        tolerations(spec, current, causes);
        gates(spec, current, causes);
        if (Equality.same(spec, current)) {
            return;
        }
        ObjectNode munged = munged((ObjectNode) spec, current, causes);
        if (!Equality.same(munged, current)) {
            List<String> changes = new ArrayList<>();
            changes("spec", munged, current, changes);
            causes.forbidden("spec", CHANGEABLE + "\nchanged: " + String.join(", ", changes));
        }
    }

    private static void images(JsonNode spec, String list, Causes causes) {
        int i = 0;
        for (ObjectNode container : Trees.objects(spec, list)) {
            String at = Trees.at("spec." + list, i++) + ".image";
            String image = Trees.text(container, "image");
            if (image.isEmpty()) {
                causes.required(at);
            }
            if (!image.equals(image.strip())) {
                causes.invalid(at, image, "must not have leading or trailing whitespace");
            }
        }
    }

    /** A deadline may come and may shrink. Returns whether upstream stops looking here. */
    private static boolean deadline(JsonNode spec, JsonNode current, Causes causes) {
        String field = "spec.activeDeadlineSeconds";
        long before = Trees.number(current, "activeDeadlineSeconds");
        if (!spec.has("activeDeadlineSeconds")) {
            if (current.has("activeDeadlineSeconds")) {
                causes.invalid(
                        field,
                        spec.path("activeDeadlineSeconds"),
                        "must not update from a positive integer to nil value");
            }
            return false;
        }
        long after = Trees.number(spec, "activeDeadlineSeconds");
        List<String> wrong = Formats.inRange(after, 0, Integer.MAX_VALUE);
        wrong.forEach(message -> causes.invalid(field, after, message));
        if (wrong.isEmpty() && current.has("activeDeadlineSeconds") && before < after) {
            causes.invalid(field, after, "must be less than or equal to previous value");
            return true;
        }
        return !wrong.isEmpty();
    }

    private static void tolerations(JsonNode spec, JsonNode current, Causes causes) {
        Set<ObjectNode> kept = new HashSet<>();
        Trees.objects(spec, "tolerations").forEach(toleration -> kept.add(withoutSeconds(toleration)));
        for (ObjectNode old : Trees.objects(current, "tolerations")) {
            if (!kept.contains(withoutSeconds(old))) {
                causes.forbidden(
                        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
        TaintRules.tolerations(spec, "spec.tolerations", causes);
    }

    private static ObjectNode withoutSeconds(ObjectNode toleration) {
        ObjectNode copy = toleration.deepCopy();
        copy.remove("tolerationSeconds");
        return copy;
    }

    private static void gates(JsonNode spec, JsonNode current, Causes causes) {
        Set<String> before = new HashSet<>();
        Trees.objects(current, "schedulingGates").forEach(gate -> before.add(Trees.text(gate, "name")));
        int i = 0;
        for (ObjectNode gate : Trees.objects(spec, "schedulingGates")) {
            String name = Trees.text(gate, "name");
            if (!before.contains(name)) {
                causes.forbidden(
                        Trees.at("spec.schedulingGates", i) + ".name",
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
            i++;
        }
    }

    /** The new spec with everything taken back that was allowed to change. */
    private static ObjectNode munged(ObjectNode spec, JsonNode current, Causes causes) {
        ObjectNode munged = spec.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> before = Trees.objects(current, list);
            List<ObjectNode> after = Trees.objects(munged, list);
            for (int i = 0; i < after.size(); i++) {
                Trees.copy(after.get(i), "image", before.get(i));
            }
        }
        for (String allowed : List.of("activeDeadlineSeconds", "schedulingGates", "tolerations")) {
            Trees.copy(munged, allowed, current);
        }
        boolean wasNegative = Trees.number(current, "terminationGracePeriodSeconds") < 0;
        if (wasNegative && Trees.number(munged, "terminationGracePeriodSeconds") == 1) {
            Trees.copy(munged, "terminationGracePeriodSeconds", current);
        }
        if (!current.path("schedulingGates").isEmpty()) {
            narrowed(munged, current, causes);
        }
        return munged;
    }

    /** A Pod that is still gated may be bound to fewer nodes than before by more entries of its nodeSelector. */
    private static void narrowed(ObjectNode munged, JsonNode current, Causes causes) {
        JsonNode before = current.path("nodeSelector");
        boolean kept = before.properties().stream()
                .allMatch(label ->
                        label.getValue().equals(munged.path("nodeSelector").get(label.getKey())));
        if (!kept) {
            causes.invalid(
                    "spec.nodeSelector",
                    munged.path("nodeSelector"),
                    "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }
        Trees.copy(munged, "nodeSelector", current);
    }

    private static void changes(String field, JsonNode after, JsonNode before, List<String> changes) {
        if (changes.size() >= CHANGES_NAMED || Equality.same(after, before)) {
            return;
        }
        if (after.isObject() && before.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            after.fieldNames().forEachRemaining(names::add);
            before.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> changes(field + "." + name, after.path(name), before.path(name), changes));
        } else if (after.isArray() && before.isArray() && after.size() == before.size()) {
            for (int i = 0; i < after.size(); i++) {
                changes(Trees.at(field, i), after.get(i), before.get(i), changes);
            }
        } else {
            changes.add(field);
        }
    }
}
