package io.everynode.objects.apply;

import io.everynode.objects.ApiStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The refusal of an apply that would change fields of others (managedfields/internal/conflict.go). */
final class Conflicts {

    private Conflicts() {}

    static ApiStatus status(Map<ManagerKey, FieldSet> conflicts) {
        Map<String, List<String>> byManager = new LinkedHashMap<>();
        List<ApiStatus.Cause> causes = new ArrayList<>();
        conflicts.forEach((manager, fields) -> {
            for (List<PathElement> path : fields.paths()) {
                String field = FieldSet.shown(path);
                causes.add(new ApiStatus.Cause("FieldManagerConflict", "conflict with " + manager.shown(), field));
                byManager
                        .computeIfAbsent(manager.shown(), key -> new ArrayList<>())
                        .add(field);
            }
        });
        return new ApiStatus(
                409,
                "Conflict",
                message(causes, byManager),
                new ApiStatus.Details("", "", "", "", List.copyOf(causes), 0));
    }

    private static String message(List<ApiStatus.Cause> causes, Map<String, List<String>> byManager) {
        if (causes.size() == 1) {
            return "Apply failed with 1 conflict: " + causes.get(0).message() + ": "
                    + causes.get(0).field();
        }
        List<String> lines = new ArrayList<>();
        byManager.forEach((manager, fields) -> {
            lines.add("conflicts with " + manager + ":");
            fields.forEach(field -> lines.add("- " + field));
        });
        return "Apply failed with " + causes.size() + " conflicts: " + String.join("\n", lines);
    }
}
