package io.everynode.controlplane.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.journal.FormatGate;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;

class PackedEventTest {

    /** Rows with these bytes are in journals: the dictionary stays, whatever becomes of the packing. */
    private static final String DICTIONARY_SHA256 = "1e755bc2680407cd382ad344b35331cd9643966533aef9d9a0e765e658014c12";

    private static final String GOLDEN =
            "0100970382ee2004a1ee565e7b928b1f03303031378a8e1f609fe19bf5b4bc4c4f887097cc14b85eb6a4f51e60292b26bf5b3d8540a41a87ce9596fc960158f1cafc1d61006b02f982988f1ea9fb1a915d908e1b07302e3137222c227880820946d65fa43f3f93a5809114";

    private static final String STATUS =
            "{\"phase\":\"Running\",\"conditions\":[{\"type\":\"PodScheduled\",\"lastTransitionTime\":"
                    + "\"2026-11-22T14:17:38Z\",\"status\":\"True\"},{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":"
                    + "\"2026-11-22T14:17:38Z\"}],\"hostIP\":\"172.16.0.17\",\"x\":\"ad65fa43f3f93a5e\"}";

    private static Recorded<Event> recorded(Event event) {
        return new Recorded<>(
                new EventMeta(
                        1_795_000_000_123L,
                        new Caller("system:node:hollow-00017", "hollow-node"),
                        "9fe19bf5-b4bc-4c4f-8870-97cc14b85eb6",
                        "hollow node: pod ready",
                        "Pod written",
                        0,
                        0),
                event);
    }

    private static final Recorded<Event> REPORT = recorded(new NodeEvent.DaemonPodReported(
            "292b26bf-5b3d-8540-a41a-87ce9596fc96", new JsonBytes(STATUS.getBytes(StandardCharsets.UTF_8))));

    @Test
    void bytesInJournalsAreStillRead() throws Exception {
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(EventDictionary.BYTES);
        assertThat(HexFormat.of().formatHex(sha)).isEqualTo(DICTIONARY_SHA256);
        assertThat(EventCodec.decode("node.pod-reported/1", HexFormat.of().parseHex(GOLDEN)))
                .isEqualTo(REPORT);
    }

    @Test
    void everyEventComesBack() {
        for (Event event : EventExamples.all()) {
            Recorded<Event> recorded = recorded(event);
            byte[] packed = EventCodec.packed(recorded);
            assertThat(EventCodec.decode(EventTypes.of(event).manifest(), packed))
                    .isEqualTo(recorded);
            assertThat(packed.length).isLessThanOrEqualTo(EventCodec.encode(recorded).length);
        }
    }

    @Test
    void aReportIsAThirdOfItself() {
        byte[] packed = EventCodec.packed(REPORT);
        assertThat(packed[0]).isEqualTo((byte) PackedEvent.MARK);
        assertThat(packed.length).isLessThan(EventCodec.encode(REPORT).length / 3);
    }

    @Test
    void allBytesComeBack() {
        Random random = new Random(46);
        int packedOnes = 0;
        for (int i = 0; i < 300; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            packedOnes += comesBack(noise, random) ? 1 : 0;
        }
        assertThat(packedOnes).isGreaterThan(150);
    }

    private static boolean comesBack(byte[] noise, Random random) {
        List<byte[]> pool = List.of(
                noise,
                STATUS.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(EventDictionary.BYTES, 100, 400),
                EventDictionary.BYTES,
                "292b26bf-5b3d-8540-a41a-87ce9596fc96".getBytes(StandardCharsets.UTF_8),
                "292b26bf-5b3d-8540-a41a-87ce9596fc9G".getBytes(StandardCharsets.UTF_8),
                "2026-02-30T14:17:38Z2026-02-28T14:17:38Z".getBytes(StandardCharsets.UTF_8),
                "0123456789abcdef0".getBytes(StandardCharsets.UTF_8),
                new byte[300],
                "aaaa".repeat(200).getBytes(StandardCharsets.UTF_8));
        byte[] plain = new byte[0];
        for (int parts = random.nextInt(12); parts > 0; parts--) {
            byte[] next = pool.get(random.nextInt(pool.size()));
            plain = Arrays.copyOf(plain, plain.length + next.length);
            System.arraycopy(next, 0, plain, plain.length - next.length, next.length);
        }
        int more = random.nextInt(300);
        byte[] packed = PackedEvent.pack(plain, more);
        if (packed == plain) {
            return false;
        }
        assertThat(packed.length).isLessThan(plain.length);
        assertThat(PackedEvent.following(packed)).isEqualTo(more);
        assertThat(PackedEvent.unpack(packed)).isEqualTo(plain);
        return true;
    }

    @Test
    void brokenBytesAreRefusedAndNothingElse() {
        Random random = new Random(46);
        for (int i = 0; i < 5_000; i++) {
            byte[] packed = new byte[1 + random.nextInt(60)];
            random.nextBytes(packed);
            packed[0] = PackedEvent.MARK;
            try {
                PackedEvent.unpack(packed);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("packed event");
            }
        }
        byte[] whole = EventCodec.packed(REPORT);
        for (int length = 1; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> PackedEvent.unpack(part)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyWhatAllMembersCanReadIsWritten() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            var classic = kit.system().classicSystem();
            EventSerializer serializer = new EventSerializer((org.apache.pekko.actor.ExtendedActorSystem) classic);
            assertThat(serializer.toBinary(REPORT)).as("nothing known").isEqualTo(EventCodec.encode(REPORT));
            FormatGate gate = new FormatGate();
            EventFormats.of(classic).install(gate);
            gate.members(List.of(Set.of(FormatGate.role(3)), Set.of(FormatGate.role(2))));
            assertThat(serializer.toBinary(REPORT)).isEqualTo(EventCodec.encode(REPORT));
            gate.members(List.of(Set.of(FormatGate.role(3))));
            assertThat(serializer.toBinary(REPORT)).isEqualTo(EventCodec.packed(REPORT));
        } finally {
            kit.shutdownTestKit();
        }
    }
}
