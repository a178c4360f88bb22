package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any version of a random life reads as it was, seen from its end. */
class PastCatalogTest {

    private static final int CHANGES = 60;

    /** All objects at one version. */
    private record Moment(long resourceVersion, TreeMap<ObjectKey, StoredObject> pods) implements Catalog {

        @Override
        public Optional<StoredObject> get(Kind kind, String namespace, String name) {
            return Optional.ofNullable(pods.get(new ObjectKey(namespace, name)));
        }

        @Override
        public Iterable<StoredObject> list(Kind kind, String namespace) {
            return pods.values().stream()
                    .filter(pod -> namespace.isEmpty() || namespace.equals(pod.namespace()))
                    .toList();
        }

        @Override
        public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName) {
            return new Moment(
                            resourceVersion,
                            new TreeMap<>(pods.tailMap(new ObjectKey(afterNamespace, afterName), false)))
                    .list(kind, namespace);
        }

        @Override
        public Iterable<StoredObject> podsOnNode(String node) {
            return pods.values().stream()
                    .filter(pod -> CatalogVersion.nodeOf(pod).equals(node))
                    .toList();
        }

        @Override
        public int count(Kind kind) {
            return pods.size();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyMomentIsRememberedAsItWas(long seed) {
        Random random = new Random(seed);
        List<Moment> moments = new ArrayList<>(List.of(new Moment(0, new TreeMap<>())));
        List<Change> changes = new ArrayList<>();
        for (int version = 1; version <= CHANGES; version++) {
            TreeMap<ObjectKey, StoredObject> pods =
                    new TreeMap<>(moments.get(version - 1).pods());
            ObjectKey key = new ObjectKey("ns" + random.nextInt(2), "p" + random.nextInt(5));
            StoredObject previous = pods.get(key);
            StoredObject object = pod(key, "n" + random.nextInt(3), version);
            boolean removed = previous != null && random.nextInt(3) == 0;
            if (removed) {
                pods.remove(key);
            } else {
                pods.put(key, object);
            }
            Change.Type type =
                    removed ? Change.Type.REMOVED : previous == null ? Change.Type.ADDED : Change.Type.MODIFIED;
            changes.add(new Change(version, type, object, previous));
            moments.add(new Moment(version, pods));
        }
        for (Moment moment : moments) {
            List<Change> since = new ArrayList<>(changes.subList((int) moment.resourceVersion(), CHANGES));
            Collections.reverse(since);
            Catalog past = new PastCatalog(moments.get(CHANGES), moment.resourceVersion(), since);

            assertThat(past.resourceVersion()).isEqualTo(moment.resourceVersion());
            assertThat(past.count(Kinds.POD)).isEqualTo(moment.pods().size());
            for (String namespace : List.of("", "ns0", "ns1")) {
                assertThat(versions(past.list(Kinds.POD, namespace)))
                        .isEqualTo(versions(moment.list(Kinds.POD, namespace)));
                assertThat(versions(past.listAfter(Kinds.POD, namespace, "ns0", "p2")))
                        .isEqualTo(versions(moment.listAfter(Kinds.POD, namespace, "ns0", "p2")));
            }
            assertThat(versions(past.podsOnNode("n1"))).isEqualTo(versions(moment.podsOnNode("n1")));
            assertThat(past.get(Kinds.POD, "ns1", "p3").map(StoredObject::resourceVersion))
                    .isEqualTo(moment.get(Kinds.POD, "ns1", "p3").map(StoredObject::resourceVersion));
        }
    }

    private static List<Long> versions(Iterable<StoredObject> objects) {
        return StreamSupport.stream(objects.spliterator(), false)
                .map(StoredObject::resourceVersion)
                .toList();
    }

    private static StoredObject pod(ObjectKey key, String node, long version) {
        ObjectNode tree = Json.object();
        tree.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        tree.putObject("spec").put("nodeName", node);
        return StoredJson.of(Kinds.POD, JsonBytes.of(tree), version, "pid", version);
    }
}
