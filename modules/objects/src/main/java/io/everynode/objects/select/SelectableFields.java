package io.everynode.objects.select;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields by which objects can be selected, and their values (pkg/apis/core/v1/conversion.go and each registry's
 * strategy.go).
 */
final class SelectableFields {

    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";
    private static final Map<Kind, Set<String>> OWN = Map.of(
            Kinds.POD,
            Set.of(
                    NAME,
                    NAMESPACE,
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.podIPs",
                    "status.nominatedNodeName"),
            Kinds.NODE,
            Set.of(NAME, "spec.unschedulable"),
            Kinds.EVENT,
            Set.of(
                    NAME,
                    NAMESPACE,
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type"),
            Kinds.EVENT_OF_OWN_GROUP,
            Set.of(
                    NAME,
                    NAMESPACE,
                    "regarding.kind",
                    "regarding.namespace",
                    "regarding.name",
                    "regarding.uid",
                    "regarding.apiVersion",
                    "regarding.resourceVersion",
                    "regarding.fieldPath",
                    "reason",
                    "reportingController",
                    "type"),
            Kinds.NAMESPACE,
            Set.of(NAME, "status.phase"),
            Kinds.SECRET,
            Set.of(NAME, NAMESPACE, "type"),
            Kinds.SERVICE,
            Set.of(NAME, NAMESPACE, "spec.clusterIP", "spec.type"),
            Kinds.CERTIFICATE_SIGNING_REQUEST,
            Set.of(NAME, "spec.signerName"));

    private static final Map<String, Function<JsonNode, String>> SPECIAL = Map.of(
            "spec.hostNetwork", object -> flag(object, "spec", "hostNetwork"),
            "spec.unschedulable", object -> flag(object, "spec", "unschedulable"),
            "status.podIP", SelectableFields::podIp,
            // Upstream takes the field but gives it no value.
            "status.podIPs", object -> "",
            "source", SelectableFields::eventSource);

    private static final Map<String, Function<JsonNode, String>> READERS = readers();

    private SelectableFields() {}

    /** Why the kind cannot be selected by the field, in upstream's words; empty when it can. */
    static Optional<String> refusal(Kind kind, String field) {
        Set<String> own = OWN.get(kind);
        if (own != null) {
            return own.contains(field) ? Optional.empty() : Optional.of("field label not supported: " + field);
        }
        if (field.equals(NAME) || field.equals(NAMESPACE)) {
            return Optional.empty();
        }
        return Optional.of(
                "\"" + field + "\" is not a known field selector: only \"" + NAME + "\", \"" + NAMESPACE + "\"");
    }

    /** The field's present name; old clients say spec.host. */
    static String canonical(Kind kind, String field) {
        return kind.equals(Kinds.POD) && field.equals("spec.host") ? "spec.nodeName" : field;
    }

    /** How to read the field's value from an object; "" when it has none. */
    static Function<JsonNode, String> reader(String field) {
        Function<JsonNode, String> known = READERS.get(field);
        return known != null ? known : plain(field);
    }

    private static Map<String, Function<JsonNode, String>> readers() {
        Map<String, Function<JsonNode, String>> readers = new HashMap<>();
        OWN.values().forEach(fields -> fields.forEach(field -> readers.put(field, plain(field))));
        readers.putAll(SPECIAL);
        return Map.copyOf(readers);
    }

    private static Function<JsonNode, String> plain(String field) {
        String[] path = field.split("\\.");
        return object -> Json.text(object, path);
    }

    private static String flag(JsonNode object, String... path) {
        return String.valueOf(Json.at(object, path).asBoolean(false));
    }

    private static String podIp(JsonNode pod) {
        String first = Json.text(pod.path("status").path("podIPs").path(0), "ip");
        return first.isEmpty() ? Json.text(pod, "status", "podIP") : first;
    }

    private static String eventSource(JsonNode event) {
        String component = Json.text(event, "source", "component");
        return component.isEmpty() ? Json.text(event, "reportingComponent") : component;
    }
}
