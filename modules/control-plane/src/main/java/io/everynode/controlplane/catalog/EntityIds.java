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
     * Whether the object is a view of another's history: it comes and goes with that. A ControllerRevision that an
     * orphaned DaemonSet left behind is none, though that one's entity keeps it.
     *
     * @param object may be null
     */
    public static boolean isView(StoredObject object) {
        if (object == null || object.persistenceId().startsWith(RESOURCE + "|")) {
            return false;
        }
        return object.kind().equals(Kinds.EVENT)
                || object.kind().equals(Kinds.CONTROLLER_REVISION)
                        && object.collectable().owners().stream()
                                .anyMatch(owner -> owner.kind().equals(Kinds.DAEMON_SET.kind())
                                        && namespaced(object.namespace(), owner.name())
                                                .equals(entityId(object.persistenceId())));
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
