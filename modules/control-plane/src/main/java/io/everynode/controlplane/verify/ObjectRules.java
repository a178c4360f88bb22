package io.everynode.controlplane.verify;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Names, UIDs and namespaces, judged by the changes of objects that the journal's events make. Objects that are views
 * of others' histories come and go with them and are left out.
 */
final class ObjectRules {
    private static final int NAMED = 3;

    private final Set<String> uids = new HashSet<>();
    private final Map<String, Integer> contents = new HashMap<>();

    /**
     * Looks at one change.
     *
     * @param after the catalog with it
     * @param broken gets each rule that does not hold, and why
     */
    void look(Change change, CatalogVersion after, BiConsumer<Check, String> broken) {
        StoredObject object = change.object();
        if (EntityIds.isView(object) || change.previous() != null && EntityIds.isView(change.previous())) {
            return;
        }
        name(object, broken);
        switch (change.type()) {
            case ADDED -> {
                uid(object, broken);
                namespaceOf(object, after, broken);
            }
            case MODIFIED -> {
                if (!object.uid().equals(change.previous().uid())) {
                    String was = change.previous().uid();
                    broken.accept(Check.NAMES, shown(object) + " was " + was + " and is " + object.uid());
                    uid(object, broken);
                }
            }
            case REMOVED -> removed(change, after, broken);
        }
    }

    private void uid(StoredObject object, BiConsumer<Check, String> broken) {
        if (!uids.add(object.uid())) {
            broken.accept(Check.UIDS, shown(object) + " has UID " + object.uid() + ", which came before");
        }
    }

    private void namespaceOf(StoredObject object, CatalogVersion after, BiConsumer<Check, String> broken) {
        if (!object.kind().namespaced()) {
            return;
        }
        contents.merge(object.namespace(), 1, Integer::sum);
        if (after.get(Kinds.NAMESPACE, "", object.namespace()).isEmpty()) {
            broken.accept(Check.NAMESPACES, shown(object) + " is made in a namespace that is not there");
        }
    }

    private void removed(Change change, CatalogVersion after, BiConsumer<Check, String> broken) {
        StoredObject object = change.object();
        if (object.kind().namespaced()) {
            contents.merge(object.namespace(), -1, (a, b) -> a + b == 0 ? null : a + b);
        } else if (object.kind().equals(Kinds.NAMESPACE)) {
            int left = contents.getOrDefault(object.name(), 0);
            // A client may take the finalizer away that would have waited for the contents.
            boolean waits =
                    !Json.at(change.previous().tree(), "spec", "finalizers").isEmpty();
            if (left > 0 && waits) {
                broken.accept(
                        Check.NAMESPACES,
                        "namespace " + object.name() + " goes and leaves " + left + ": " + some(object.name(), after));
            }
        }
    }

    private static String some(String namespace, CatalogVersion catalog) {
        return Kinds.all().stream()
                .filter(Kind::namespaced)
                .flatMap(kind ->
                        StreamSupport.stream(catalog.list(kind, namespace).spliterator(), false))
                .filter(object -> !EntityIds.isView(object))
                .limit(NAMED)
                .map(ObjectRules::shown)
                .collect(Collectors.joining(", "));
    }

    /** Daemon Pods and left ControllerRevisions are kept by entities of other names. */
    private static void name(StoredObject object, BiConsumer<Check, String> broken) {
        PersistenceIds.Parts id = PersistenceIds.decode(object.persistenceId());
        List<String> parts = id.parts();
        boolean right = switch (id.type()) {
            case EntityIds.NODE ->
                !object.kind().equals(Kinds.NODE) || parts.get(0).equals(object.name());
            case EntityIds.POD -> parts.equals(List.of(object.namespace(), object.name()));
            case EntityIds.DAEMON_SET ->
                !object.kind().equals(Kinds.DAEMON_SET) || parts.equals(List.of(object.namespace(), object.name()));
            case EntityIds.RESOURCE -> parts.subList(2, 4).equals(List.of(object.namespace(), object.name()));
            default -> false;
        };
        if (!right) {
            broken.accept(Check.NAMES, shown(object) + " is kept by " + object.persistenceId());
        }
    }

    private static String shown(StoredObject object) {
        return object.kind().kind() + " " + (object.namespace().isEmpty() ? "" : object.namespace() + "/")
                + object.name();
    }
}
