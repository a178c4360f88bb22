package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.scheduling.PriorityAdmission;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;

/** The PriorityClasses of catalog versions, read again only when one of them changed. Thread-safe. */
public final class PriorityClasses {

    private record Read(Object objects, PriorityAdmission admission) {}

    private volatile Read last;

    public PriorityAdmission of(CatalogVersion version) {
        Object objects = version.of(Kinds.PRIORITY_CLASS);
        Read known = last;
        // Versions share the map of a kind as long as nothing of the kind changes.
        if (known == null || known.objects() != objects) {
            List<JsonNode> trees = new ArrayList<>();
            version.list(Kinds.PRIORITY_CLASS, "").forEach(one -> trees.add(one.tree()));
            known = new Read(objects, new PriorityAdmission(trees));
            last = known;
        }
        return known.admission();
    }
}
