package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real JVMs: two members of a cluster on PostgreSQL, and one on H2 that is killed. */
@Timeout(120)
class SeveralJvmsTest {

    static {
        JournalAccess.quiet();
    }

    /** A ConfigMap's data may have 1 MiB in all. */
    private static final int LARGEST = (1 << 20) - 16;

    @TempDir
    Path dataDir;

    private static String member(DatabaseSettings database, int port, int seedPort) {
        return TestServer.settings(database) + "\neverynode.cluster { port = " + port + ", seed-nodes = [\"127.0.0.1:"
                + seedPort + "\"] }";
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void twoMembersAreOneControlPlane() throws Exception {
        DatabaseSettings database = JournalAccess.postgres();
        int portA = freePort();
        int portB = freePort();
        try (MemberProcess a = MemberProcess.start(dataDir, member(database, portA, portA));
                MemberProcess b = MemberProcess.start(dataDir, member(database, portB, portA))) {
            a.awaitReady();
            b.awaitReady();
            largestObjectsGoThrough(a, b);
            whatOneWroteTheOtherReads(a, b);
        }
    }

    /** The one with the lower address dies, with which a majority of two would give itself up. */
    @Test
    void ofTwoWithTheLeaseTheOtherGoesOn() throws Exception {
        DatabaseSettings database = JournalAccess.postgres();
        int lower = freePort();
        int higher = freePort();
        // Pekko orders addresses by their ports.
        String first = TestServer.settings(database) + "\neverynode.cluster { split-brain = lease, port = "
                + Math.min(lower, higher) + " }";
        String second = TestServer.settings(database) + "\neverynode.cluster { split-brain = lease, port = "
                + Math.max(lower, higher) + " }";
        try (MemberProcess a = MemberProcess.start(dataDir, first);
                MemberProcess b = MemberProcess.start(dataDir, second)) {
            a.awaitReady();
            b.awaitReady();
            for (int i = 0; i < 20; i++) {
                assertThat(a.ask("create before-" + i + " 64")).startsWith("stored ");
            }
            a.kill();
            for (int i = 0; i < 20; i++) {
                String answer = b.ask("create after-" + i + " 64");
                while (!answer.startsWith("stored ") && !answer.contains("AlreadyExists")) {
                    answer = b.ask("create after-" + i + " 64");
                }
                assertThat(b.ask("read before-" + i)).isNotEqualTo("not there");
            }
        }
    }

    /**
     * Through the member that does not own the object: the command crosses in one frame, far above Artery's 256 KiB.
     */
    private static void largestObjectsGoThrough(MemberProcess a, MemberProcess b) throws Exception {
        int crossed = 0;
        for (int i = 0; i < 30 && crossed < 2; i++) {
            String name = "large-" + i;
            assertThat(a.ask("create " + name + " " + LARGEST)).startsWith("stored ");
            String read = a.ask("read " + name);
            assertThat(b.ask("read " + name)).isEqualTo(read);
            String content = Json.text(MemberProcess.largeConfigMap(name, LARGEST), "data", "k");
            assertThat(read.split(" ")[1]).isEqualTo(Integer.toString(content.hashCode()));
            assertThat(Integer.parseInt(read.split(" ")[2])).isGreaterThan(LARGEST);
            boolean ownedByB = Boolean.parseBoolean(b.ask("owns " + name));
            assertThat(Boolean.parseBoolean(a.ask("owns " + name))).isEqualTo(!ownedByB);
            crossed += ownedByB ? 1 : 0;
        }
        assertThat(crossed).as("objects of B written through A").isEqualTo(2);
    }

    private static void whatOneWroteTheOtherReads(MemberProcess a, MemberProcess b) throws Exception {
        for (int i = 0; i < 50; i++) {
            MemberProcess writer = i % 2 == 0 ? a : b;
            MemberProcess reader = i % 2 == 0 ? b : a;
            String stored = writer.ask("create small-" + i + " 64");
            assertThat(stored).startsWith("stored ");
            assertThat(reader.ask("read small-" + i)).startsWith(stored.substring("stored ".length()) + " ");
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        Map<String, Long> acknowledged = new LinkedHashMap<>();
        try (MemberProcess victim = MemberProcess.start(dataDir, "")) {
            victim.awaitReady();
            victim.tell("burst");
            while (acknowledged.size() < 300) {
                remember(victim.answer(), acknowledged);
            }
            victim.kill();
            for (String line = victim.answer(); line != null; line = victim.answer()) {
                remember(line, acknowledged);
            }
        }
        long seen = List.copyOf(acknowledged.values()).get(100);
        long newest = acknowledged.values().stream().mapToLong(v -> v).max().orElseThrow();
        try (TestServer cp = TestServer.start(dataDir, "")) {
            for (Map.Entry<String, Long> entry : acknowledged.entrySet()) {
                StoredObject object = cp.server
                        .catalog()
                        .get(Kinds.CONFIG_MAP, "default", entry.getKey())
                        .orElseThrow();
                assertThat(object.resourceVersion()).isEqualTo(entry.getValue());
            }
            assertThat(cp.configMap("afterwards").resourceVersion()).isGreaterThan(newest);

            List<StoredObject> expected = new ArrayList<>();
            for (StoredObject object : cp.server.catalog().list(Kinds.CONFIG_MAP, "")) {
                if (object.resourceVersion() > seen) {
                    expected.add(object);
                }
            }
            expected.sort((x, y) -> Long.compare(x.resourceVersion(), y.resourceVersion()));
            WatchCursor cursor =
                    cp.server.watch(WatchSelection.all(Kinds.CONFIG_MAP), seen).orElseThrow();
            List<Change> changes = new ArrayList<>();
            while (changes.size() < expected.size()) {
                changes.addAll(cursor.next().toCompletableFuture().get(10, TimeUnit.SECONDS));
            }
            assertThat(changes).extracting(Change::type).containsOnly(Change.Type.ADDED);
            assertThat(changes).extracting(Change::object).isEqualTo(expected);
        }
    }

    /** The last line may have been cut by the kill; one without its end counts for nothing. */
    private static void remember(String line, Map<String, Long> acknowledged) {
        String[] words = line.split(" ");
        if (words.length == 4 && words[0].equals("ack") && words[3].equals(".")) {
            acknowledged.put(words[1], Long.parseLong(words[2]));
        }
    }
}
