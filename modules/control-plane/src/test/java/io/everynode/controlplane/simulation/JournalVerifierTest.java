package io.everynode.controlplane.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventSerializer;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.invariants.Aggregates;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.controlplane.verify.Check;
import io.everynode.controlplane.verify.JournalBreak;
import io.everynode.controlplane.verify.JournalVerifier;
import io.everynode.controlplane.verify.VerifyReport;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Journals of the simulator are clean; each break that is planted in a copy of one is found and named. */
class JournalVerifierTest {
    private static final int STEPS = 1_000;

    /** A journal that can be changed. */
    private static final class Copy {
        private final List<JournalRecord> rows;
        private final Map<String, Object> states = new HashMap<>();
        private final Map<String, Long> sequences = new HashMap<>();
        /** What was appended last, or what a test says is broken. */
        private JournalRecord culprit;

        private Copy(List<SimJournal.Row> run) {
            rows = new ArrayList<>();
            for (SimJournal.Row row : run) {
                rows.add(new JournalRecord(
                        row.ordering(),
                        row.persistenceId(),
                        row.sequence(),
                        false,
                        "w",
                        row.atMillis(),
                        "",
                        EventSerializer.IDENTIFIER,
                        row.bytes().manifest(),
                        row.bytes().payload(),
                        null));
                states.compute(row.persistenceId(), (id, before) -> Aggregates.evolve(id, before, row.event()));
                sequences.put(row.persistenceId(), row.sequence());
            }
        }

        private void append(String id, Event event) {
            append(id, event, 9);
        }

        private void append(String id, Event event, long plannedAt) {
            JournalRecord last = rows.get(rows.size() - 1);
            EventMeta meta = new EventMeta(
                    last.writtenAtMillis() + 1, new Caller("planted", ""), "planted", "", "planted", plannedAt, 0);
            culprit = new JournalRecord(
                    last.ordering() + 3,
                    id,
                    sequences.merge(id, 1L, Long::sum),
                    false,
                    "w",
                    meta.atMillis(),
                    "",
                    EventSerializer.IDENTIFIER,
                    EventTypes.of(event).manifest(),
                    EventCodec.encode(new Recorded<>(meta, event)),
                    null);
            rows.add(culprit);
        }

        /** A row with another before it and one behind it of its entity, which is no part of a persist. */
        private int inTheMiddleOf(String manifest) {
            for (int i = 0; i < rows.size(); i++) {
                JournalRecord row = rows.get(i);
                if (row.manifest().equals(manifest)
                        && more(i) == 0
                        && row.sequenceNumber() > 1
                        && more(before(i)) == 0
                        && row.sequenceNumber() < sequences.get(row.persistenceId())) {
                    return i;
                }
            }
            throw new AssertionError("no " + manifest);
        }

        private int before(int i) {
            int at = i - 1;
            while (!rows.get(at).persistenceId().equals(rows.get(i).persistenceId())) {
                at--;
            }
            return at;
        }

        private int more(int i) {
            return EventCodec.following(rows.get(i).payload());
        }

        private boolean isWhole() {
            Map<String, Integer> following = new HashMap<>();
            for (int i = 0; i < rows.size(); i++) {
                following.put(rows.get(i).persistenceId(), more(i));
            }
            return following.values().stream().allMatch(more -> more == 0);
        }

        private void replace(int i, String manifest, byte[] payload, boolean deleted) {
            JournalRecord row = rows.get(i);
            culprit = new JournalRecord(
                    row.ordering(),
                    row.persistenceId(),
                    row.sequenceNumber(),
                    deleted,
                    row.writer(),
                    row.writtenAtMillis(),
                    "",
                    row.serializerId(),
                    manifest,
                    payload,
                    null);
            rows.set(i, culprit);
        }

