package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;

/**
 * Defaults that only a Pod gets, not a template (pkg/apis/core/v1/defaults.go SetDefaults_Pod, conversion.go), and
 * those of the admission plugins that need no other object: DefaultTolerationSeconds and the account's name of
 * ServiceAccount.
 */
final class PodDefaults {

    private static final int TOLERATION_SECONDS = 300;

    private PodDefaults() {}

    static void apply(ObjectNode spec) {
        applyDecodingDefaults(spec);
        tolerate(spec, NodeRules.NOT_READY);
        tolerate(spec, "node.kubernetes.io/unreachable");
    }

    /** Those that are no admission plugin's. */
    static void applyDecodingDefaults(ObjectNode spec) {
        for (String containers : List.of("containers", "initContainers")) {
            for (ObjectNode container : Trees.objects(spec, containers)) {
                requestsFromLimits(container);
            }
        }
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        if (Trees.number(spec, "terminationGracePeriodSeconds") < 0) {
            spec.put("terminationGracePeriodSeconds", 1);
        }
        if (Trees.isTrue(spec, "hostNetwork")) {
            hostPorts(spec);
        }
    }

    /** The account of Pods that name none. Mirror Pods have no account. */
    static void serviceAccount(ObjectNode spec) {
        Trees.textDefault(spec, "serviceAccountName", "default");
        PodSpecDefaults.mirrorServiceAccount(spec);
    }

    private static void requestsFromLimits(ObjectNode container) {
        if (!(container.get("resources") instanceof ObjectNode resources)
                || resources.path("limits").isEmpty()) {
            return;
        }
        ObjectNode requests = Json.child(resources, "requests");
        for (Map.Entry<String, JsonNode> limit : Trees.entries(resources, "limits")) {
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }

    /** On the host's network a container's port is the host's port. */
    private static void hostPorts(ObjectNode spec) {
        for (String containers : List.of("initContainers", "containers")) {
            for (ObjectNode container : Trees.objects(spec, containers)) {
                for (ObjectNode port : Trees.objects(container, "ports")) {
                    if (Trees.number(port, "hostPort") == 0 && port.has("containerPort")) {
                        port.set("hostPort", port.get("containerPort"));
                    }
                }
            }
        }
    }

    /** Ordinary Pods stay for five minutes on a node that is in trouble, unless they say otherwise. */
    private static void tolerate(ObjectNode spec, String taint) {
        for (ObjectNode toleration : Trees.objects(spec, "tolerations")) {
            String key = Trees.text(toleration, "key");
            String effect = Trees.text(toleration, "effect");
            if ((key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return;
            }
        }
        Trees.array(spec, "tolerations")
                .addObject()
                .put("key", taint)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", TOLERATION_SECONDS);
    }
}
