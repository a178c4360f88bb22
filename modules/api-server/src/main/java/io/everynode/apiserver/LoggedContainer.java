package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/** Whose log is meant (validateContainer of pkg/registry/core/pod/strategy.go). Pure. */
final class LoggedContainer {

    private LoggedContainer() {}

    /**
     * @param asked "" for the Pod's only container
     * @throws ApiFailure with 400 when the Pod has no such container, or several to choose from
     */
    static String of(JsonNode pod, String asked) {
        String name = Json.text(pod, "metadata", "name");
        List<String> containers = names(pod, "containers");
        List<String> initContainers = names(pod, "initContainers");
        if (!asked.isEmpty()) {
            if (!containers.contains(asked)
                    && !initContainers.contains(asked)
                    && !names(pod, "ephemeralContainers").contains(asked)) {
                throw refused("container " + asked + " is not valid for pod " + name);
            }
            return asked;
        }
        if (containers.size() == 1) {
            return containers.get(0);
        }
        String message = "a container name must be specified for pod " + name;
        if (!containers.isEmpty()) {
            message += ", choose one of: " + inBrackets(containers);
            if (!initContainers.isEmpty()) {
                message += " or one of the init containers: " + inBrackets(initContainers);
            }
        }
        throw refused(message);
    }

    private static String inBrackets(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private static List<String> names(JsonNode pod, String list) {
        List<String> names = new ArrayList<>();
        Json.at(pod, "spec", list).forEach(container -> names.add(Json.text(container, "name")));
        return names;
    }

    private static ApiFailure refused(String message) {
        return new ApiFailure(ApiStatus.badRequest(message));
    }
}