        /** A live Pod that has its slot to itself, with its Node's persistence id. */
        private Map.Entry<String, DaemonPod> livePod() {
            return states.entrySet().stream()
                    .filter(entry -> entry.getValue() instanceof NodeState)
                    .flatMap(entry -> ((NodeState) entry.getValue())
                            .pods().values().stream()
                                    .filter(pod -> pod.live()
                                            && !pod.orphan()
                                            && !pod.createdBy().template().isEmpty())
                                    .map(pod -> Map.entry(entry.getKey(), pod)))
                    .findFirst()
                    .orElseThrow();
        }

        private Map.Entry<String, DaemonSetState> daemonSet() {
            return states.entrySet().stream()
                    .filter(entry -> entry.getValue() instanceof DaemonSetState state
                            && state.current() != null
                            && !state.current().spec().deleting())
                    .map(entry -> Map.entry(entry.getKey(), (DaemonSetState) entry.getValue()))
                    .findFirst()
                    .orElseThrow();
        }

        private VerifyReport verify() {
            JournalVerifier verifier = new JournalVerifier(5);
            rows.forEach(verifier::add);
            return verifier.end();
        }
    }

    private static final List<SimJournal.Row> RUN = richRun();

    /** Of the first seeds the first beginning of a journal that has what the breaks are planted in. */
    private static List<SimJournal.Row> richRun() {
        return LongStream.rangeClosed(1, 50)
                .mapToObj(seed -> Simulation.journal(seed, STEPS))
                .flatMap(run -> IntStream.iterate(100, length -> length <= run.size(), length -> length + 20)
                        .mapToObj(length -> run.subList(0, length)))
                .filter(JournalVerifierTest::isRich)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isRich(List<SimJournal.Row> run) {
        try {
            Copy copy = new Copy(run);
            copy.livePod();
            copy.daemonSet();
            copy.inTheMiddleOf("node.pod-reported/1");
            return copy.isWhole();
        } catch (AssertionError | NoSuchElementException poor) {
            return false;
        }
    }

    private static NodeEvent.DaemonPodCreated another(DaemonPod pod, String uid, String template) {
        return new NodeEvent.DaemonPodCreated(
                uid,
                pod.namespace(),
                pod.owner().daemonSet(),
                pod.owner().generation(),
                pod.owner().revision(),
                template,
                pod.owner().generation(),
                2,
                new Resources(0, 0, 0, Map.of()),
                List.of(),
                0,
                30,
                "planted",
                "planted-uid",
                99,
                "");
    }

    private static ObjectNode object(String kind, String namespace, String name, String uid) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", kind);
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name).put("uid", uid);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return object;
    }

    private static void store(Copy copy, String plural, String namespace, String name, ObjectNode object) {
        copy.append(
                PersistenceIds.encode(EntityIds.RESOURCE, "", plural, namespace, name),
                new ResourceEvent.Stored(JsonBytes.of(object)));
    }

    private static void namespace(Copy copy, String name) {
        ObjectNode namespace = object("Namespace", "", name, name + "-uid");
        namespace.putObject("spec").putArray("finalizers").add("kubernetes");
        store(copy, "namespaces", "", name, namespace);
    }

    private static void configMap(Copy copy, String namespace, String name, String uid) {
        store(copy, "configmaps", namespace, name, object("ConfigMap", namespace, name, uid));
    }

    /** Each plants one break of its check, and says at which row it is to be seen. */
    private enum Planted {
        TWO_ROWS_CHANGED_PLACES(Check.ORDER, copy -> {
            int i = copy.inTheMiddleOf("node.pod-reported/1");
            copy.culprit = copy.rows.get(i);
            copy.rows.add(i, copy.rows.remove(i + 1));
        }),
        A_ROW_IS_GONE(Check.SEQUENCE, copy -> {
            JournalRecord gone = copy.rows.remove(copy.inTheMiddleOf("node.pod-reported/1"));
            copy.culprit = copy.rows.stream()
                    .filter(row -> row.persistenceId().equals(gone.persistenceId())
                            && row.sequenceNumber() == gone.sequenceNumber() + 1)
                    .findFirst()
                    .orElseThrow();
        }),
        A_PERSIST_IS_CUT(Check.PERSIST, copy -> {
            int i = 0;
            while (copy.more(i) == 0) {
                i++;
            }
            String id = copy.rows.get(i).persistenceId();
            copy.culprit = copy.rows.get(i);
            List<JournalRecord> kept = new ArrayList<>(copy.rows.subList(0, i + 1));
            copy.rows.subList(i + 1, copy.rows.size()).stream()
                    .filter(row -> !row.persistenceId().equals(id))
                    .forEach(kept::add);
            copy.rows.clear();
            copy.rows.addAll(kept);
        }),
        BYTES_ARE_DAMAGED(Check.READABLE, copy -> {
            int i = copy.inTheMiddleOf("node.pod-reported/1");
            copy.replace(i, "node.pod-reported/1", new byte[] {1, 2, 3}, false);
        }),
        A_TYPE_IS_UNKNOWN(Check.READABLE, copy -> {
            int i = copy.inTheMiddleOf("node.pod-reported/1");
            copy.replace(i, "node.pod-reported/7", copy.rows.get(i).payload(), false);
        }),
        A_ROW_IS_MARKED_AS_DELETED(Check.KEPT, copy -> {
            int i = copy.inTheMiddleOf("node.pod-reported/1");
            copy.replace(i, "node.pod-reported/1", copy.rows.get(i).payload(), true);
        }),
        NOBODY_DID_IT(Check.KEPT, copy -> {
            int i = copy.inTheMiddleOf("node.pod-reported/1");
            Recorded<? extends Event> was = EventCodec.decode(
                    copy.rows.get(i).manifest(), copy.rows.get(i).payload());
            EventMeta meta = new EventMeta(was.meta().atMillis(), new Caller("", ""), "", "", "", 0, 0);
            copy.replace(i, "node.pod-reported/1", EventCodec.encode(new Recorded<>(meta, was.event())), false);
        }),
        WHAT_IS_NOT_THERE_IS_REMOVED(
                Check.EVOLVE,
                copy -> copy.append(
                        PersistenceIds.encode(EntityIds.RESOURCE, "", "configmaps", "default", "never"),
                        new ResourceEvent.Removed("never"))),
        A_TEMPLATE_IS_GONE(Check.TEMPLATE, copy -> {
            var pod = copy.livePod();
            copy.append(pod.getKey(), another(pod.getValue(), pod.getValue().daemonSetUid(), "nowhere"));
        }),
        TWO_PODS_IN_A_SLOT(Check.AT_MOST_ONE, copy -> {
            var pod = copy.livePod();
            String uid = pod.getValue().daemonSetUid();
            copy.append(
                    pod.getKey(),
                    another(pod.getValue(), uid, pod.getValue().createdBy().template()));
        }),
        A_POD_OF_A_REMOVED_DAEMON_SET(Check.SLOTS, copy -> {
            var pod = copy.livePod();
            copy.append(pod.getKey(), new NodeEvent.DaemonSetRetired("retired-uid", Long.MAX_VALUE));
            copy.append(
                    pod.getKey(),
                    another(
                            pod.getValue(),
                            "retired-uid",
                            pod.getValue().createdBy().template()));
        }),
        A_GENERATION_GOES_BACK(Check.LIVES, copy -> {
            var daemonSet = copy.daemonSet();
            ObjectNode older = daemonSet.getValue().current().object().tree();
            Json.child(older, "metadata").put("generation", 0);
            copy.append(
                    daemonSet.getKey(),
                    new DaemonSetEvent.Stored(daemonSet.getValue().current().uid(), JsonBytes.of(older)));
        }),
        A_REVISION_IS_LOST(Check.HISTORY, copy -> {
            var daemonSet = copy.daemonSet();
            var current = daemonSet.getValue().current();
            copy.append(
                    daemonSet.getKey(), new DaemonSetEvent.RevisionTrimmed(current.uid(), current.currentRevision()));
        }),
        AN_OBJECT_BECOMES_ANOTHER(Check.ONE_CHANGE, copy -> {
            namespace(copy, "planted");
            configMap(copy, "planted", "a", "one");
            configMap(copy, "planted", "a", "two");
        }),
        AN_OBJECT_HAS_ANOTHERS_NAME(Check.NAMES, copy -> {
            namespace(copy, "planted");
            store(copy, "configmaps", "planted", "b", object("ConfigMap", "planted", "a", "one"));
        }),
        A_UID_COMES_TWICE(Check.UIDS, copy -> {
            namespace(copy, "planted");
            configMap(copy, "planted", "a", "one");
            configMap(copy, "planted", "b", "one");
        }),
        A_NAMESPACE_IS_MISSING(Check.NAMESPACES, copy -> configMap(copy, "missing", "a", "one")),
        A_NAMESPACE_LEAVES_SOMETHING(Check.NAMESPACES, copy -> {
            namespace(copy, "planted");
            configMap(copy, "planted", "a", "one");
            copy.append(
                    PersistenceIds.encode(EntityIds.RESOURCE, "", "namespaces", "", "planted"),
                    new ResourceEvent.Removed("planted-uid"));
        });

        private final Check check;
        private final Consumer<Copy> plant;

        Planted(Check check, Consumer<Copy> plant) {
            this.check = check;
            this.plant = plant;
        }
    }

    /** CATALOG is of the fold itself: no event is known by which a journal could break it. */
    @Test
    void eachCheckFindsSomething() {
        assertThat(Planted.values())
                .extracting(planted -> planted.check)
                .containsAll(EnumSet.complementOf(EnumSet.of(Check.CATALOG)));
    }

    @ParameterizedTest
    @EnumSource
    void plantedBreaksAreFoundAndNamed(Planted planted) {
        Copy copy = new Copy(RUN);
        planted.plant.accept(copy);
        VerifyReport report = copy.verify();
        assertThat(report.clean()).isFalse();
        VerifyReport.Result result = report.results().get(planted.check.ordinal());
        assertThat(result.check()).isEqualTo(planted.check);
        assertThat(result.breaks()).isNotEmpty();
        JournalBreak found = result.breaks().get(0);
        System.out.println("verify: " + planted + ": " + found);
        assertThat(found.ordering()).isEqualTo(copy.culprit.ordering());
        assertThat(found.persistenceId()).isEqualTo(copy.culprit.persistenceId());
        assertThat(found.sequenceNumber()).isEqualTo(copy.culprit.sequenceNumber());
        assertThat(found.manifest()).isEqualTo(copy.culprit.manifest());
        assertThat(found.why()).isNotBlank();
    }

    @Test
    void whatTheSimulatorWritesIsClean() {
        for (long seed = 1; seed <= 4; seed++) {
            assertClean(new Copy(Simulation.journal(seed, STEPS)).verify(), "seed " + seed);
        }
        VerifyReport report = new Copy(RUN).verify();
        assertClean(report, "the journal that breaks are planted in");
        assertThat(report.events()).isEqualTo(RUN.size());
        assertThat(report.results()).allMatch(result -> result.looked() > 0, "each check is made");
    }

    private static void assertClean(VerifyReport report, String of) {
        assertThat(report.results())
                .as(of)
                .allSatisfy(result -> assertThat(result.breaks()).isEmpty());
    }

    @Test
    void allBreaksAreCountedAndSomeKept() {
        Copy copy = new Copy(RUN);
        for (int i = 0; i < 8; i++) {
            configMap(copy, "missing", "a" + i, "uid" + i);
        }
        VerifyReport.Result result = copy.verify().results().get(Check.NAMESPACES.ordinal());
        assertThat(result.broken()).isEqualTo(8);
        assertThat(result.breaks()).hasSize(5);
    }
}
