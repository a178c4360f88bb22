package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Caller;
import io.everynode.core.namespace.NamespaceContent;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A terminating namespace is emptied and then finalised (pkg/controller/namespace/deletion): Pods and DaemonSets first,
 * and once no Pod is left all else (KEP-5080). What stays is told in its conditions.
 */
final class NamespaceDuty implements Duty<String> {

    private static final Caller CONTROLLER = Caller.controller("namespace-controller");

    /** Deletions of one look; each that is done leads to another look. */
    private static final int MAX_DELETES_AT_ONCE = 100;

    /** A look goes through all content, so it is not worth it for each object that goes. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** So long a namespace gets to empty before its conditions tell what is left, and before they tell it anew. */
    private static final Duration BEFORE_REPORT = Duration.ofSeconds(1);

    private static final Set<Kind> FIRST = Set.of(Kinds.POD, Kinds.DAEMON_SET);

    /** @param reported when its conditions were written last, or at first when it was seen to terminate */
    private record Looked(Instant last, Instant reported) {}

    private final Predicate<StoredObject> quiet;

    /** When terminating namespaces were looked at. Only used by the actor's thread. */
    private final Map<String, Looked> looked = new HashMap<>();

    /** @param quiet whether no create can come into a terminating namespace any more, through any member */
    NamespaceDuty(Predicate<StoredObject> quiet) {
        this.quiet = quiet;
    }

    @Override
    public Collection<String> everything(CatalogVersion version) {
        looked.clear();
        List<String> found = new ArrayList<>();
        for (StoredObject namespace : version.list(Kinds.NAMESPACE, "")) {
            if (namespace.terminating()) {
                found.add(namespace.name());
            }
        }
        return found;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.NAMESPACE)) {
            if (object.terminating()) {
                keys.accept(object.name());
            }
        } else if (isTerminating(version, object.namespace()) && !EntityIds.isView(object)) {
            keys.accept(object.namespace());
        }
    }

    private static boolean isTerminating(CatalogVersion version, String namespace) {
        return !namespace.isEmpty()
                && version.get(Kinds.NAMESPACE, "", namespace)
                        .filter(StoredObject::terminating)
                        .isPresent();
    }

    @Override
    public Todo decide(CatalogVersion version, String name, Instant now) {
        StoredObject namespace = version.get(Kinds.NAMESPACE, "", name).orElse(null);
        if (namespace == null || !namespace.terminating()) {
            looked.remove(name);
            return Todo.NOTHING;
        }
        Looked before = looked.get(name);
        if (before != null && now.isBefore(before.last().plus(BETWEEN_LOOKS))) {
            return new Todo(List.of(), Duration.between(now, before.last().plus(BETWEEN_LOOKS)));
        }
        Instant reported = before == null ? now : before.reported();
        looked.put(name, new Looked(now, reported));
        ObjectNode tree = namespace.tree();
        if (!NamespaceContent.held(tree)) {
            return Todo.NOTHING;
        }
        NamespaceContent content = new NamespaceContent();
        List<WriteRequest> writes = deletions(version, name, content, now);
        if (content.isEmpty()) {
            return quiet.test(namespace)
                    ? Todo.of(List.of(replace(namespace, "finalize", NamespaceContent.finalised(tree), now)))
                    : new Todo(List.of(), BETWEEN_LOOKS);
        }
        Instant reportAt = reported.plus(BEFORE_REPORT);
        if (now.isBefore(reportAt)) {
            return new Todo(writes, Duration.between(now, reportAt));
        }
        ObjectNode report = content.reported(tree, now);
        if (!report.equals(tree)) {
            looked.put(name, new Looked(now, now));
            writes.add(replace(namespace, "status", report, now));
        }
        return Todo.of(writes);
    }

    /** Counts all that is there, and deletes what is not terminating yet as far as it is its turn. */
    private static List<WriteRequest> deletions(
            CatalogVersion version, String name, NamespaceContent content, Instant now) {
        List<StoredObject> pods = new ArrayList<>();
        List<StoredObject> others = new ArrayList<>();
        boolean podsLeft = false;
        for (Kind kind : Kinds.all()) {
            if (!kind.namespaced()) {
                continue;
            }
            for (StoredObject object : version.list(kind, name)) {
                if (EntityIds.isView(object)) {
                    continue;
                }
                content.add(kind, object.finalizers());
                podsLeft |= kind.equals(Kinds.POD);
                List<StoredObject> turn = FIRST.contains(kind) ? pods : others;
                if (!object.terminating() && turn.size() < MAX_DELETES_AT_ONCE) {
                    turn.add(object);
                }
            }
        }
        Set<String> daemonSets = daemonSets(version, name);
        List<WriteRequest> writes = new ArrayList<>();
        for (StoredObject object : podsLeft || !pods.isEmpty() ? pods : others) {
            // The others end when their DaemonSet does; one that ended before it would only be made again.
            if (!(object instanceof StoredDaemonPod daemon)
                    || !daemonSets.contains(daemon.pod().daemonSetUid())) {
                writes.add(CleanupWrites.delete(object, null, CONTROLLER, now));
            }
        }
        return writes;
    }

    /** The UIDs of those that are there or still end their Pods. */
    private static Set<String> daemonSets(CatalogVersion version, String namespace) {
        Set<String> uids = new HashSet<>();
        for (DaemonSetState state : version.daemonSets().values()) {
            if (state.namespace().equals(namespace)) {
                uids.addAll(state.retiring().keySet());
                if (state.current() != null) {
                    uids.add(state.current().uid());
                }
            }
        }
        return uids;
    }

    private static WriteRequest replace(StoredObject namespace, String subresource, ObjectNode tree, Instant now) {
        Json.child(tree, "metadata").remove("resourceVersion");
        ObjectWrite write = new ObjectWrite.Replace(subresource, tree, CleanupWrites.same(namespace));
        return CleanupWrites.write(namespace, write, namespace.resourceVersion(), CONTROLLER, now);
    }
}
