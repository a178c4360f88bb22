package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.admission.LimitRanges;
import io.everynode.core.admission.PodAccount;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.DaemonTolerations;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.scheduling.PriorityAdmission;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.PodTemplates;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Pods of a DaemonSet are made from: its template with the daemon tolerations and the defaults of Pods, in
 * canonical form. Immutable.
 *
 * @param hash SHA-256 of {@code template}: the id of its Template entity
 * @param template the bytes that the Template entity keeps
 * @param requirements what its Pods ask of a node
 * @param graceSeconds terminationGracePeriodSeconds
 * @param finalizers what its Pods have for metadata.finalizers
 */
public record AdmittedTemplate(
        String hash, JsonBytes template, PodRequirements requirements, long graceSeconds, List<String> finalizers) {

    /** core/v1 DefaultTerminationGracePeriodSeconds. */
    private static final long DEFAULT_GRACE_SECONDS = 30;

    /** @param raw {@code spec.template} as the user sees it; not changed */
    public static AdmittedTemplate of(ObjectNode raw) {
        return ofAdmitted(PodTemplates.withPodDefaults(DaemonTolerations.addTo(raw)));
    }

    /** {@link #admitted} in a namespace without LimitRanges, by an account that adds nothing. */
    public Outcome<AdmittedTemplate> withPriority(PriorityAdmission classes, String podName) {
        return admitted(new PodAccount("", PodAccount.DEFAULT, Json.object(), ""), classes, LimitRanges.NONE, podName);
    }

    /**
     * The same with the priority of its class and what its ServiceAccount and the LimitRanges of its namespace fill in:
     * what each Pod would get when it is made.
     *
     * @param account that its Pods run as; its token's volume is part of the template, so that no Pod records it
     * @param podName for the message
     * @return refused with 403 when the account or the class is missing, the template says another priority or is out
     *     of the LimitRanges' bounds, with 422 when no Pod could have the template's finalizers: a DaemonSet may, as
     *     nobody looks at its template's
     */
    public Outcome<AdmittedTemplate> admitted(
            PodAccount account, PriorityAdmission classes, LimitRanges ranges, String podName) {
        ObjectNode admitted = template.tree();
        String forbidden = account.admit(admitted);
        if (forbidden.isEmpty()) {
            forbidden = classes.admit(Json.child(admitted, "spec"));
        }
        if (forbidden.isEmpty()) {
            forbidden = ranges.admitPod(admitted);
        }
        if (!forbidden.isEmpty()) {
            return Outcome.refused(ApiStatus.forbidden(Kinds.POD, podName, forbidden));
        }
        List<ApiStatus.Cause> wrong = PodTemplates.wrongFinalizers(admitted);
        return wrong.isEmpty()
                ? Outcome.done(ofAdmitted(admitted))
                : Outcome.refused(ApiStatus.invalid(Kinds.POD, podName, wrong));
    }

    private static List<String> finalizers(ObjectNode admitted) {
        List<String> finalizers = new ArrayList<>();
        Json.at(admitted, "metadata", "finalizers").forEach(one -> finalizers.add(one.asText()));
        return List.copyOf(finalizers);
    }

    private static AdmittedTemplate ofAdmitted(ObjectNode admitted) {
        byte[] bytes = Json.encode(PodTemplateHash.canonical(admitted));
        return new AdmittedTemplate(
                PodTemplateHash.hex(bytes),
                new JsonBytes(bytes),
                PodRequirements.ofTemplate(admitted),
                Json.at(admitted, "spec", "terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS),
                finalizers(admitted));
    }
}
