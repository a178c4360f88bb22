package io.everynode.controlplane.audit;

import io.everynode.objects.Kind;

/**
 * A write of something that violates the Pod Security level that its namespace audits.
 *
 * @param name "" for what gets its name later
 * @param cause as of the write
 * @param refused whether it was refused for what the namespace enforces
 * @param violations what upstream's audit has as pod-security.kubernetes.io/audit-violations
 */
public record AuditedViolation(
        Kind kind,
        String namespace,
        String name,
        String user,
        String client,
        String cause,
        boolean refused,
        String violations) {}
