package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.rules.PodAnnotationRules;

/**
 * The ServiceAccount that a Pod runs as, and what its admission asks of it (plugin/pkg/admission/serviceaccount).
 *
 * @param name "" for a mirror Pod, which has none
 * @param object null when there is no such account
 * @param tokenVolume under which name a token is mounted where Pod and account want one; "" for nowhere
 */
public record PodAccount(String namespace, String name, JsonNode object, String tokenVolume) {

    /** What a Pod runs as that names none; its namespace gets it by itself. */
    public static final String DEFAULT = "default";

    /** The account that a Pod, or a template of Pods, is to run as; "" for a mirror Pod. */
    public static String nameOf(JsonNode pod) {
        if (mirror(pod)) {
            return "";
        }
        JsonNode spec = pod.path("spec");
        String name = Json.text(spec, "serviceAccountName");
        if (name.isEmpty()) {
            name = Json.text(spec, "serviceAccount");
        }
        return name.isEmpty() ? DEFAULT : name;
    }

    private static boolean mirror(JsonNode pod) {
        return Json.at(pod, "metadata", "annotations").has(PodAnnotationRules.MIRROR);
    }

    /**
     * Mounts the account's token, and gives a Pod without imagePullSecrets those of its account.
     *
     * @param pod is changed
     * @return why the Pod is forbidden, in upstream's words; "" when it is not
     */
    public String admit(ObjectNode pod) {
        if (name.isEmpty()) {
            return mirrorRefusal(pod.path("spec"));
        }
        if (object == null) {
            return "error looking up service account " + namespace + "/" + name + ": serviceaccount \"" + name
                    + "\" not found";
        }
        ObjectNode spec = Json.child(pod, "spec");
        if (!tokenVolume.isEmpty() && TokenVolume.isWanted(spec, object)) {
            TokenVolume.mount(spec, tokenVolume);
        }
        if (spec.path("imagePullSecrets").isEmpty()
                && !object.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", object.path("imagePullSecrets").deepCopy());
        }
        return "";
    }

    private static String mirrorRefusal(JsonNode spec) {
        if (!Json.text(spec, "serviceAccountName").isEmpty()
                || !Json.text(spec, "serviceAccount").isEmpty()) {
            return "a mirror pod may not reference service accounts";
        }
        if (!spec.path("imagePullSecrets").isEmpty() || namesSecret(spec)) {
            return "a mirror pod may not reference secrets";
        }
        for (JsonNode volume : spec.path("volumes")) {
            for (JsonNode source : Json.at(volume, "projected", "sources")) {
                if (source.has("serviceAccountToken")) {
                    return "a mirror pod may not use service account token volume projections";
                }
            }
        }
        return "";
    }

    private static boolean namesSecret(JsonNode spec) {
        for (String list : new String[] {"containers", "initContainers", "ephemeralContainers"}) {
            for (JsonNode container : spec.path(list)) {
                for (JsonNode variable : container.path("env")) {
                    if (Json.at(variable, "valueFrom").has("secretKeyRef")) {
                        return true;
                    }
                }
                for (JsonNode source : container.path("envFrom")) {
                    if (source.has("secretRef")) {
                        return true;
                    }
                }
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.has("secret")) {
                return true;
            }
            for (JsonNode source : Json.at(volume, "projected", "sources")) {
                if (source.has("secret")) {
                    return true;
                }
            }
        }
        return false;
    }
}
