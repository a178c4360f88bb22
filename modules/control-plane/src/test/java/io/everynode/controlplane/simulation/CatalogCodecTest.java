package io.everynode.controlplane.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogCodec;
import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.SecretBodies;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.state.DeepText;
import io.everynode.controlplane.state.StateInput;
import io.everynode.controlplane.state.StateOutput;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * A fold that is written and read again at any point goes on as one that never was: the same states, indexes, rendered
 * objects and changes, all of it compared by reflection, so that a field that the codec forgets is found.
 */
class CatalogCodecTest {

    private record Row(long ordering, String persistenceId, long sequence, Recorded<? extends Event> recorded) {}

    private static final int STEPS = 1_200;

    private static byte[] write(CatalogState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (StateOutput out = new StateOutput(bytes)) {
            CatalogCodec.write(out, state);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static CatalogState read(byte[] bytes) {
        try {
            return CatalogCodec.read(new StateInput(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void goOn(List<Row> rows, Random random, int between) {
        CatalogFold whole = new CatalogFold(CatalogVersion.EMPTY);
        CatalogFold resumed = new CatalogFold(CatalogVersion.EMPTY);
        int next = random.nextInt(between);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            whole.apply(row.ordering(), row.persistenceId(), row.sequence(), row.recorded());
            resumed.apply(row.ordering(), row.persistenceId(), row.sequence(), row.recorded());
            assertThat(DeepText.of(resumed.takeChanges())).isEqualTo(DeepText.of(whole.takeChanges()));
            assertThat(resumed.takeTouched()).isEqualTo(whole.takeTouched());
            assertThat(resumed.takeEventsExpired()).isEqualTo(whole.takeEventsExpired());
            if (i == next || i == rows.size() - 1) {
                next = i + 1 + random.nextInt(between);
                CatalogState state = SecretBodies.filled(read(write(resumed.state())), journal(rows));
                assertThat(DeepText.of(state))
                        .as("after row %d", row.ordering())
                        .isEqualTo(DeepText.of(whole.state()));
                resumed = new CatalogFold(state);
            }
        }
    }

    private static List<Row> simulated(long seed, long after) {
        List<Row> rows = new ArrayList<>();
        Simulation.journal(seed, STEPS)
                .forEach(row ->
                        rows.add(new Row(after + row.ordering(), row.persistenceId(), row.sequence(), row.recorded())));
        return rows;
    }

    @Test
    void simulatedJournals() {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000);
        System.out.println("checkpoints: seeds " + seed + " to " + (seed + 3));
        for (long one = seed; one < seed + 4; one++) {
            goOn(simulated(one, 0), new Random(one), 200);
        }
    }

    /** With what the simulator does not make: what counts Pods, Events of clients, Pods that share a name. */
    @Test
    void quotasBudgetsAndEvents() {
        List<Row> rows = new ArrayList<>();
        resource(rows, Kinds.RESOURCE_QUOTA, "quota", "{'spec':{'hard':{'pods':'100','requests.cpu':'10'}}}");
        resource(rows, Kinds.RESOURCE_QUOTA, "other", "{'spec':{'hard':{'count/events':'9','secrets':'3'}}}");
        resource(
                rows,
                Kinds.POD_DISRUPTION_BUDGET,
                "budget",
                "{'spec':{'minAvailable':1,'selector':{'matchExpressions':[{'key':'app','operator':'Exists'}]}}}");
        resource(rows, Kinds.POD_DISRUPTION_BUDGET, "all", "{'spec':{'minAvailable':1,'selector':{}}}");
        resource(rows, Kinds.EVENT, "heard", "{'reason':'Heard','involvedObject':{'kind':'Node'}}");
        resource(
                rows,
                Kinds.SECRET,
                "owned",
                "{'metadata':{'name':'owned','namespace':'default','uid':'o','labels':"
                        + "{'z':'1','a':'2'},'finalizers':['orphan'],'ownerReferences':[{'apiVersion':'v1','kind':'Pod',"
                        + "'name':'x','uid':'y','controller':true}]}}");
        pod(rows, "ended", "'status':{'phase':'Failed','reason':'Evicted'}");
        pod(rows, "orphan", "'spec':{'nodeName':'gone'},'status':{'phase':'Running'}");
        rows.addAll(simulated(11, 1_000));
        goOn(rows, new Random(11), 100);
        goOn(rows.subList(0, 8), new Random(11), 1);
    }

    /** Where the contents of Secrets come from. */
    private static JournalReader journal(List<Row> rows) {
        return new JournalReader() {
            @Override
            public Page page(long ordering, int maxRows, long maxBytes) {
                return new Page(
                        rows.stream()
                                .filter(row -> row.ordering() > ordering)
                                .limit(maxRows)
                                .map(row -> new JournalRow(
                                        row.ordering(),
                                        row.persistenceId(),
                                        row.sequence(),
                                        0,
                                        0,
                                        EventTypes.of(row.recorded().event()).manifest(),
                                        EventCodec.encode(row.recorded())))
                                .toList(),
                        true);
            }

            @Override
            public long maxOrdering() {
                return rows.get(rows.size() - 1).ordering();
            }
        };
    }

    private static JsonBytes object(Kind kind, String name, String text) {
        ObjectNode tree = Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        tree.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        if (!tree.has("metadata")) {
            tree.putObject("metadata")
                    .put("name", name)
                    .put("namespace", "default")
                    .put("uid", "uid-" + name)
                    .put("creationTimestamp", "2026-03-01T12:00:00Z");
        }
        return JsonBytes.of(tree);
    }

    private static void resource(List<Row> rows, Kind kind, String name, String text) {
        add(
                rows,
                PersistenceIds.encode(EntityIds.RESOURCE, kind.group(), kind.plural(), "default", name),
                new ResourceEvent.Stored(object(kind, name, text)));
    }

    private static void pod(List<Row> rows, String name, String parts) {
        add(
                rows,
                PersistenceIds.encode(EntityIds.POD, "default", name),
                new PodEvent.Stored(object(Kinds.POD, name, "{" + parts + "}")));
    }

    private static void add(List<Row> rows, String id, Event event) {
        long ordering = rows.size() + 1L;
        EventMeta meta = new EventMeta(1_772_366_400_000L, new Caller("u", "c"), "c" + ordering, "", "", 0, 0);
        rows.add(new Row(ordering, id, 1, new Recorded<>(meta, event)));
    }
}
