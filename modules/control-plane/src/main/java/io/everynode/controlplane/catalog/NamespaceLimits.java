package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.admission.LimitRanges;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The LimitRanges of namespaces, read again only when one of them changed. Thread-safe. */
public final class NamespaceLimits {

    private record Read(Object objects, Map<String, LimitRanges> byNamespace) {}

    private volatile Read last = new Read(null, Map.of());

    /** The same instance as long as no LimitRange changes. */
    public LimitRanges of(CatalogVersion version, String namespace) {
        Object objects = version.of(Kinds.LIMIT_RANGE);
        Read known = last;
        // Versions share the map of a kind as long as nothing of the kind changes.
        if (known.objects() != objects) {
            known = new Read(objects, new ConcurrentHashMap<>());
            last = known;
        }
        return known.byNamespace().computeIfAbsent(namespace, one -> read(version, one));
    }

    private static LimitRanges read(CatalogVersion version, String namespace) {
        List<JsonNode> ranges = new ArrayList<>();
        version.list(Kinds.LIMIT_RANGE, namespace).forEach(range -> ranges.add(range.tree()));
        return ranges.isEmpty() ? LimitRanges.NONE : new LimitRanges(ranges);
    }
}
