package io.everynode.controlplane.catalog;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.state.StateCodec;
import io.everynode.controlplane.state.StateInput;
import io.everynode.controlplane.state.StateOutput;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * A {@link CatalogState} as bytes: everything that does not follow from the rest. What an object shares with its
 * entity's state (a Pod's facts, a body) is written once, and is one instance again after reading. Indexes are made
 * anew ({@link CatalogIndexes}). Of Secrets there is no content: {@link SecretBodies} brings it. The bytes are for the
 * same version of the program only.
 */
public final class CatalogCodec {

    private static final StateCodec<NodeState> NODES = StateCodec.of(NodeState.class);
    private static final StateCodec<PodState> PODS = StateCodec.of(PodState.class);
    private static final StateCodec<DaemonSetState> DAEMON_SETS = StateCodec.of(DaemonSetState.class);
    private static final StateCodec<JsonBytes> BYTES = StateCodec.of(JsonBytes.class);
    private static final StateCodec<DaemonPod> DAEMON_PODS = StateCodec.of(DaemonPod.class);
    private static final StateCodec<StoredJson.Parts> JSON_PARTS = StateCodec.of(StoredJson.Parts.class);
    private static final StateCodec<CoreEvent.Parts> EVENT_PARTS = StateCodec.of(CoreEvent.Parts.class);
    private static final StateCodec<EventGroups.Held> GROUPS = StateCodec.of(EventGroups.Held.class);
    private static final StateCodec<CatalogVersion.HiddenPod> HIDDEN = StateCodec.of(CatalogVersion.HiddenPod.class);
    private static final StateCodec<UnclaimedReservations.Entry> UNCLAIMED =
            StateCodec.of(UnclaimedReservations.Entry.class);

    /** How an object is written. */
    private static final int OWN_BODY = 0;

    private static final int BODY_OF_ENTITY = 1;
    private static final int SLOT = 2;
    private static final int POD_OF_ITS_OWN = 3;
    private static final int EVENT_OF_VIEW = 4;
    private static final int EVENT_OF_ITS_OWN = 5;
    private static final int BODY_IN_JOURNAL = 6;

    private CatalogCodec() {}

    public static void write(StateOutput out, CatalogState state) throws IOException {
        CatalogVersion version = state.version();
        out.count(version.resourceVersion());
        out.count(version.templates().size());
        for (Map.Entry<String, SharedTemplate> template : version.templates().entrySet()) {
            out.text(template.getKey());
            BYTES.write(out, template.getValue().bytes());
        }
        writeMap(out, version.nodes(), NODES);
        writeMap(out, version.pods(), PODS);
        writeMap(out, version.daemonSets(), DAEMON_SETS);
        writeMap(out, version.hiddenPods(), HIDDEN);
        writeList(out, version.unclaimed().entries(), UNCLAIMED);
        writeList(out, state.events().groups(), GROUPS);
        Map<Long, CoreEvent> events = new HashMap<>();
        out.count(state.events().oldestFirst().size());
        for (CoreEvent event : state.events().oldestFirst()) {
            events.put(event.ordering(), event);
            EVENT_PARTS.write(out, event.parts());
        }
        out.count(version.objects().size());
        for (Map.Entry<Kind, TreePMap<ObjectKey, StoredObject>> kind :
                version.objects().entrySet()) {
            out.text(kind.getKey().qualifiedResource());
            out.count(kind.getValue().size());
            for (StoredObject object : kind.getValue().values()) {
                writeObject(out, object, version, events);
            }
        }
    }

    /** @throws IOException also for bytes that {@link #write} of this program did not write */
    public static CatalogState read(StateInput in) throws IOException {
        long resourceVersion = in.count();
        PMap<String, SharedTemplate> templates = HashTreePMap.empty();
        for (int left = in.size(); left > 0; left--) {
            templates = templates.plus(in.text(), SharedTemplate.of(BYTES.read(in)));
        }
        TreePMap<String, NodeState> nodes = TreePMap.fromSortedMap(readSorted(in, NODES));
        PMap<String, PodState> pods = readMap(in, PODS);
        PMap<String, DaemonSetState> daemonSets = readMap(in, DAEMON_SETS);
        PMap<String, CatalogVersion.HiddenPod> hidden = readMap(in, HIDDEN);
        UnclaimedReservations unclaimed = UnclaimedReservations.of(readList(in, UNCLAIMED));
        List<EventGroups.Held> groups = readList(in, GROUPS);
        List<CoreEvent> oldestFirst = new ArrayList<>();
        Map<Long, CoreEvent> events = new HashMap<>();
        for (int left = in.size(); left > 0; left--) {
            CoreEvent event = EVENT_PARTS.read(in).event();
            oldestFirst.add(event);
            events.put(event.ordering(), event);
        }
        PMap<Kind, TreePMap<ObjectKey, StoredObject>> objects = HashTreePMap.empty();
        for (int kinds = in.size(); kinds > 0; kinds--) {
            Kind kind = StateCodec.kind(in.text());
            TreeMap<ObjectKey, StoredObject> ofKind = new TreeMap<>();
            for (int left = in.size(); left > 0; left--) {
                StoredObject object = readObject(in, nodes, pods, templates, events);
                ofKind.put(new ObjectKey(object.namespace(), object.name()), object);
            }
            objects = objects.plus(kind, TreePMap.fromSortedMap(ofKind));
        }
        CatalogVersion version = new CatalogIndexes(objects)
                .version(resourceVersion, nodes, pods, daemonSets, templates, hidden, unclaimed);
        return new CatalogState(version, new CoreEventView.Held(List.copyOf(oldestFirst), groups));
    }

