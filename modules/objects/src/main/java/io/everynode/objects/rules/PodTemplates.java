package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import java.util.List;

/** What becomes of a Pod template when a controller makes Pods of it. Pure. */
public final class PodTemplates {

    private PodTemplates() {}

    /**
     * A copy of the template with everything that a Pod created from it gets by default and the template itself does
     * not: requests from limits, host ports on the host's network, service links, the account's name. Pods without
     * these could not be edited, as every edit would seem to add them.
     *
     * @param template {@code metadata} and {@code spec}, with its own defaults
     */
    public static ObjectNode withPodDefaults(ObjectNode template) {
        ObjectNode copy = template.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        PodSpecDefaults.apply(spec);
        PodDefaults.apply(spec);
        PodDefaults.serviceAccount(spec);
        return copy;
    }

    /** What is wrong with the finalizers that a Pod would have from the template; it could not be created with them. */
    public static List<Cause> wrongFinalizers(ObjectNode template) {
        Causes causes = new Causes();
        ObjectMetaRules.createdFinalizers(template.path("metadata"), causes);
        return causes.found();
    }
}
