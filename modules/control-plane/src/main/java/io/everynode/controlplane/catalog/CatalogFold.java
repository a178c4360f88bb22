package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.collection.Collectable;
import io.everynode.core.collection.OwnerIndex;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetRenderer;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.template.TemplateEvent;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Folds the journal into the catalog: the same events in the same order give the same versions in every JVM. Each
 * aggregate's own {@code evolve} does the work; here it is only decided which object an event changed. For one thread.
 */
public final class CatalogFold {

    private long resourceVersion;
    private PMap<Kind, TreePMap<ObjectKey, StoredObject>> objects;
    private PMap<String, TreePMap<ObjectKey, StoredObject>> podsByNode;
    private TreePMap<String, NodeState> nodes;
    private PMap<String, PodState> pods;
    private PMap<String, DaemonSetState> daemonSets;
    private PMap<String, SharedTemplate> templates;
    private PMap<String, CatalogVersion.HiddenPod> hiddenPods;
    private UnclaimedReservations unclaimed;
    private OrphanPods orphans;
    private OwnerIndex owners;
    private TreePSet<EndedPod> endedPods;
    private QuotaUsages quotas;
    private BudgetedPods budgets;
    private List<Change> changes = new ArrayList<>();
    private Set<String> touchedNodes = new HashSet<>();
    private Set<PodName> touchedPods = new LinkedHashSet<>();
    private Set<String> waitingNodes = new HashSet<>();
    private Set<Touched.HiddenSlot> hiddenSlots = new LinkedHashSet<>();
    private final CoreEventView coreEvents;

    // The row that is being applied.
    private long ordering;
    private String persistenceId;
    private long sequenceNumber;

    public CatalogFold(CatalogVersion from) {
        this.resourceVersion = from.resourceVersion();
        this.objects = from.objects();
        this.podsByNode = from.podsByNode();
        this.nodes = from.nodes();
        this.pods = from.pods();
        this.daemonSets = from.daemonSets();
        this.templates = from.templates();
        this.hiddenPods = from.hiddenPods();
        this.unclaimed = from.unclaimed();
        this.orphans = from.orphans();
        this.owners = from.owners();
        this.endedPods = from.endedPods();
        this.quotas = from.quotas();
        this.budgets = from.budgets();
        this.coreEvents = new CoreEventView();
    }

    /** Goes on from what {@link #state} gave. */
    public CatalogFold(CatalogState from) {
        this(from.version());
        coreEvents.hold(from.events());
    }

    /** All that another fold needs to go on as this one, after {@link #takeChanges} and the other takes. */
    public CatalogState state() {
        return new CatalogState(version(), coreEvents.held());
    }

