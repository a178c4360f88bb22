package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A Pod, or a Pod's template, as the controls look at it. Nobody changes the trees. */
record SecuredPod(JsonNode metadata, JsonNode spec) {

    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    static SecuredPod of(JsonNode pod) {
        return new SecuredPod(pod.path("metadata"), pod.path("spec"));
    }

    /** All, in the order in which they are told. */
    List<JsonNode> containers() {
        List<JsonNode> all = new ArrayList<>();
        CONTAINERS.forEach(list -> spec.path(list).forEach(all::add));
        return all;
    }

    /** Names of those to which it applies. */
    List<String> containersThat(Predicate<JsonNode> applies) {
        return containers().stream().filter(applies).map(SecuredPod::name).toList();
    }

    JsonNode annotations() {
        return metadata.path("annotations");
    }

    /** What a field of the Pod's own security context says; missing when it does not. */
    JsonNode context(String... path) {
        return Json.at(spec.path("securityContext"), path);
    }

    static JsonNode context(JsonNode container, String... path) {
        return Json.at(container.path("securityContext"), path);
    }

    static String name(JsonNode named) {
        return Json.text(named, "name");
    }

    static boolean isSet(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    static boolean is(JsonNode value, boolean wanted) {
        return value.isBoolean() && value.booleanValue() == wanted;
    }

    boolean isForWindows() {
        return Json.text(spec, "os", "name").equals("windows");
    }

    /** In a user namespace of its own: root in it is nobody on the node. */
    boolean hasUserNamespace() {
        return is(spec.path("hostUsers"), false);
    }
}
