package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.NodeView;
import io.everynode.core.scheduling.Placement;
import io.everynode.core.scheduling.PodPlacement;
import io.everynode.core.scheduling.PreferredTerm;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The scheduler, driven as SchedulerActor is; one start on one JVM. */
final class SimScheduler {

    private static final long PROPOSAL_PATIENCE = 1_000;
    private static final long COMMAND_LIFE = 10_000;
    private static final Caller CALLER = Caller.controller("scheduler");

    private record PodName(String namespace, String name) {}

    private final Cluster cluster;
    private final int jvm;
    private final Set<PodName> unschedulable = new LinkedHashSet<>();
    private final Map<PodName, String> proposed = new HashMap<>();
    private Set<PodName> news = new LinkedHashSet<>();
    private boolean roomChanged;
    private boolean woken;
    private boolean ready;
    private boolean ended;
    private long timer;

    SimScheduler(Cluster cluster, int jvm) {
        this.cluster = cluster;
        this.jvm = jvm;
        cluster.jvm(jvm).caughtUp(this::begin);
    }

    void end() {
        ended = true;
    }

    void published(int where, List<Change> changes, boolean roomFreed) {
        if (where != jvm || ended || !ready) {
            return;
        }
        roomChanged |= roomFreed;
        for (Change change : changes) {
            if (change.object().kind().equals(Kinds.NODE)) {
                roomChanged = true;
            } else if (change.object().kind().equals(Kinds.POD)) {
                roomChanged |= change.type() == Change.Type.REMOVED;
                if (!(change.object() instanceof StoredDaemonPod)) {
                    news.add(new PodName(
                            change.object().namespace(), change.object().name()));
                }
            }
        }
        if (!woken && (roomChanged || !news.isEmpty())) {
            woken = true;
            cluster.queue.in(cluster.chance.between(0, 3), this::takeNews);
        }
    }

    private void takeNews() {
        woken = false;
        Set<PodName> queue = news;
        news = new LinkedHashSet<>();
        if (roomChanged) {
            queue.addAll(unschedulable);
        }
        roomChanged = false;
        schedule(queue);
    }

    private void begin() {
        ready = true;
        Set<PodName> all = new LinkedHashSet<>();
        CatalogVersion version = cluster.jvm(jvm).current();
        for (StoredObject pod : version.list(Kinds.POD, "")) {
            if (!(pod instanceof StoredDaemonPod)) {
                all.add(new PodName(pod.namespace(), pod.name()));
            }
        }
        schedule(all);
    }

    private void schedule(Set<PodName> queue) {
        if (ended) {
            return;
        }
        CatalogVersion version = cluster.jvm(jvm).current();
        Map<String, NodeView> views = null;
        for (PodName name : queue) {
            Optional<StoredObject> found = version.get(Kinds.POD, name.namespace(), name.name());
            ObjectNode pod = found.map(StoredObject::tree).orElse(null);
            unschedulable.remove(name);
            if (pod == null || !waits(pod)) {
                proposed.remove(name);
                continue;
            }
            if (proposed.containsKey(name)) {
                continue;
            }
            PodState state = version.pods().getOrDefault(found.get().persistenceId(), PodState.ABSENT);
            if (state.claims().containsKey(found.get().uid())) {
                proposed.put(name, "");
                continue;
            }
            if (views == null) {
                views = views(version);
            }
            place(version, name, found.get(), pod, views);
        }
        if (!proposed.isEmpty()) {
            long mine = ++timer;
            cluster.queue.in(PROPOSAL_PATIENCE, () -> {
                if (mine == timer) {
                    Set<PodName> again = new LinkedHashSet<>(proposed.keySet());
                    proposed.clear();
                    schedule(again);
                }
            });
        }
    }

    private static boolean waits(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return !phase.equals("Failed")
                && !phase.equals("Succeeded")
                && Json.text(pod, "spec", "nodeName").isEmpty()
                && !Json.at(pod, "metadata").has("deletionTimestamp")
                && Json.text(pod, "spec", "schedulerName").equals("default-scheduler")
                && Json.at(pod, "spec", "schedulingGates").isEmpty();
    }

    private void place(
            CatalogVersion version, PodName name, StoredObject stored, ObjectNode pod, Map<String, NodeView> views) {
        PodRequirements requirements = PodRequirements.ofPod(pod);
        Placement placement = PodPlacement.choose(requirements, PreferredTerm.ofPod(pod), views.values());
        CommandMeta meta = new CommandMeta(
                stored.uid() + "/" + version.resourceVersion(),
                CALLER,
                "journal " + stored.resourceVersion(),
                cluster.queue.millis() + COMMAND_LIFE,
                version.resourceVersion());
        String id = PersistenceIds.encode(EntityIds.POD, name.namespace(), name.name());
        if (placement instanceof Placement.Chosen chosen) {
            proposed.put(name, chosen.node());
            views.computeIfPresent(chosen.node(), (node, view) -> with(view, requirements));
            cluster.tell(
                    id, entity -> ((SimPod) entity).propose(new PodCommand.Propose(meta, stored.uid(), chosen.node())));
        } else {
            unschedulable.add(name);
            String message = ((Placement.Unschedulable) placement).message();
            cluster.tell(
                    id,
                    entity -> ((SimPod) entity)
                            .markUnschedulable(new PodCommand.MarkUnschedulable(meta, stored.uid(), message)));
        }
    }

    static Map<String, NodeView> views(CatalogVersion version) {
        Map<String, NodeView> views = new HashMap<>();
        for (Map.Entry<String, NodeState> node : version.nodes().entrySet()) {
            NodeState state = node.getValue();
            if (state.exists()) {
                views.put(
                        node.getKey(),
                        new NodeView(state.facts(), state.requested(), state.podCount(), state.usedPorts()));
            }
        }
        return views;
    }

    private static NodeView with(NodeView view, PodRequirements pod) {
        Set<HostPort> ports = new HashSet<>(view.usedPorts());
        ports.addAll(pod.ports());
        return new NodeView(view.node(), view.requested().plus(pod.requests()), view.pods() + 1, ports);
    }
}