    /** The version after all that was applied so far. */
    public CatalogVersion version() {
        return new CatalogVersion(
                resourceVersion,
                objects,
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

    /** The changes since the last call, in order. */
    public List<Change> takeChanges() {
        List<Change> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    /**
     * The version at which Events were last dropped since the last call, as there are too many or their namespace is
     * gone; 0 for none. Watches of Events from before it cannot go on.
     */
    public long takeEventsExpired() {
        return coreEvents.takeExpired();
    }

    /** Whose entities journaled something since the last call. */
    public Touched takeTouched() {
        Touched taken = new Touched(touchedNodes, touchedPods, hiddenSlots, waitingNodes);
        waitingNodes = new HashSet<>();
        touchedNodes = new HashSet<>();
        touchedPods = new LinkedHashSet<>();
        hiddenSlots = new LinkedHashSet<>();
        return taken;
    }

    /**
     * Applies one journal row.
     *
     * @throws RuntimeException when the row cannot be applied; the catalog must not go on then
     */
    public void apply(
            long rowOrdering, String rowPersistenceId, long rowSequenceNumber, Recorded<? extends Event> row) {
        ordering = rowOrdering;
        persistenceId = rowPersistenceId;
        sequenceNumber = rowSequenceNumber;
        PersistenceIds.Parts id = PersistenceIds.decode(rowPersistenceId);
        Event event = row.event();
        if (event instanceof NodeEvent nodeEvent) {
            applyNode(id.parts().get(0), row.meta(), nodeEvent);
        } else if (event instanceof PodEvent podEvent) {
            applyPod(id.parts().get(0), id.parts().get(1), row.meta(), podEvent);
        } else if (event instanceof DaemonSetEvent daemonSetEvent) {
            applyDaemonSet(id.parts().get(0), id.parts().get(1), row.meta(), daemonSetEvent);
        } else if (event instanceof ResourceEvent resourceEvent) {
            applyResource(
                    EntityIds.kindOf(id.parts()), id.parts().get(2), id.parts().get(3), resourceEvent);
        } else if (event instanceof TemplateEvent.Stored stored) {
            templates = templates.plus(id.parts().get(0), SharedTemplate.of(stored.template()));
        } else {
            throw new IllegalStateException("no fold for " + event);
        }
        resourceVersion = rowOrdering;
    }

    private void applyNode(String name, EventMeta meta, NodeEvent event) {
        NodeState before = nodes.getOrDefault(name, NodeState.ABSENT);
        NodeState after = before.evolve(meta, event, sequenceNumber);
        nodes = nodes.plus(name, after);
        touchedNodes.add(name);
        if (event instanceof NodeEvent.DaemonPodStillWaiting
                || event instanceof NodeEvent.PodCreation creation
                        && creation.facts().waiting() != null
                        && !creation.facts().waiting().isEmpty()) {
            waitingNodes.add(name);
        }
        if (event instanceof NodeEvent.PodTakenOver taken) {
            unclaimed = unclaimed.nodeChanged(name, taken.uid(), after, pods);
        }
        unclaimed = event instanceof NodeEvent.ReservationAnswered answered
                ? unclaimed.nodeChanged(name, answered.podUid(), after, pods)
                : event instanceof NodeEvent.ReservationReleased released
                        ? unclaimed.nodeChanged(name, released.podUid(), after, pods)
                        : event instanceof NodeEvent.Removed ? unclaimed.nodeGone(name) : unclaimed;
        if (event instanceof NodeEvent.Stored) {
            put(StoredJson.of(Kinds.NODE, after.object(), ordering, persistenceId, sequenceNumber));
        } else if (event instanceof NodeEvent.Removed) {
            remove(Kinds.NODE, "", name);
        } else if (event instanceof NodeEvent.DaemonPodRemoved removed) {
            DaemonPod pod = before.pods().get(removed.uid());
            markHidden(pod, name);
            removePod(pod.namespace(), pod.name(), removed.uid());
        } else {
            String uid = podUid(event);
            if (uid != null) {
                DaemonPod pod = after.pods().get(uid);
                String hash = pod.createdBy().template();
                SharedTemplate template = hash.isEmpty() ? SharedTemplate.NONE : templates.get(hash);
                if (template == null) {
                    throw new IllegalStateException("Pod " + pod.name() + " names template " + hash
                            + ", which is not in the journal before it");
                }
                put(new StoredDaemonPod(pod, name, template, ordering, persistenceId, sequenceNumber));
                markHidden(pod, name);
            }
        }
        view(coreEvents.of(name, before, after, meta, event, ordering, persistenceId, sequenceNumber));
    }

    /** Its DaemonSet must hear of a Pod that is not shown, too. */
    private void markHidden(DaemonPod pod, String node) {
        if (hiddenPods.containsKey(pod.uid())) {
            hiddenSlots.add(new Touched.HiddenSlot(pod.namespace(), pod.owner().daemonSet(), node));
        }
    }

    /** The daemon Pod that the event changed, or null. */
    private static String podUid(NodeEvent event) {
        if (event instanceof NodeEvent.PodCreation creation) {
            return creation.facts().uid();
        }
        if (event instanceof NodeEvent.DaemonPodReported reported) {
            return reported.uid();
        }
        if (event instanceof NodeEvent.DaemonPodBound bound) {
            return bound.uid();
        }
        if (event instanceof NodeEvent.DaemonPodStillWaiting waiting) {
            return waiting.uid();
        }
        if (event instanceof NodeEvent.DaemonPodEdited edited) {
            return edited.uid();
        }
        if (event instanceof NodeEvent.DaemonPodReleased released) {
            return released.uid();
        }
        if (event instanceof NodeEvent.DaemonPodAdopted adopted) {
            return adopted.uid();
        }
        if (event instanceof NodeEvent.PodTakenOver taken) {
            return taken.uid();
        }
        return event instanceof NodeEvent.DaemonPodTerminating terminating ? terminating.uid() : null;
    }

    private void applyPod(String namespace, String name, EventMeta meta, PodEvent event) {
        PodState before = pods.getOrDefault(persistenceId, PodState.ABSENT);
        PodState after = before.evolve(meta, event, sequenceNumber);
        pods = after.object() == null && after.claims().isEmpty()
                ? pods.minus(persistenceId)
                : pods.plus(persistenceId, after);
        touchedPods.add(new PodName(namespace, name));
        if (before.claims() != after.claims()) {
            unclaimed = unclaimed.podChanged(before, nodes, pods);
        }
        if (event instanceof PodEvent.Stored
                || event instanceof PodEvent.Bound
                || event instanceof PodEvent.Unschedulable) {
            put(StoredJson.of(Kinds.POD, after.object(), ordering, persistenceId, sequenceNumber));
        } else if (event instanceof PodEvent.Removed removed) {
            removePod(namespace, name, removed.podUid());
        }
        view(coreEvents.of(namespace, name, meta, event, ordering, persistenceId, sequenceNumber));
    }

    private void applyDaemonSet(String namespace, String name, EventMeta meta, DaemonSetEvent event) {
        DaemonSetState before = daemonSets.getOrDefault(persistenceId, DaemonSetState.absent(namespace, name));
        DaemonSetState after = before.evolve(meta, event, sequenceNumber);
        daemonSets = after.current() == null
                        && after.retiring().isEmpty()
                        && after.left().isEmpty()
                ? daemonSets.minus(persistenceId)
                : daemonSets.plus(persistenceId, after);
        if (event instanceof DaemonSetEvent.Stored || event instanceof DaemonSetEvent.StatusChanged) {
            put(json(Kinds.DAEMON_SET, after.renderObject()));
            if (event instanceof DaemonSetEvent.StatusChanged) {
                view(coreEvents.ofStatus(before, after, meta, ordering, persistenceId, sequenceNumber));
            }
        } else if (event instanceof DaemonSetEvent.CreationFailed failed) {
            view(coreEvents.ofCreation(after, meta, failed, ordering, persistenceId, sequenceNumber));
        } else if (event instanceof DaemonSetEvent.Removed || event instanceof DaemonSetEvent.Orphaned) {
            remove(Kinds.DAEMON_SET, namespace, name);
        } else if (event instanceof DaemonSetEvent.RevisionRecorded recorded) {
            putRevision(after, recorded.hash());
        } else if (event instanceof DaemonSetEvent.RevisionRenumbered renumbered) {
            putRevision(after, renumbered.hash());
        } else if (event instanceof DaemonSetEvent.RevisionWritten written) {
            putRevision(after, written.hash());
        } else if (event instanceof DaemonSetEvent.RevisionAdopted adopted) {
            putRevision(after, adopted.hash());
        } else if (event instanceof DaemonSetEvent.RevisionReleased released) {
            String revision = before.current().revisions().get(released.hash()).name();
            put(json(Kinds.CONTROLLER_REVISION, after.renderLeft(revision)));
        } else if (event instanceof DaemonSetEvent.LeftRevisionWritten written) {
            put(json(Kinds.CONTROLLER_REVISION, after.renderLeft(written.name())));
        } else if (event instanceof DaemonSetEvent.LeftRevisionRemoved removed) {
            remove(Kinds.CONTROLLER_REVISION, namespace, removed.name());
        } else if (event instanceof DaemonSetEvent.RevisionTrimmed trimmed) {
            remove(
                    Kinds.CONTROLLER_REVISION,
                    namespace,
                    before.current().revisions().get(trimmed.hash()).name());
        }
    }

    private void putRevision(DaemonSetState state, String hash) {
        put(json(
                Kinds.CONTROLLER_REVISION,
                DaemonSetRenderer.revision(
                        state.namespace(),
                        state.name(),
                        state.current().uid(),
                        state.current().revisions().get(hash))));
    }

    private void applyResource(Kind kind, String namespace, String name, ResourceEvent event) {
        if (event instanceof ResourceEvent.Present present) {
            put(StoredJson.of(kind, present.object(), ordering, persistenceId, sequenceNumber));
        } else {
            remove(kind, namespace, name);
            if (kind.equals(Kinds.NAMESPACE)) {
                coreEvents.drop(name, ordering).forEach(this::dropEvent);
            }
        }
    }

    private StoredObject json(Kind kind, ObjectNode tree) {
        return StoredJson.of(kind, JsonBytes.of(tree), ordering, persistenceId, sequenceNumber);
    }

    private void view(CoreEventView.Update update) {
        if (update == null) {
            return;
        }
        put(update.added());
        update.dropped().forEach(this::dropEvent);
    }

    /** No change is recorded: watches of Events end instead (takeEventsExpired). */
    private void dropEvent(StoredObject event) {
        ObjectKey key = new ObjectKey(event.namespace(), event.name());
        objects = objects.plus(Kinds.EVENT, version(Kinds.EVENT).minus(key));
    }

    private TreePMap<ObjectKey, StoredObject> version(Kind kind) {
        return objects.getOrDefault(kind, TreePMap.empty());
    }

    private void put(StoredObject object) {
        ObjectKey key = new ObjectKey(object.namespace(), object.name());
        TreePMap<ObjectKey, StoredObject> ofKind = version(object.kind());
        StoredObject previous = ofKind.get(key);
        if (object.kind().equals(Kinds.POD)
                && (previous != null && !previous.uid().equals(object.uid()) || hiddenPods.containsKey(object.uid()))) {
            // Two entities made a Pod of this name at the same time; the earlier one has it. The later one stays hidden
            // until it has ended, also when the name is free again.
            String slotNode = object instanceof StoredDaemonPod daemon ? daemon.slotNode() : "";
            hiddenPods = hiddenPods.plus(
                    object.uid(),
                    new CatalogVersion.HiddenPod(object.namespace(), object.name(), object.uid(), slotNode));
            return;
        }
        if (object.kind().equals(Kinds.CONTROLLER_REVISION) && anothers(previous)) {
            return;
        }
        objects = objects.plus(object.kind(), ofKind.plus(key, object));
        owners = owners.changed(ofInterest(previous), ofInterest(object));
        quotas = quotas.changed(previous, object, this::objectsIn);
        budgets = budgets.changed(previous, object, this::podsIn);
        if (object.kind().equals(Kinds.POD)) {
            index(key, previous, object);
            orphans = orphans.changed(previous, object);
        }
        changes.add(
                new Change(ordering, previous == null ? Change.Type.ADDED : Change.Type.MODIFIED, object, previous));
    }

    /**
     * Whether another entity has this ControllerRevision's name: a DaemonSet and a client made one at the same time.
     * The earlier one has it, the later one is not shown.
     */
    private boolean anothers(StoredObject previous) {
        return previous != null && !previous.persistenceId().equals(persistenceId);
    }

    private void removePod(String namespace, String name, String uid) {
        if (hiddenPods.containsKey(uid)) {
            hiddenPods = hiddenPods.minus(uid);
        } else {
            remove(Kinds.POD, namespace, name);
        }
    }

    private void remove(Kind kind, String namespace, String name) {
        ObjectKey key = new ObjectKey(namespace, name);
        TreePMap<ObjectKey, StoredObject> ofKind = version(kind);
        StoredObject previous = ofKind.get(key);
        if (kind.equals(Kinds.CONTROLLER_REVISION) && (previous == null || anothers(previous))) {
            // It was never shown.
            return;
        }
        if (previous == null) {
            throw new IllegalStateException(
                    "removal of " + kind + " " + namespace + "/" + name + ", which is not there");
        }
        objects = objects.plus(kind, ofKind.minus(key));
        owners = owners.changed(ofInterest(previous), null);
        quotas = quotas.changed(previous, null, this::objectsIn);
        budgets = budgets.changed(previous, null, this::podsIn);
        if (kind.equals(Kinds.POD)) {
            index(key, previous, null);
            orphans = orphans.changed(previous, null);
        }
        StoredObject last = ((AbstractStoredObject) previous).at(ordering, sequenceNumber);
        changes.add(new Change(ordering, Change.Type.REMOVED, last, previous));
    }

    private Iterable<StoredObject> podsIn(String namespace) {
        return version().list(Kinds.POD, namespace);
    }

    private Iterable<StoredObject> objectsIn(String namespace) {
        return version().countedIn(namespace);
    }

    /** A view's objects come and go with what they are views of; null for what the collector need not know. */
    static Collectable ofInterest(StoredObject object) {
        if (object == null || EntityIds.isView(object)) {
            return null;
        }
        Collectable collectable = object.collectable();
        return collectable.matters() ? collectable : null;
    }

    static EndedPod ended(StoredObject pod) {
        return pod instanceof StoredJson json ? json.ended() : null;
    }

    private void index(ObjectKey key, StoredObject previous, StoredObject now) {
        endedPods = ended(previous) == null ? endedPods : endedPods.minus(ended(previous));
        endedPods = ended(now) == null ? endedPods : endedPods.plus(ended(now));
        String nodeBefore = CatalogVersion.nodeOf(previous);
        String nodeNow = CatalogVersion.nodeOf(now);
        if (!nodeBefore.isEmpty() && !nodeBefore.equals(nodeNow)) {
            TreePMap<ObjectKey, StoredObject> rest = podsByNode.get(nodeBefore).minus(key);
            podsByNode = rest.isEmpty() ? podsByNode.minus(nodeBefore) : podsByNode.plus(nodeBefore, rest);
        }
        if (!nodeNow.isEmpty()) {
            podsByNode = podsByNode.plus(
                    nodeNow, podsByNode.getOrDefault(nodeNow, TreePMap.empty()).plus(key, now));
        }
    }
}
