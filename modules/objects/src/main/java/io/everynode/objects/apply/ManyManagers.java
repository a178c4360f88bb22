package io.everynode.objects.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the number of entries of plain updates down, by merging the oldest of a version into one
 * (managedfields/internal/capmanagers.go).
 */
final class ManyManagers {

    static final int MOST_UPDATERS = 10;

    private static final String MERGED = "ancient-changes";

    private ManyManagers() {}

    /** Changes the entries in place. */
    static void merge(Map<ManagerKey, ManagedEntry> managers) {
        List<ManagerKey> updaters = new ArrayList<>();
        for (ManagerKey key : managers.keySet()) {
            if (!key.applies()) {
                updaters.add(key);
            }
        }
        int count = updaters.size();
        if (count <= MOST_UPDATERS) {
            return;
        }
        updaters.sort(Comparator.comparing((ManagerKey key) -> managers.get(key).time())
                .thenComparing(Comparator.naturalOrder()));
        Map<String, ManagerKey> firstOfVersion = new HashMap<>();
        for (ManagerKey key : updaters) {
            if (count <= MOST_UPDATERS) {
                return;
            }
            ManagedEntry entry = managers.get(key);
            ManagerKey first = firstOfVersion.putIfAbsent(entry.apiVersion(), key);
            if (first != null) {
                ManagerKey bucket = ManagerKey.update(MERGED, entry.apiVersion(), "");
                if (!managers.containsKey(bucket)) {
                    managers.put(bucket, managers.remove(first));
                }
                FieldSet all = entry.fields().union(managers.get(bucket).fields());
                managers.remove(key);
                managers.put(bucket, new ManagedEntry(all, entry.apiVersion(), entry.time()));
                count--;
            }
        }
    }
}
