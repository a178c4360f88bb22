package io.everynode.controlplane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.ApiStatus;
import java.util.List;

/** What came of a {@link WriteRequest}. */
public sealed interface WriteResult {

    /** @param object as this write left it */
    record Stored(StoredObject object, List<String> warnings) implements WriteResult {}

    /** @param last the object as it was at the end; its resourceVersion is that of the removal */
    record Removed(StoredObject last, List<String> warnings) implements WriteResult {}

    /** @param object as the write would have left it */
    record DryRun(ObjectNode object, List<String> warnings) implements WriteResult {}

    record Refused(ApiStatus status) implements WriteResult {}
}
