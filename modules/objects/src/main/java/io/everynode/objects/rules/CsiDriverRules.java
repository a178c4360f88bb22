package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSIDrivers (pkg/apis/storage/validation ValidateCSIDriver, pkg/registry/storage/csidriver/strategy.go). */
final class CsiDriverRules implements KindRules {

    private static final int SHORTEST_TOKEN_SECONDS = 600;
    private static final long LONGEST_TOKEN_SECONDS = 1L << 32;
    private static final int SHORTEST_PERIOD = 10;
    private static final List<String> GROUP_POLICIES = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final List<String> MODES = List.of("Persistent", "Ephemeral");
    private static final List<String> OFF_BY_DEFAULT =
            List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount");

    /** A change of these makes a new generation; the first one is 1. */
    private static final List<String> GENERATIONAL = List.of("tokenRequests", "requiresRepublish", "seLinuxMount");

    @Override
    public void applyDefaults(ObjectNode driver) {
        ObjectNode spec = Json.child(driver, "spec");
        if (!spec.has("attachRequired")) {
            spec.put("attachRequired", true);
        }
        for (String flag : OFF_BY_DEFAULT) {
            if (!spec.has(flag)) {
                spec.put(flag, false);
            }
        }
        Trees.textDefault(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        if (spec.path("volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode driver, ObjectNode current) {
        for (String name : GENERATIONAL) {
            if (!Equality.same(
                    driver.path("spec").get(name), current.path("spec").get(name))) {
                long generation = Trees.number(current.path("metadata"), "generation");
                Trees.putInteger(Json.child(driver, "metadata"), "generation", generation + 1);
            }
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode driver, Causes causes) {
        ObjectMetaRules.validate(driver, false, NameRule.SUBDOMAIN, causes);
        spec(driver.path("spec"), causes);
    }

    private static void spec(JsonNode spec, Causes causes) {
        String policy = Trees.text(spec, "fsGroupPolicy");
        if (!GROUP_POLICIES.contains(policy)) {
            causes.notSupported("spec.fsGroupPolicy", policy, GROUP_POLICIES);
        }
        tokens(spec, causes);
        for (String mode : Trees.texts(spec, "volumeLifecycleModes")) {
            if (!MODES.contains(mode)) {
                causes.notSupported("spec.volumeLifecycleModes", mode, MODES);
            }
        }
        JsonNode period = spec.path("nodeAllocatableUpdatePeriodSeconds");
        if (period.isNumber() && period.asLong() < SHORTEST_PERIOD) {
            causes.invalid(
                    "spec.nodeAllocatableUpdatePeriodSeconds",
                    period.asLong(),
                    "must be greater than or equal to 10 seconds");
        }
    }

    private static void tokens(JsonNode spec, Causes causes) {
        Set<String> audiences = new HashSet<>();
        int i = 0;
        for (ObjectNode request : Trees.objects(spec, "tokenRequests")) {
            String at = Trees.at("spec.tokenRequests", i++);
            String audience = Trees.text(request, "audience");
            if (!audiences.add(audience)) {
                causes.duplicate(at + ".audience", audience);
                continue;
            }
            JsonNode seconds = request.path("expirationSeconds");
            if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN_SECONDS) {
                causes.invalid(
                        at + ".expirationSeconds", seconds.asLong(), "may not specify a duration less than 10 minutes");
            }
            if (seconds.isNumber() && seconds.asLong() > LONGEST_TOKEN_SECONDS) {
                causes.invalid(
                        at + ".expirationSeconds",
                        seconds.asLong(),
                        "may not specify a duration larger than 2^32 seconds");
            }
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode driver, ObjectNode current, Causes causes) {
        validateCreate(kind, driver, causes);
        ObjectMetaRules.validateUpdate(driver, current, causes);
        spec(driver.path("spec"), causes);
        // Upstream spells the first field so.
        unchanged(driver, current, "attachRequired", "spec.attachedRequired", causes);
        unchanged(driver, current, "volumeLifecycleModes", "spec.volumeLifecycleModes", causes);
    }

    private static void unchanged(ObjectNode driver, ObjectNode current, String name, String field, Causes causes) {
        JsonNode value = driver.path("spec").path(name);
        if (!Equality.same(value, current.path("spec").path(name))) {
            causes.invalid(field, value, "field is immutable");
        }
    }
}
