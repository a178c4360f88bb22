package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;
import java.util.Optional;

/**
 * DaemonSets (pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/v1/{defaults,conversion}.go). apps/v1 shows the
 * template's generation as the annotation {@value #TEMPLATE_GENERATION}; a client cannot change it on update.
 */
final class DaemonSetRules implements KindRules {

    static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    /** Counts that are answered even when zero. */
    private static final List<String> COUNTS =
            List.of("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public Optional<ApiStatus> refuse(JsonNode submitted) {
        String generation = Json.text(submitted, "metadata", "annotations", TEMPLATE_GENERATION);
        boolean given = submitted.path("metadata").path("annotations").has(TEMPLATE_GENERATION);
        if (given && parse(generation).isEmpty()) {
            return Optional.of(ApiStatus.badRequest(
                    "DaemonSet in version \"v1\" cannot be handled as a DaemonSet: strconv.ParseInt: parsing \""
                            + generation + "\": invalid syntax"));
        }
        return Optional.empty();
    }

    private static Optional<Long> parse(String generation) {
        try {
            return Optional.of(Long.parseLong(generation));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public void applyDefaults(ObjectNode daemonSet) {
        ObjectNode spec = Json.child(daemonSet, "spec");
        if (Trees.number(spec, "minReadySeconds") == 0) {
            spec.remove("minReadySeconds");
        }
        if (!spec.has("revisionHistoryLimit")) {
            spec.put("revisionHistoryLimit", 10);
        }
        ObjectNode strategy = Json.child(spec, "updateStrategy");
        Trees.textDefault(strategy, "type", "RollingUpdate");
        if (Trees.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            if (!rolling.has("maxUnavailable")) {
                rolling.put("maxUnavailable", 1);
            }
            if (!rolling.has("maxSurge")) {
                rolling.put("maxSurge", 0);
            }
        }
        PodTemplateRules.applyDefaults(Json.child(spec, "template"));
    }

    @Override
    public void applyDecodingDefaults(ObjectNode daemonSet) {
        applyDefaults(daemonSet);
        putTemplateGeneration(daemonSet, templateGeneration(daemonSet));
    }

    @Override
    public void prepareCreate(ObjectNode daemonSet) {
        ObjectNode status = daemonSet.putObject("status");
        COUNTS.forEach(count -> status.put(count, 0));
        long given = templateGeneration(daemonSet);
        putTemplateGeneration(daemonSet, Math.max(1, given));
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode daemonSet, ObjectNode current) {
        long templateGeneration = templateGeneration(current);
        if (subresource.equals("status")) {
            Trees.copy(daemonSet, "spec", current);
            ObjectNode status = Json.child(daemonSet, "status");
            COUNTS.forEach(count -> Trees.numberDefault(status, count, 0));
        } else {
            Trees.copy(daemonSet, "status", current);
            JsonNode before = current.path("spec");
            JsonNode after = daemonSet.path("spec");
            if (!Equality.same(after.get("template"), before.get("template"))) {
                templateGeneration++;
            }
            if (!Equality.same(after, before)) {
                long generation = Trees.number(current.path("metadata"), "generation");
                Trees.putInteger(Json.child(daemonSet, "metadata"), "generation", generation + 1);
            }
        }
        putTemplateGeneration(daemonSet, templateGeneration);
    }

    private static long templateGeneration(JsonNode daemonSet) {
        return parse(Json.text(daemonSet, "metadata", "annotations", TEMPLATE_GENERATION))
                .orElse(0L);
    }

    private static void putTemplateGeneration(ObjectNode daemonSet, long generation) {
        Json.child(Json.child(daemonSet, "metadata"), "annotations")
                .put(TEMPLATE_GENERATION, Long.toString(generation));
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode daemonSet, Causes causes) {
        ObjectMetaRules.validate(daemonSet, true, NameRule.SUBDOMAIN, causes);
        DaemonSetValidation.spec(daemonSet.path("spec"), causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode daemonSet, ObjectNode current, Causes causes) {
        if (subresource.equals("status")) {
            ObjectMetaRules.validateUpdate(daemonSet, current, causes);
            DaemonSetValidation.status(daemonSet.path("status"), current.path("status"), causes);
            return;
        }
        // Upstream validates the spec in both of two steps, and so repeats each of its causes.
        ObjectMetaRules.validate(daemonSet, true, NameRule.SUBDOMAIN, causes);
        DaemonSetValidation.spec(daemonSet.path("spec"), causes);
        ObjectMetaRules.validateUpdate(daemonSet, current, causes);
        DaemonSetValidation.spec(daemonSet.path("spec"), causes);
        JsonNode selector = daemonSet.path("spec").path("selector");
        if (!Equality.same(selector, current.path("spec").path("selector"))) {
            causes.invalid("spec.selector", selector, "field is immutable");
        }
    }

    @Override
    public List<String> warnings(String subresource, ObjectNode daemonSet, ObjectNode current) {
        JsonNode spec = daemonSet.path("spec");
        return current != null && Equality.same(spec, current.path("spec")) ? List.of() : SurgeWarnings.of(spec);
    }
}
