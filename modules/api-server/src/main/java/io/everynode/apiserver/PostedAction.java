package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ActionSubresource;

/** What POSTs to one {@link ActionSubresource} ask for; {@link ActionHandler} does the rest. */
interface PostedAction {

    ActionSubresource subresource();

    /**
     * Checks the decoded body; refusals are {@link ApiFailure}s.
     *
     * @param path without a name where the body alone names the object
     */
    Asked asked(ResourcePath path, ObjectNode body, Query query, WriteOptions options);

    /**
     * A write to the object of that name.
     *
     * @param resourceVersion that the object must still have; 0 for any
     */
    record Asked(String name, ObjectWrite write, long resourceVersion, boolean dryRun) {}
}
