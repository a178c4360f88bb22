package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.DaemonTolerations;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import io.everynode.objects.rules.PodTemplates;

/**
 * What the Pods of a DaemonSet are made from: its template with the daemon tolerations and the defaults of Pods, in
 * canonical form. Immutable.
 *
 * @param hash SHA-256 of {@code template}: the id of its Template entity
 * @param template the bytes that the Template entity keeps
 * @param requirements what its Pods ask of a node
 * @param graceSeconds terminationGracePeriodSeconds
 */
public record AdmittedTemplate(String hash, JsonBytes template, PodRequirements requirements, long graceSeconds) {

    /** core/v1 DefaultTerminationGracePeriodSeconds. */
    private static final long DEFAULT_GRACE_SECONDS = 30;

    /** @param raw {@code spec.template} as the user sees it; not changed */
    public static AdmittedTemplate of(ObjectNode raw) {
        ObjectNode admitted = PodTemplates.withPodDefaults(DaemonTolerations.addTo(raw));
        byte[] bytes = Json.encode(PodTemplateHash.canonical(admitted));
        return new AdmittedTemplate(
                PodTemplateHash.hex(bytes),
                new JsonBytes(bytes),
                PodRequirements.ofTemplate(admitted),
                Json.at(admitted, "spec", "terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS));
    }
}
