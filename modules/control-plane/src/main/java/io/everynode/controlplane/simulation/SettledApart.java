package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Required anti-affinity of a cluster at rest: no two Pods share a topology domain of which one wants the other away.
 * Compares each Pod with each other, by the objects and the journal alone. A node may get another label later, and a
 * daemon Pod goes where its node is; so what counts is what the scheduler had before it when it placed the later one.
 */
final class SettledApart {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final long NEVER = -1;

    /**
     * @param id persistence id of its name, whoever keeps the Pod by now
     * @param chosenAt version from which the scheduler chose its node, or {@link #NEVER}
     */
    private record Placed(StoredObject object, String id, String node, JsonNode terms, long chosenAt) {}

    private final Truth truth;
    private final SimJournal journal;
    private final List<Placed> pods = new ArrayList<>();

    private SettledApart(CatalogVersion catalog, Truth truth, SimJournal journal) {
        this.truth = truth;
        this.journal = journal;
        for (StoredObject object : catalog.list(Kinds.POD, "")) {
            JsonNode pod = object.tree();
            String node = Json.text(pod, "spec", "nodeName");
            String phase = Json.text(pod, "status", "phase");
            if (!node.isEmpty() && !phase.equals("Failed") && !phase.equals("Succeeded")) {
                String id = PersistenceIds.encode(EntityIds.POD, object.namespace(), object.name());
                JsonNode terms = Json.at(pod, "spec", "affinity", "podAntiAffinity", REQUIRED);
                pods.add(new Placed(object, id, node, terms, chosenAt(id, object.uid(), node)));
            }
        }
    }

    /** @return what is wrong, or "" */
    static String wrong(CatalogVersion catalog, Truth truth, SimJournal journal) {
        return new SettledApart(catalog, truth, journal).wrong();
    }

    private String wrong() {
        for (Placed later : pods) {
            for (Placed earlier : pods) {
                if (later != earlier && later.chosenAt() != NEVER && knew(later.chosenAt(), earlier)) {
                    String key = sharedDomain(later, earlier);
                    if (!key.isEmpty()) {
                        return later.object() + " was placed on " + later.node() + " from version " + later.chosenAt()
                                + ", though " + earlier.object() + " on " + earlier.node() + " was in the same " + key;
                    }
                }
            }
        }
        return "";
    }

    private long chosenAt(String id, String uid, String node) {
        long version = NEVER;
        for (SimJournal.Row row : journal.rowsOf(id)) {
            if (row.recorded().event() instanceof PodEvent.BindingProposed proposed
                    && proposed.podUid().equals(uid)
                    && proposed.node().equals(node)) {
                version = row.recorded().meta().plannedAt();
            }
        }
        return version;
    }

    /**
     * Whether a catalog of that version shows that the Pod is on its node or was proposed to it. What the scheduler
     * knew beyond that is not asked for: it forgets a proposal of which nothing is seen for a second, and so does a
     * fail-over.
     */
    private boolean knew(long version, Placed pod) {
        PodState kept = (PodState) truth.stateAt(pod.id(), version);
        if (kept != null
                && kept.object() != null
                && kept.uid().equals(pod.object().uid())) {
            NodeClaim claim = kept.claims().get(kept.uid());
            return claim != null
                    && claim.stage() != NodeClaim.Stage.RELEASING
                    && claim.node().equals(pod.node());
        }
        NodeState node = nodeAt(pod.node(), version);
        return node.pods().containsKey(pod.object().uid())
                && node.pods().get(pod.object().uid()).bound();
    }

    /** The key of the domain that they had in common and should not have; or "". */
    private String sharedDomain(Placed one, Placed other) {
        long version = one.chosenAt();
        Map<String, String> oneLabels = labelsAt(one, version);
        Map<String, String> otherLabels = labelsAt(other, version);
        if (oneLabels == null || otherLabels == null) {
            return "";
        }
        List<String> keys = new ArrayList<>();
        one.terms().forEach(term -> keyOfMatch(term, one, other, otherLabels, keys));
        other.terms().forEach(term -> keyOfMatch(term, other, one, oneLabels, keys));
        for (String key : keys) {
            String domain = domainAt(one.node(), key, version);
            if (domain != null && domain.equals(domainAt(other.node(), key, version))) {
                return key;
            }
        }
        return "";
    }

    private static void keyOfMatch(
            JsonNode term, Placed of, Placed other, Map<String, String> labels, List<String> keys) {
        JsonNode wanted = term.path("labelSelector").path("matchLabels");
        if (term.size() != 2 || term.path("labelSelector").size() != 1 || wanted.isEmpty()) {
            throw new IllegalStateException("a term that this check does not understand: " + term);
        }
        boolean matches = of.object().namespace().equals(other.object().namespace());
        for (Map.Entry<String, JsonNode> label : wanted.properties()) {
            matches &= label.getValue().asText().equals(labels.get(label.getKey()));
        }
        if (matches) {
            keys.add(Json.text(term, "topologyKey"));
        }
    }

    /** Null when they are not known: a Pod in its Node's keeping that somebody has changed since. */
    private Map<String, String> labelsAt(Placed pod, long version) {
        if (truth.stateAt(pod.id(), version) instanceof PodState kept
                && kept.object() != null
                && kept.uid().equals(pod.object().uid())) {
            Map<String, String> labels = new HashMap<>();
            Json.at(kept.object().tree(), "metadata", "labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return labels;
        }
        return pod.object() instanceof StoredDaemonPod daemon && daemon.pod().edited() == null
                ? pod.object().labels()
                : null;
    }

    private String domainAt(String node, String key, long version) {
        NodeState state = nodeAt(node, version);
        return state.exists() ? state.facts().labels().get(key) : null;
    }

    private NodeState nodeAt(String node, long version) {
        return truth.stateAt(PersistenceIds.encode(EntityIds.NODE, node), version) instanceof NodeState state
                ? state
                : NodeState.ABSENT;
    }
}
