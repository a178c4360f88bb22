package io.everynode.controlplane.audit;

import io.everynode.core.audit.ObjectDifference;
import io.everynode.core.audit.RequestCause;
import io.everynode.objects.Kind;
import java.util.Optional;

/**
 * One change of one object.
 *
 * @param ordering the journal's; the resourceVersion that the change gave
 * @param user for whom it was done
 * @param client the program, by its User-Agent; "" for a part of the control plane
 * @param cause what led to it, as the envelope has it
 * @param request the cause, when it was a request
 * @param verb such as patch
 * @param name "" where only the uid is known
 * @param subresource "" for the object itself
 * @param uid "" where the event does not tell it
 * @param event its manifest
 * @param reason why, as the envelope has it
 * @param difference empty where it is not known what was before
 */
public record AuditEntry(
        long ordering,
        long atMillis,
        String user,
        String client,
        String cause,
        Optional<RequestCause> request,
        String verb,
        Kind kind,
        String namespace,
        String name,
        String subresource,
        String uid,
        String event,
        String reason,
        Optional<ObjectDifference> difference) {}
