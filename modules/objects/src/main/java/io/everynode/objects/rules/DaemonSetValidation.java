package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** DaemonSet specs and status (apps validation ValidateDaemonSetSpec, ValidateDaemonSetStatusUpdate). */
final class DaemonSetValidation {

    private static final List<String> STRATEGIES = List.of("RollingUpdate", "OnDelete");

    private static final List<String> COUNTS = List.of(
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
            "observedGeneration",
            "updatedNumberScheduled",
            "numberAvailable",
            "numberUnavailable",
            "collisionCount");

    private DaemonSetValidation() {}

    static void spec(JsonNode spec, Causes causes) {
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        if (selector.isMissingNode()) {
            causes.required("spec.selector");
        }
        Causes inSelector = new Causes();
        LabelRules.selector(selector, "spec.selector", inSelector);
        causes.addAll(inSelector);
        JsonNode labels = template.path("metadata").path("labels");
        if (inSelector.isEmpty() && !LabelRules.selects(selector, labels)) {
            causes.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        if (selector.isObject() && LabelRules.isEmptySelector(selector)) {
            causes.invalid("spec.selector", selector, "empty selector is invalid for daemonset");
        }
        PodTemplateRules.validate(template, "spec.template", causes);
        JsonNode podSpec = template.path("spec");
        if (!Trees.text(podSpec, "restartPolicy").equals("Always")) {
            causes.notSupported(
                    "spec.template.spec.restartPolicy", Trees.text(podSpec, "restartPolicy"), List.of("Always"));
        }
        if (podSpec.has("activeDeadlineSeconds")) {
            causes.forbidden(
                    "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in DaemonSet is not Supported");
        }
        causes.nonNegative("spec.minReadySeconds", Trees.number(spec, "minReadySeconds"));
        strategy(spec.path("updateStrategy"), causes);
        causes.nonNegative("spec.revisionHistoryLimit", Trees.number(spec, "revisionHistoryLimit"));
    }

    private static void strategy(JsonNode strategy, Causes causes) {
        String type = Trees.text(strategy, "type");
        if (!STRATEGIES.contains(type)) {
            causes.notSupported("spec.updateStrategy", strategy, STRATEGIES);
        } else if (type.equals("RollingUpdate")) {
            rollingUpdate(strategy.path("rollingUpdate"), "spec.updateStrategy.rollingUpdate", causes);
        }
    }

    private static void rollingUpdate(JsonNode rolling, String field, Causes causes) {
        for (String name : List.of("maxUnavailable", "maxSurge")) {
            JsonNode share = rolling.path(name);
            if (share.isTextual()) {
                causes.invalid(field + "." + name, share.asText(), Formats.percent(share.asText()));
            } else {
                causes.nonNegative(field + "." + name, share.asLong());
            }
        }
        for (String name : List.of("maxUnavailable", "maxSurge")) {
            JsonNode share = rolling.path(name);
            if (share.isTextual() && amount(share) > 100) {
                causes.invalid(field + "." + name, share.asText(), "must not be greater than 100%");
            }
        }
        boolean unavailable = amount(rolling.path("maxUnavailable")) != 0;
        boolean surge = amount(rolling.path("maxSurge")) != 0;
        if (unavailable && surge) {
            causes.invalid(
                    field + ".maxSurge", rolling.path("maxSurge"), "may not be set when maxUnavailable is non-zero");
        } else if (!unavailable && !surge) {
            causes.required(field + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    /** The number, or the number before the percent sign; 0 for what is neither. */
    static long amount(JsonNode share) {
        if (!share.isTextual()) {
            return share.asLong();
        }
        String text = share.asText();
        if (!Formats.isPercent(text)) {
            return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
        }
        String digits = text.substring(0, text.length() - 1);
        return digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
    }

    static void status(JsonNode status, JsonNode current, Causes causes) {
        for (String count : COUNTS) {
            causes.nonNegative("status." + count, Trees.number(status, count));
        }
        if (current.has("collisionCount")
                && (!status.has("collisionCount")
                        || Trees.number(status, "collisionCount") < Trees.number(current, "collisionCount"))) {
            causes.invalid("status.collisionCount", Trees.number(status, "collisionCount"), "cannot be decremented");
        }
    }
}
