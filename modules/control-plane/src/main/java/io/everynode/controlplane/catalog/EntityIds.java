package io.everynode.controlplane.catalog;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;

/** The persistence ids of the entities; their form is fixed for ever. */
public final class EntityIds {

    public static final String NODE = "Node";
    public static final String DAEMON_SET = "DaemonSet";
    public static final String POD = "Pod";
    public static final String TEMPLATE = "Template";
    public static final String RESOURCE = "Resource";

    private EntityIds() {}

    /** What sharding calls the entity: the persistence id behind the type. */
    public static String node(String name) {
        return PersistenceIds.entityId(name);
    }

    public static String namespaced(String namespace, String name) {
        return PersistenceIds.entityId(namespace, name);
    }

    public static String template(String hash) {
        return PersistenceIds.entityId(hash);
    }

    /** Without the version, so that an object stays one when its kind is served in another version. */
    public static String resource(Kind kind, String namespace, String name) {
        return PersistenceIds.entityId(kind.group(), kind.plural(), namespace, name);
    }

    /**
     * Whether the object is a view of another's history, which cannot be written: it comes and goes with that.
     *
     * @param object may be null
     */
    public static boolean isView(StoredObject object) {
        return object != null
                && (object.kind().equals(Kinds.CONTROLLER_REVISION)
                        || object.kind().equals(Kinds.EVENT))
                && !object.persistenceId().startsWith(RESOURCE + "|");
    }

    /** Whether a DaemonSet's entity keeps it: the DaemonSet itself or one of its ControllerRevisions. */
    public static boolean isOfDaemonSet(StoredObject object) {
        return object.persistenceId().startsWith(DAEMON_SET + "|");
    }

    /** What sharding calls the entity of a persistence id. */
    public static String entityId(String persistenceId) {
        return persistenceId.substring(persistenceId.indexOf('|') + 1);
    }

    /** @param parts of a Resource's id */
    public static Kind kindOf(List<String> parts) {
        return Kinds.all().stream()
                .filter(k -> k.group().equals(parts.get(0)) && k.plural().equals(parts.get(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no kind is served for " + parts));
    }
}
