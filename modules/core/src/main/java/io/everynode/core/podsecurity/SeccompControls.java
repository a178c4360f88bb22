package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which system calls a container may make: baseline forbids to take the filter away, restricted asks for one. */
final class SeccompControls {

    private static final String REASON = "seccompProfile";
    private static final String OF_POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String OF_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

    private SeccompControls() {}

    /** Before 1.19 profiles were annotations. */
    static Optional<Violation> annotations(SecuredPod pod) {
        TreeSet<String> forbidden = new TreeSet<>();
        annotation(pod, OF_POD, forbidden);
        pod.containers().forEach(container -> annotation(pod, OF_CONTAINER + SecuredPod.name(container), forbidden));
        return forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        REASON,
                        "forbidden " + Violation.plural("annotation", forbidden) + " " + String.join(", ", forbidden)));
    }

    private static void annotation(SecuredPod pod, String key, TreeSet<String> forbidden) {
        JsonNode value = pod.annotations().path(key);
        String text = value.asText();
        if (SecuredPod.isSet(value)
                && !text.equals("runtime/default")
                && !text.equals("docker/default")
                && !text.startsWith("localhost/")) {
            forbidden.add(key + "=\"" + text + "\"");
        }
    }

    static Optional<Violation> baseline(SecuredPod pod) {
        TreeSet<String> types = new TreeSet<>();
        boolean ofPod = isForbidden(pod.context(REASON), types);
        List<String> containers =
                pod.containersThat(container -> isForbidden(SecuredPod.context(container, REASON), types));
        return !ofPod && containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        REASON,
                        Violation.setters(ofPod, containers) + " must not set securityContext.seccompProfile.type to "
                                + Violation.quoted(types)));
    }

    static Optional<Violation> restricted(SecuredPod pod) {
        Optional<Violation> set = baseline(pod);
        if (set.isPresent() || SecuredPod.isSet(pod.context(REASON))) {
            return set;
        }
        List<String> without =
                pod.containersThat(container -> !SecuredPod.isSet(SecuredPod.context(container, REASON)));
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                REASON,
                                "pod or " + Violation.containers(without)
                                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""));
    }

    private static boolean isForbidden(JsonNode profile, TreeSet<String> types) {
        String type = Json.text(profile, "type");
        boolean forbidden = SecuredPod.isSet(profile) && !type.equals("RuntimeDefault") && !type.equals("Localhost");
        if (forbidden) {
            types.add(type);
        }
        return forbidden;
    }
}
