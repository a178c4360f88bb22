package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * What {@link ObjectRules#update} does to the status of a Pod, for who writes nothing else and needs no look at the
 * rest. Pure.
 */
public final class PodStatusUpdate {

    private PodStatusUpdate() {}

    /**
     * Completes a new status as the rules do; whether they have nothing against it. What they say of one that is wrong,
     * {@link ObjectRules#update} tells.
     *
     * @param status has passed the schema's type checks; changed in place
     * @param current the Pod's status as it is; its restartPolicy is Always
     */
    public static boolean admit(ObjectNode status, ObjectNode current) {
        complete(status, current);
        Causes causes = new Causes();
        PodStatusValidation.validate(pod(status), pod(current), causes);
        return causes.isEmpty();
    }

    /** Whether two statuses mean the same, so that nothing is to be stored. */
    public static boolean same(ObjectNode status, ObjectNode current) {
        return Equality.same(status, current);
    }

    /** Old kubelets drop the QoS class, so that it comes from the current Pod. */
    static void complete(ObjectNode status, JsonNode current) {
        if (Trees.text(status, "qosClass").isEmpty()) {
            Trees.copy(status, "qosClass", current);
        }
    }

    private static ObjectNode pod(ObjectNode status) {
        ObjectNode pod = Json.object();
        pod.set("status", status);
        return pod;
    }
}
