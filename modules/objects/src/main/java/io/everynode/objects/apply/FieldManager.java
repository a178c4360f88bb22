package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.Timestamps;
import io.everynode.objects.rules.ObjectRules;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps {@code metadata.managedFields}: who set which field of an object, by plain writes and by server-side apply, as
 * Kubernetes does (KEP-555, apimachinery/pkg/util/managedfields). What is not recorded stands in
 * {@link RecordedWrites}. Pure; trees that come in are not changed, unless it says so.
 */
public final class FieldManager {

    /** Whom the control plane's own writes are by. */
    public static final String CONTROL_PLANE = "everynode";

    private static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final String UNNAMED = "unknown";

    private FieldManager() {}

    /**
     * The new object with the entries that its creation begins with. Those that the client sent are kept, as upstream
     * does, if they are in order.
     *
     * @param submitted decoded; may have managedFields
     * @param manager "" for a client that gave neither a manager nor a User-Agent
     */
    public static ObjectNode created(Kind kind, ObjectNode submitted, String manager, Instant now) {
        JsonNode sent = ManagedFields.in(submitted);
        ObjectNode object = submitted.deepCopy();
        Json.child(object, "metadata").remove(ManagedFields.NAME);
        if (!RecordedWrites.onCreate(kind)) {
            return object;
        }
        Map<ManagerKey, ManagedEntry> managers = sentOr(sent, new TreeMap<>());
        ObjectNode defaulted = ObjectRules.defaulted(kind, object);
        record(kind, "", Json.object(), defaulted, managers, manager, now);
        return with(object, managers);
    }

    /**
     * The object with its entries after a write that was no apply.
     *
     * @param live the object as it was, with its entries
     * @param next as it is to be stored; changed in place
     * @param sent managedFields of what the client sent, or a missing node
     */
    public static ObjectNode updated(
            Kind kind,
            String subresource,
            ObjectNode live,
            ObjectNode next,
            JsonNode sent,
            String manager,
            Instant now) {
        JsonNode stored = ManagedFields.in(live);
        boolean takesSent = subresource.isEmpty() && sent.isArray();
        if (takesSent && ManagedFields.reset(sent)) {
            Json.child(next, "metadata").remove(ManagedFields.NAME);
            return next;
        }
        if (stored.isEmpty() && (!takesSent || sent.isEmpty()) || !RecordedWrites.onUpdate(kind, subresource, stored)) {
            return keep(next, stored);
        }
        Map<ManagerKey, ManagedEntry> managers = ManagedFields.stored(live);
        if (takesSent) {
            managers = sentOr(sent, managers);
        }
        if (managers.isEmpty()) {
            return keep(next, stored);
        }
        record(kind, subresource, bare(live), bare(next), managers, manager, now);
        return with(next, managers);
    }

    /**
     * As {@link #updated}, for what the control plane itself made of an object besides a client's write.
     *
     * @param next changed in place; its entries are those of {@code live}
     */
    public static ObjectNode settled(Kind kind, ObjectNode live, ObjectNode next, Instant now) {
        return next == live || ManagedFields.in(live).isEmpty()
                ? next
                : updated(kind, "", live, next, Json.object().path(ManagedFields.NAME), CONTROL_PLANE, now);
    }

    /**
     * Lays a configuration over an object. Refused with 400 when the configuration is wrong, and with 409 when it would
     * change fields of others and is not to be forced.
     *
     * @param live null when there is none: it is made
     * @param config as the client sent it, without resourceVersion
     * @return the object with its managedFields, not yet defaulted or validated
     */
    public static Outcome<ObjectNode> apply(
            Kind kind,
            String subresource,
            ObjectNode live,
            ObjectNode config,
            String manager,
            boolean force,
            Instant now) {
        return AppliedConfig.check(kind, config)
                .then(checked -> apply(
                        kind, subresource, live == null ? Json.object() : live, config, checked, manager, force, now));
    }

