package io.everynode.apiserver;

import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.PodReferences;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Pods name, read once for each version of a Pod; the least used are forgotten. Thread-safe. */
final class PodReferencesCache {

    /** A starting Pod asks some ten times within seconds; so many Pods may start at a time. */
    static final int MOST = 20_000;

    private record Read(long version, PodReferences references) {}

    private final Map<String, Read> byUid = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
            return size() > MOST;
        }
    };

    PodReferences of(StoredObject pod) {
        synchronized (byUid) {
            Read read = byUid.get(pod.uid());
            if (read != null && read.version() == pod.resourceVersion()) {
                return read.references();
            }
        }
        PodReferences references = PodReferences.of(pod.tree());
        synchronized (byUid) {
            byUid.put(pod.uid(), new Read(pod.resourceVersion(), references));
        }
        return references;
    }
}
