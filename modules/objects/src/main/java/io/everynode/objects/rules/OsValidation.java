package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Fields that do not go with the operating system which a Pod names (core validation validateOS and what follows). */
final class OsValidation {

    private static final List<String> SYSTEMS = List.of("linux", "windows");
    private static final String NO_WINDOWS = "windows options cannot be set for a linux pod";
    private static final String NOT_ON_WINDOWS = "cannot be set for a windows pod";

    private static final List<String> LINUX_POD = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "fsGroup",
            "fsGroupChangePolicy",
            "sysctls",
            "runAsUser",
            "runAsGroup",
            "supplementalGroups",
            "supplementalGroupsPolicy");

    private static final List<String> LINUX_CONTAINER = List.of(
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup");

    private OsValidation() {}

    static void validate(JsonNode spec, String field, Causes causes) {
        if (!spec.has("os")) {
            return;
        }
        String system = Trees.text(spec.path("os"), "name");
        if (system.isEmpty()) {
            causes.required(field + ".os.name", "cannot be empty");
        } else if (!SYSTEMS.contains(system)) {
            causes.notSupported(field + ".os", system, SYSTEMS);
        } else if (system.equals("linux")) {
            forbid(
                    spec.path("securityContext"),
                    field + ".securityContext",
                    List.of("windowsOptions"),
                    NO_WINDOWS,
                    causes);
            containers(spec, field, List.of("windowsOptions"), NO_WINDOWS, causes);
        } else {
            forbid(
                    spec,
                    field,
                    List.of("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"),
                    NOT_ON_WINDOWS,
                    causes);
            forbid(spec.path("securityContext"), field + ".securityContext", LINUX_POD, NOT_ON_WINDOWS, causes);
            containers(spec, field, LINUX_CONTAINER, NOT_ON_WINDOWS, causes);
        }
    }

    private static void containers(JsonNode spec, String field, List<String> names, String why, Causes causes) {
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            int i = 0;
            for (ObjectNode container : Trees.objects(spec, list)) {
                String at = Trees.at(field + "." + list, i++) + ".securityContext";
                forbid(container.path("securityContext"), at, names, why, causes);
            }
        }
    }

    private static void forbid(JsonNode owner, String field, List<String> names, String why, Causes causes) {
        for (String name : names) {
            if (owner.has(name)) {
                causes.forbidden(field + "." + name, why);
            }
        }
    }
}