    private static Outcome<ObjectNode> apply(
            Kind kind,
            String subresource,
            ObjectNode live,
            ObjectNode config,
            ObjectNode checked,
            String manager,
            boolean force,
            Instant now) {
        ObjectNode bare = bare(live);
        Map<ManagerKey, ManagedEntry> managers = ManagedFields.stored(live);
        if (managers.isEmpty() && !bare.isEmpty()) {
            record(kind, subresource, Json.object(), bare, managers, BEFORE_FIRST_APPLY, now);
        }
        Ownership ownership =
                new Ownership(ValueForm.of(kind), RecordedWrites.notWritten(kind, subresource, bare.isEmpty()));
        ManagerKey applier = ManagerKey.apply(manager, subresource);
        FieldSet fields = OwnedFields.of(ownership.form(), checked);
        Ownership.Applied applied = ownership.apply(bare, checked, fields, applier, kind.apiVersion(), managers, force);
        if (!applied.conflicts().isEmpty() && manager.equals(LastApplied.MANAGER)) {
            Map<ManagerKey, FieldSet> left =
                    LastApplied.notTakenOver(ownership.form(), kind, bare, applied.conflicts());
            applied = left.isEmpty()
                    ? ownership.apply(bare, checked, fields, applier, kind.apiVersion(), managers, true)
                    : new Ownership.Applied(null, managers, left);
        }
        if (!applied.conflicts().isEmpty()) {
            return Outcome.refused(Conflicts.status(applied.conflicts()));
        }
        ObjectNode next = ((ObjectNode) applied.object()).deepCopy();
        if (manager.equals(LastApplied.MANAGER)) {
            LastApplied.renew(next, config);
        }
        Map<ManagerKey, ManagedEntry> after = applied.managers();
        ManagedEntry entry = after.get(applier);
        if (entry != null) {
            after.put(applier, new ManagedEntry(entry.fields(), entry.apiVersion(), seconds(now)));
        }
        return Outcome.done(with(next, after));
    }

    /** Whether the two differ in nothing but the times of their managers: upstream writes nothing then. */
    public static boolean sameButTimes(ObjectNode live, ObjectNode next) {
        JsonNode before = ManagedFields.in(live);
        JsonNode after = ManagedFields.in(next);
        return bare(live).equals(bare(next)) && (before.equals(after) || ManagedFields.sameButTimes(before, after));
    }

    /** The object without its entries; itself when it has none, else a shallow copy. */
    public static ObjectNode bare(ObjectNode object) {
        if (!(object.get("metadata") instanceof ObjectNode metadata) || !metadata.has(ManagedFields.NAME)) {
            return object;
        }
        ObjectNode copy = Json.object();
        copy.setAll(object);
        ObjectNode rest = Json.object();
        rest.setAll(metadata);
        rest.remove(ManagedFields.NAME);
        copy.set("metadata", rest);
        return copy;
    }

    private static void record(
            Kind kind,
            String subresource,
            ObjectNode live,
            ObjectNode next,
            Map<ManagerKey, ManagedEntry> managers,
            String manager,
            Instant now) {
        Ownership ownership =
                new Ownership(ValueForm.of(kind), RecordedWrites.notWritten(kind, subresource, live.isEmpty()));
        FieldSet taken = ownership.update(live, next, managers);
        if (!taken.isEmpty()) {
            ManagerKey key = ManagerKey.update(manager.isEmpty() ? UNNAMED : manager, kind.apiVersion(), subresource);
            ManagedEntry before = managers.get(key);
            managers.put(
                    key,
                    new ManagedEntry(
                            before == null ? taken : taken.union(before.fields()), kind.apiVersion(), seconds(now)));
        }
        ManyManagers.merge(managers);
    }

    private static Map<ManagerKey, ManagedEntry> sentOr(JsonNode sent, Map<ManagerKey, ManagedEntry> otherwise) {
        if (!sent.isArray() || sent.isEmpty() || ManagedFields.reset(sent)) {
            return otherwise;
        }
        Map<ManagerKey, ManagedEntry> read = ManagedFields.read(sent);
        return read == null || read.isEmpty() ? otherwise : read;
    }

    /** The object with the entries of another one, in place. */
    public static ObjectNode withEntriesOf(ObjectNode other, ObjectNode object) {
        return keep(object, ManagedFields.in(other));
    }

    private static ObjectNode keep(ObjectNode next, JsonNode stored) {
        if (stored.isEmpty()) {
            Json.child(next, "metadata").remove(ManagedFields.NAME);
        } else {
            Json.child(next, "metadata").set(ManagedFields.NAME, stored.deepCopy());
        }
        return next;
    }

    private static ObjectNode with(ObjectNode object, Map<ManagerKey, ManagedEntry> managers) {
        ArrayNode entries = ManagedFields.write(managers);
        if (entries == null) {
            Json.child(object, "metadata").remove(ManagedFields.NAME);
        } else {
            Json.child(object, "metadata").set(ManagedFields.NAME, entries);
        }
        return object;
    }

    private static String seconds(Instant now) {
        return Timestamps.seconds(now);
    }

    /** Of a patched tree: the entries that the client means to set, or a missing node when it left them alone. */
    public static JsonNode sentIn(ObjectNode submitted, ObjectNode live) {
        JsonNode sent = ManagedFields.in(submitted);
        return sent instanceof NullNode || sent.equals(ManagedFields.in(live))
                ? Json.object().path(ManagedFields.NAME)
                : sent;
    }
}
