package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.patch.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several members on one PostgreSQL, each with an actor system of its own in this JVM. */
@Timeout(120)
class MembershipTest {

    static {
        JournalAccess.quiet();
    }

    @TempDir
    Path dataDir;

    private final DatabaseSettings database = JournalAccess.postgres();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<TestServer> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(TestServer::close);
        threads.shutdownNow();
    }

    private Future<TestServer> start(String cluster) {
        return threads.submit(() -> {
            TestServer server = TestServer.start(
                    dataDir, TestServer.settings(database) + "\neverynode.cluster { " + cluster + " }");
            synchronized (started) {
                started.add(server);
            }
            return server;
        });
    }

    private static TestServer ready(Future<TestServer> server)
            throws InterruptedException, ExecutionException, TimeoutException {
        return server.get(60, TimeUnit.SECONDS);
    }

    private static int members(TestServer server) {
        int members = 0;
        for (Member member : Cluster.get(server.server.system()).state().getMembers()) {
            members += member.status().equals(MemberStatus.up()) ? 1 : 0;
        }
        return members;
    }

    private List<String> ask(String sql) {
        List<String> answers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                answers.add(found.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
        return answers;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void threeThatStartAtOnceAreOneClusterAndLeaveWithoutTrace() throws Exception {
        Future<TestServer> first = start("");
        Future<TestServer> second = start("");
        Future<TestServer> third = start("");
        for (TestServer server : List.of(ready(first), ready(second), ready(third))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> members(server) == 3);
        }
        assertThat(ask("SELECT member_id FROM cluster_member WHERE state = 'up'"))
                .hasSize(3);
        ready(first).configMap("written");
        assertThat(ready(third)
                        .server
                        .currentCatalog()
                        .toCompletableFuture()
                        .join()
                        .get(Kinds.CONFIG_MAP, "default", "written"))
                .isPresent();

        ready(third).close();
        await().atMost(Duration.ofSeconds(10)).until(() -> members(ready(first)) == 2);
        // Makes them pass the gate for what the third one had.
        for (int i = 0; i < 60; i++) {
            ready(second).configMap("afterwards-" + i);
        }
        ready(second).close();
        ready(first).configMap("alone");
        ready(first).close();
        started.clear();
        assertThat(ask("SELECT member_id FROM cluster_member")).isEmpty();
        assertThat(ask("SELECT member_id FROM fenced_member")).isEmpty();
    }

    /** It reaches the database, and nobody; it waits until it can reach those that are alive. */
    @Test
    void whoIsCutOffFoundsNoSecondCluster() throws Exception {
        ready(start(""));
        // A live member that answers nobody: its row is renewed, its address leads nowhere.
        String address = ask("SELECT address FROM cluster_member").get(0);
        ask("UPDATE cluster_member SET address = 'pekko://everynode@127.0.0.1:" + freePort() + "' RETURNING 1");
        Future<TestServer> cutOff = start("alive-for = 2s");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ask("SELECT state FROM cluster_member").size() == 2);
        // Longer than it would take to found a cluster beside dead members.
        await().during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(8))
                .until(() -> ask("SELECT state FROM cluster_member WHERE state = 'joining'")
                                .size()
                        == 1);
        assertThat(cutOff).isNotDone();
        assertThat(ask("SELECT member_id FROM fenced_member")).isEmpty();

        ask("UPDATE cluster_member SET address = '" + address + "' WHERE state = 'up' RETURNING 1");
        await().atMost(Duration.ofSeconds(20)).until(() -> members(ready(cutOff)) == 2);
    }

    /**
     * Two that believe they own the same entity, each in a cluster of its own on one journal: the second one takes the
     * first for dead, as its row is not renewed, and founds a cluster. That fences the first.
     */
    @Test
    void twoThatOwnTheSameEntityCannotBothWrite() throws Exception {
        TestServer a = ready(start(""));
        stored(a.write(
                Kinds.CONFIG_MAP,
                "default",
                "contested",
                new ObjectWrite.Create(TestServer.configMap("default", "contested", "v0"), "")));
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        threads.submit(() -> {
            int last = 0;
            for (int i = 1; ; i++) {
                WriteResult result;
                try {
                    result = set(a, i);
                } catch (Exception ended) {
                    break;
                }
                if (!(result instanceof WriteResult.Stored)) {
                    break;
                }
                last = i;
            }
            acknowledged.complete(last);
        });
        await().until(() -> value(a) > 5);
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE FUNCTION silence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        IF OLD.address = '%s' THEN NEW.heartbeat_at := '2020-01-01'; END IF;
                        RETURN NEW;
                    END $$;
                    CREATE TRIGGER silence BEFORE UPDATE ON cluster_member
                        FOR EACH ROW EXECUTE FUNCTION silence()""".formatted(ask("SELECT address FROM cluster_member").get(0)));
        }
        // Else B might come before A's next heartbeat, see that A is alive, and join it.
        await().until(() -> ask("SELECT 1 FROM cluster_member WHERE heartbeat_at < '2021-01-01'")
                        .size()
                == 1);
        TestServer b = ready(start(""));
        StoredObject byB = stored(set(b, 1_000_000));

        assertThat(a.server.lost().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .contains("fenced");
        int last = acknowledged.get(30, TimeUnit.SECONDS);
        assertThat(last).isGreaterThan(5);
        assertThat(b.server.lost().toCompletableFuture()).isNotDone();
        assertThat(value(b)).isEqualTo(1_000_000);
        // All that A had acknowledged is there, and nothing of A comes after what B wrote.
        assertThat(ask("SELECT count(*) FROM fenced_member")).containsExactly("1");
        assertThat(ask("SELECT count(*) FROM event_journal WHERE persistence_id LIKE 'Resource|%contested'"))
                .satisfies(count -> assertThat(Integer.parseInt(count.get(0))).isGreaterThanOrEqualTo(last + 2));
        assertThat(ask("SELECT max(ordering) FROM event_journal WHERE persistence_id LIKE 'Resource|%contested'"))
                .containsExactly(Long.toString(byB.resourceVersion()));
    }

    @Test
    void throughTlsOnlyWhoHasTheKeysGetsIn() throws Exception {
        PemFiles ours = PemFiles.make(dataDir, "ours");
        TestServer first = ready(start(ours.settings()));
        Future<TestServer> second = start(ours.settings());
        await().atMost(Duration.ofSeconds(40)).until(() -> members(first) == 2);
        ready(second).configMap("written");
        start(PemFiles.make(dataDir, "stranger").settings());
        await().atMost(Duration.ofSeconds(40))
                .until(() -> ask("SELECT 1 FROM cluster_member").size() == 3);
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        Cluster.get(first.server.system()).state().members().size() == 2);
    }

    private static WriteResult set(TestServer server, int value) throws Exception {
        ObjectWrite patch = new ObjectWrite.Patch(
                "",
                PatchType.MERGE,
                TestServer.json("{'data':{'k':'v" + value + "'}}"),
                ObjectDecoder.FieldValidation.STRICT,
                Precondition.NONE);
        return server.send(Kinds.CONFIG_MAP, "default", "contested", patch, 0)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static int value(TestServer server) {
        return server.server
                .catalog()
                .get(Kinds.CONFIG_MAP, "default", "contested")
                .map(object ->
                        Integer.parseInt(Json.text(object.tree(), "data", "k").substring(1)))
                .orElse(0);
    }
}
