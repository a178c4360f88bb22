package io.everynode.controlplane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.ApiStatus;
import java.util.ArrayList;
import java.util.List;

/** What came of a {@link WriteRequest}. */
public sealed interface WriteResult {

    /**
     * @param object as this write left it
     * @param created whether it was not there before, also by an apply
     */
    record Stored(StoredObject object, List<String> warnings, boolean created) implements WriteResult {

        public Stored(StoredObject object, List<String> warnings) {
            this(object, warnings, false);
        }
    }

    /** @param last the object as it was at the end; its resourceVersion is that of the removal */
    record Removed(StoredObject last, List<String> warnings) implements WriteResult {}

    /**
     * @param object as the write would have left it
     * @param created as of one that is stored
     */
    record DryRun(ObjectNode object, List<String> warnings, boolean created) implements WriteResult {

        public DryRun(ObjectNode object, List<String> warnings) {
            this(object, warnings, false);
        }
    }

    record Refused(ApiStatus status) implements WriteResult {}

    /** The same of an object that was not there before. */
    default WriteResult asCreated() {
        if (this instanceof Stored stored) {
            return new Stored(stored.object(), stored.warnings(), true);
        }
        return this instanceof DryRun dry ? new DryRun(dry.object(), dry.warnings(), true) : this;
    }

    /** The same with further warnings before its own; a refusal has none. */
    default WriteResult warned(List<String> warnings) {
        if (warnings.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(warnings);
        if (this instanceof Stored stored) {
            all.addAll(stored.warnings());
            return new Stored(stored.object(), all, stored.created());
        }
        if (this instanceof DryRun dry) {
            all.addAll(dry.warnings());
            return new DryRun(dry.object(), all, dry.created());
        }
        return this;
    }
}
