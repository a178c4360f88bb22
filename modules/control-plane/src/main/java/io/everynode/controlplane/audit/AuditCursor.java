package io.everynode.controlplane.audit;

import java.util.concurrent.CompletionStage;

/** The answer to one {@link AuditQuery}, in parts. For one caller at a time. */
public interface AuditCursor {

    /**
     * The next part, after a bounded look at the journal. Fails with {@code ControlPlane.Unavailable} when the database
     * is away. Not to be called after a page whose {@link AuditPage#before} is 0.
     */
    CompletionStage<AuditPage> next();
}
