package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * How to delete: meta/v1 DeleteOptions from the body, or from the query when there is no body.
 *
 * @param gracePeriodSeconds null when left open
 * @param uid the object must have it; "" for any
 * @param resourceVersion the object must still have it; 0 for any
 * @param orphanDependents the older form of propagation; null when not used
 */
record DeleteOptions(
        boolean dryRun,
        Long gracePeriodSeconds,
        Propagation propagation,
        String uid,
        long resourceVersion,
        Boolean orphanDependents) {

    /** @throws ApiFailure with 400 for a body that cannot be read, 422 for wrong options */
    static DeleteOptions parse(Call call, byte[] body) {
        ObjectNode given = body.length > 0
                ? ApiFailure.unwrap(ObjectDecoder.decodeOptions(call.mediaType(), body))
                : fromQuery(call.query());
        return of(given, call.query());
    }

    /**
     * @param given the decoded options
     * @throws ApiFailure with 422 for wrong options
     */
    static DeleteOptions of(ObjectNode given, Query query) {
        List<Cause> causes = new ArrayList<>();
        // Also with a body: who writes dryRun into the address certainly does not want the object gone.
        boolean dryRun = WriteOptions.dryRun(query, causes);
        for (JsonNode each : given.path("dryRun")) {
            if (!each.asText().equals("All")) {
                causes.add(WriteOptions.unsupportedDryRun(each.asText()));
            }
            dryRun = true;
        }
        JsonNode orphan = given.path("orphanDependents");
        String policy = Json.text(given, "propagationPolicy");
        if (orphan.isBoolean() && !policy.isEmpty()) {
            causes.add(Cause.invalid(
                    "propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
        }
        Propagation propagation = propagation(policy, orphan, causes);
        String version = Json.text(given, "preconditions", "resourceVersion");
        if (!causes.isEmpty()) {
            throw new ApiFailure(StatusResponses.invalidOptions("DeleteOptions", causes));
        }
        return new DeleteOptions(
                dryRun,
                gracePeriod(given.path("gracePeriodSeconds")),
                propagation,
                Json.text(given, "preconditions", "uid"),
                Math.max(0, ListOptions.version(version)),
                orphan.isBoolean() ? Boolean.valueOf(orphan.booleanValue()) : null);
    }

    private static ObjectNode fromQuery(Query query) {
        ObjectNode options = Json.object();
        options.put("propagationPolicy", query.text("propagationPolicy"));
        Long grace = query.number("gracePeriodSeconds");
        if (grace != null) {
            options.put("gracePeriodSeconds", grace);
        }
        if (!query.text("orphanDependents").isEmpty()) {
            options.put("orphanDependents", query.flag("orphanDependents"));
        }
        return options;
    }

    /** A negative one counts as one second, as upstream has it. */
    private static Long gracePeriod(JsonNode seconds) {
        if (!seconds.isIntegralNumber()) {
            return null;
        }
        return seconds.longValue() < 0 ? 1 : seconds.longValue();
    }

    private static Propagation propagation(String policy, JsonNode orphan, List<Cause> causes) {
        return switch (policy) {
            case "" ->
                !orphan.isBoolean()
                        ? Propagation.DEFAULT
                        : orphan.booleanValue() ? Propagation.ORPHAN : Propagation.BACKGROUND;
            case "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default -> {
                causes.add(Cause.notSupported(
                        "propagationPolicy", policy, List.of("Foreground", "Background", "Orphan", "nil")));
                yield Propagation.BACKGROUND;
            }
        };
    }
}