    private static void writeObject(
            StateOutput out, StoredObject object, CatalogVersion version, Map<Long, CoreEvent> events)
            throws IOException {
        if (object instanceof StoredDaemonPod pod) {
            boolean slot = version.node(pod.slotNode()).pods().get(pod.uid()) == pod.pod();
            out.count(slot ? SLOT : POD_OF_ITS_OWN);
            out.text(pod.slotNode());
            if (slot) {
                out.text(pod.uid());
            } else {
                DAEMON_PODS.write(out, pod.pod());
            }
            out.number(pod.resourceVersion());
            out.text(pod.persistenceId());
            out.number(pod.sequenceNumber());
        } else if (object instanceof CoreEvent event) {
            boolean known = events.get(event.ordering()) == event;
            out.count(known ? EVENT_OF_VIEW : EVENT_OF_ITS_OWN);
            if (known) {
                out.count(event.ordering());
            } else {
                EVENT_PARTS.write(out, event.parts());
            }
        } else {
            StoredJson json = (StoredJson) object;
            if (SecretBodies.concerns(json.kind())) {
                out.count(BODY_IN_JOURNAL);
                JSON_PARTS.write(out, json.parts());
                return;
            }
            boolean shared = bodyOfEntity(json.parts(), version.nodes(), version.pods()) == json.body();
            out.count(shared ? BODY_OF_ENTITY : OWN_BODY);
            JSON_PARTS.write(out, json.parts());
            if (!shared) {
                BYTES.write(out, json.body());
            }
        }
    }

    private static StoredObject readObject(
            StateInput in,
            TreePMap<String, NodeState> nodes,
            PMap<String, PodState> pods,
            PMap<String, SharedTemplate> templates,
            Map<Long, CoreEvent> events)
            throws IOException {
        int form = in.size();
        switch (form) {
            case SLOT, POD_OF_ITS_OWN -> {
                String node = in.text();
                DaemonPod pod = form == SLOT ? there(nodes.get(node)).pods().get(in.text()) : DAEMON_PODS.read(in);
                String hash = there(pod).createdBy().template();
                SharedTemplate template = hash.isEmpty() ? SharedTemplate.NONE : there(templates.get(hash));
                return new StoredDaemonPod(pod, node, template, in.number(), in.text(), in.number());
            }
            case EVENT_OF_VIEW -> {
                return there(events.get(in.count()));
            }
            case EVENT_OF_ITS_OWN -> {
                return EVENT_PARTS.read(in).event();
            }
            case BODY_OF_ENTITY -> {
                StoredJson.Parts parts = JSON_PARTS.read(in);
                return parts.with(there(bodyOfEntity(parts, nodes, pods)));
            }
            case OWN_BODY -> {
                return JSON_PARTS.read(in).with(BYTES.read(in));
            }
            case BODY_IN_JOURNAL -> {
                return JSON_PARTS.read(in).with(SecretBodies.ELSEWHERE);
            }
            default -> throw new IOException("no object has the form " + form);
        }
    }

    /** Null when the entity has none. */
    private static JsonBytes bodyOfEntity(
            StoredJson.Parts parts, Map<String, NodeState> nodes, Map<String, PodState> pods) {
        if (parts.kind().equals(Kinds.NODE)) {
            NodeState node = nodes.get(parts.name());
            return node == null ? null : node.object();
        }
        if (parts.kind().equals(Kinds.POD)) {
            PodState pod = pods.get(PersistenceIds.encode(EntityIds.POD, parts.namespace(), parts.name()));
            return pod == null ? null : pod.object();
        }
        return null;
    }

    private static <T> T there(T value) throws IOException {
        if (value == null) {
            throw new IOException("something that is named is not there");
        }
        return value;
    }

    private static <V> void writeMap(StateOutput out, Map<String, V> map, StateCodec<V> values) throws IOException {
        out.count(map.size());
        for (Map.Entry<String, V> entry : map.entrySet()) {
            out.text(entry.getKey());
            values.write(out, entry.getValue());
        }
    }

    private static <V> PMap<String, V> readMap(StateInput in, StateCodec<V> values) throws IOException {
        PMap<String, V> map = HashTreePMap.empty();
        for (int left = in.size(); left > 0; left--) {
            map = map.plus(in.text(), values.read(in));
        }
        return map;
    }

    private static <V> TreeMap<String, V> readSorted(StateInput in, StateCodec<V> values) throws IOException {
        TreeMap<String, V> map = new TreeMap<>();
        for (int left = in.size(); left > 0; left--) {
            map.put(in.text(), values.read(in));
        }
        return map;
    }

    private static <V> void writeList(StateOutput out, List<V> list, StateCodec<V> values) throws IOException {
        out.count(list.size());
        for (V value : list) {
            values.write(out, value);
        }
    }

    private static <V> List<V> readList(StateInput in, StateCodec<V> values) throws IOException {
        List<V> list = new ArrayList<>();
        for (int left = in.size(); left > 0; left--) {
            list.add(values.read(in));
        }
        return list;
    }
}
