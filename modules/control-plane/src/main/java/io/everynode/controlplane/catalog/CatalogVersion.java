package io.everynode.controlplane.catalog;

import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.collection.OwnerIndex;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * One immutable version of the catalog. Versions share all that did not change between them.
 *
 * @param resourceVersion up to which the journal is in here
 * @param objects by kind, sorted
 * @param podsByNode bound Pods by spec.nodeName
 * @param nodes what the Node entities know, by node name
 * @param pods what the Pod entities know, by persistence id
 * @param daemonSets what the DaemonSet entities know, by persistence id
 * @param templates by hash
 * @param hiddenPods Pods by UID whose name an earlier Pod has; they are not shown and are to be ended
 * @param unclaimed what nodes hold for ordinary Pods that do not claim it; it is to be given up
 * @param orphans Pods that a DaemonSet may adopt
 * @param owners who names whom as an owner
 * @param endedPods ordinary Pods that have succeeded or failed, those first that go first when there are too many
 * @param quotas what is used of the ResourceQuotas
 * @param budgets the Pods that PodDisruptionBudgets select
 */
public record CatalogVersion(
        long resourceVersion,
        PMap<Kind, TreePMap<ObjectKey, StoredObject>> objects,
        PMap<String, TreePMap<ObjectKey, StoredObject>> podsByNode,
        TreePMap<String, NodeState> nodes,
        PMap<String, PodState> pods,
        PMap<String, io.everynode.core.daemonset.DaemonSetState> daemonSets,
        PMap<String, SharedTemplate> templates,
        PMap<String, HiddenPod> hiddenPods,
        UnclaimedReservations unclaimed,
        OrphanPods orphans,
        OwnerIndex owners,
        TreePSet<EndedPod> endedPods,
        QuotaUsages quotas,
        BudgetedPods budgets)
        implements Catalog {

    public static final CatalogVersion EMPTY = new CatalogVersion(
            0,
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            TreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            UnclaimedReservations.NONE,
            OrphanPods.NONE,
            OwnerIndex.EMPTY,
            TreePSet.empty(),
            QuotaUsages.NONE,
            BudgetedPods.NONE);

    /** The same with other objects, in which nothing differs that an index knows. */
    CatalogVersion with(PMap<Kind, TreePMap<ObjectKey, StoredObject>> newObjects) {
        return new CatalogVersion(
                resourceVersion,
                newObjects,
                podsByNode,
                nodes,
                pods,
                daemonSets,
                templates,
                hiddenPods,
                unclaimed,
                orphans,
                owners,
                endedPods,
                quotas,
                budgets);
    }

    /** @param slotNode whose slot it has, or "" for an ordinary Pod */
    public record HiddenPod(String namespace, String name, String uid, String slotNode) {}

    @Override
    public Optional<StoredObject> get(Kind kind, String namespace, String name) {
        return Optional.ofNullable(of(kind).get(new ObjectKey(namespace, name)));
    }

    @Override
    public Iterable<StoredObject> list(Kind kind, String namespace) {
        return namespace.isEmpty()
                ? of(kind).values()
                : within(
                        of(kind).tailMap(new ObjectKey(namespace, "")),
                        o -> o.namespace().equals(namespace));
    }

    @Override
    public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName) {
        // A name cannot hold the character U+0000, so this key stands right behind the given one.
        SortedMap<ObjectKey, StoredObject> rest = of(kind).tailMap(new ObjectKey(afterNamespace, afterName + "\u0000"));
        return namespace.isEmpty()
                ? rest.values()
                : within(rest, o -> o.namespace().equals(namespace));
    }

    @Override
    public Iterable<StoredObject> podsOnNode(String node) {
        return podsByNode.getOrDefault(node, TreePMap.empty()).values();
    }

    @Override
    public int count(Kind kind) {
        return of(kind).size();
    }

    /** The Node entity's state, or one without anything. */
    public NodeState node(String name) {
        return nodes.getOrDefault(name, NodeState.ABSENT);
    }

    public boolean hasTemplate(String hash) {
        return templates.containsKey(hash);
    }

    /** What a Pod of a template takes of its namespace's quotas; the template must be there. */
    public QuotaCharge charge(String template) {
        return templates.get(template).charge();
    }

    /** All objects of a namespace but Events: what quotas may count. */
    Iterable<StoredObject> countedIn(String namespace) {
        List<StoredObject> found = new ArrayList<>();
        for (Kind kind : Kinds.all()) {
            if (kind.namespaced() && !kind.equals(Kinds.EVENT)) {
                list(kind, namespace).forEach(found::add);
            }
        }
        return found;
    }

    /** How many objects there are of all kinds. */
    public int size() {
        return objects.values().stream().mapToInt(Map::size).sum();
    }

    TreePMap<ObjectKey, StoredObject> of(Kind kind) {
        return objects.getOrDefault(kind, TreePMap.empty());
    }

    /** The values of a sorted map as long as they satisfy the condition. */
    private static Iterable<StoredObject> within(
            Map<ObjectKey, StoredObject> sorted, Predicate<StoredObject> condition) {
        return () -> new Iterator<>() {
            private final Iterator<StoredObject> all = sorted.isEmpty()
                    ? Collections.emptyIterator()
                    : sorted.values().iterator();
            private StoredObject next = advance();

            private StoredObject advance() {
                if (!all.hasNext()) {
                    return null;
                }
                StoredObject candidate = all.next();
                return condition.test(candidate) ? candidate : null;
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public StoredObject next() {
                if (next == null) {
                    throw new java.util.NoSuchElementException();
                }
                StoredObject result = next;
                next = advance();
                return result;
            }
        };
    }

    /** The node that a Pod is bound to; "" for others and for null. */
    public static String nodeOf(StoredObject object) {
        if (object == null || !object.kind().equals(Kinds.POD)) {
            return "";
        }
        if (object instanceof StoredDaemonPod daemon) {
            return daemon.pod().bound() ? daemon.slotNode() : "";
        }
        return object instanceof StoredJson json ? json.nodeName() : Json.text(object.tree(), "spec", "nodeName");
    }
}
