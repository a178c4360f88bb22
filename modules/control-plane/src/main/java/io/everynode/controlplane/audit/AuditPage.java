package io.everynode.controlplane.audit;

import java.util.List;

/**
 * A part of the answer.
 *
 * @param entries the newest first, maybe none
 * @param before what is still to be looked at are changes below this ordering; 0 when that was all
 */
public record AuditPage(List<AuditEntry> entries, long before) {}
