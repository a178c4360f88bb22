package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/** Defaults of the Pod spec in Pods and in templates (pkg/apis/core/v1/defaults.go, conversion.go). */
final class PodSpecDefaults {

    private static final int TERMINATION_GRACE_SECONDS = 30;

    private PodSpecDefaults() {}

    static void apply(ObjectNode spec) {
        ZeroValues.drop(spec);
        Trees.textDefault(spec, "dnsPolicy", "ClusterFirst");
        Trees.textDefault(spec, "restartPolicy", "Always");
        Trees.textDefault(spec, "schedulerName", "default-scheduler");
        Json.child(spec, "securityContext");
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", TERMINATION_GRACE_SECONDS);
        }
        mirrorServiceAccount(spec);
        Amounts.normalize(spec, "overhead");
        for (ObjectNode volume : Trees.objects(spec, "volumes")) {
            VolumeDefaults.apply(volume);
        }
        for (String containers : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
            for (ObjectNode container : Trees.objects(spec, containers)) {
                ContainerDefaults.apply(container);
            }
        }
    }

    /** The account has two names in the API, of which the newer one wins; both are always answered. */
    static void mirrorServiceAccount(ObjectNode spec) {
        String account = Trees.text(spec, "serviceAccountName");
        if (account.isEmpty()) {
            account = Trees.text(spec, "serviceAccount");
        }
        if (!account.isEmpty()) {
            spec.put("serviceAccountName", account);
            spec.put("serviceAccount", account);
        }
    }
}
