package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.OwnPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL with TLS, whose certificate the URL says to verify. */
@Timeout(120)
class PostgresTlsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String SESSIONS = """
            SELECT %s FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
            WHERE usename = 'everynode' AND backend_type = 'client backend'""";

    @TempDir
    static Path directory;

    private static OwnPostgres postgres;
    private static PemFiles theirs;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() throws Exception {
        theirs = PemFiles.make(directory, "theirs", "localhost");
        postgres = new OwnPostgres(
                directory.resolve("postgres"),
                Map.of(
                        "ssl", "on",
                        "ssl_cert_file", theirs.certificate().toString(),
                        "ssl_key_file", theirs.key().toString()));
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static DatabaseSettings verifying(String host, PemFiles trusted) {
        return postgres.settings(host, "?sslmode=verify-full&sslrootcert=" + trusted.certificate());
    }

    /** Sessions that are open for a moment only would be seen by no look; without TLS they are refused. */
    @Test
    void everySessionOfTwoMembersIsThroughTls() throws Exception {
        postgres.refusePlain();
        String settings = TestServer.settings(verifying("localhost", theirs));
        try (TestServer one = TestServer.start(directory.resolve("one"), settings);
                TestServer other = TestServer.start(directory.resolve("other"), settings)) {
            one.configMap("by-one");
            other.configMap("by-other");
            assertThat(one.server.currentCatalog().toCompletableFuture().get()).isNotNull();
            // Of each: the thread with the member's row, the reader's pool, the plugin's pool.
            assertThat(postgres.ask(SESSIONS.formatted("ssl"))).hasSizeGreaterThanOrEqualTo(6);
            assertThat(postgres.ask(SESSIONS.formatted("DISTINCT ssl"))).containsExactly("t");
            assertThat(postgres.ask(SESSIONS.formatted("DISTINCT version")))
                    .isSubsetOf("TLSv1.2", "TLSv1.3")
                    .isNotEmpty();
            assertThat(postgres.ask(SESSIONS.formatted("DISTINCT application_name")))
                    .hasSize(2)
                    .allMatch(name -> name.startsWith("everynode/"));
        }
    }

    @Test
    void anotherAuthorityIsWaitedForAndTold() throws Exception {
        PemFiles foreign = PemFiles.make(directory, "foreign", "localhost");
        refused(verifying("localhost", foreign), "PKIX path");
    }

    @Test
    void anotherHostIsWaitedForAndTold() throws Exception {
        refused(verifying("127.0.0.1", theirs), "hostname 127.0.0.1 could not be verified");
    }

    private void refused(DatabaseSettings database, String why) throws Exception {
        ConcurrentLinkedQueue<String> news = new ConcurrentLinkedQueue<>();
        ControlPlaneStart start =
                ControlPlaneStart.begin(TestServer.config(TestServer.settings(database)), directory.resolve("refused"));
        try {
            threads.submit(() -> start.open(news::add));
            await().atMost(SOON).until(() -> !news.isEmpty());
            assertThat(start.notReady())
                    .contains("the server is starting: the database shows a certificate that is not trusted");
            assertThat(List.copyOf(news))
                    .singleElement()
                    .satisfies(told -> assertThat(told)
                            .startsWith("database " + database.place() + " shows a certificate that is not trusted: ")
                            .contains(why));
            assertThat(postgres.ask(SESSIONS.formatted("pid"))).isEmpty();
        } finally {
            start.close();
        }
    }
}
