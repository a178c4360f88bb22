package io.everynode.compatibility.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.compatibility.CompatibilityLines;
import io.everynode.compatibility.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Malformed input against the whole program. A short run by default; {@code scripts/fuzz --requests 100000 --seed N}
 * for a long one, {@code --only I} for one request of it.
 */
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("everynode.fuzz.requests", 3_000);
    private static final long SEED = Long.getLong("everynode.fuzz.seed", 1);
    private static final int ONLY = Integer.getInteger("everynode.fuzz.only", -1);

    private static final String REPEAT =
            String.format("repeat with: scripts/fuzz --seed %d --requests %d [--only INDEX]", SEED, REQUESTS);

    /** The part of a run after which caches are warm and bounded ones full enough to compare with. */
    private static final int WARM = 4;

    /** What a run may leave in the heap beside what was there when it was warm: the journal's caches still fill. */
    private static final long GROWTH_MEGABYTES = 40;

    @TempDir
    Path data;

    @Test
    void nothingBreaksHangsLeaksOrChangesUnasked() throws Exception {
        try (ServerProcess server = ServerProcess.start(data, "--hollow-nodes", "0", "--apply", "none")) {
            Fuzzer fuzzer = new Fuzzer(server.access(), SEED);
            fuzzer.prepare();
            int sockets = ServerVitals.of(server.pid()).sockets();
            if (ONLY >= 0) {
                fuzzer.run(ONLY, ONLY + 1);
                System.out.println(new RequestMaker(SEED).make(ONLY) + "\n" + fuzzer.codes());
                assertThat(fuzzer.failures()).isEmpty();
                return;
            }
            long begun = System.nanoTime();
            fuzzer.run(0, REQUESTS / WARM);
            assertThat(fuzzer.failures()).as(REPEAT).isEmpty();
            ServerVitals warm = rested(server, sockets);
            fuzzer.run(REQUESTS / WARM, REQUESTS);
            ServerVitals last = rested(server, sockets);
            System.out.printf(
                    "fuzz: seed %d, %d requests and %d again in %d s, %d objects read back, answers %s, %s then %s%n",
                    SEED,
                    REQUESTS,
                    fuzzer.sentAgain(),
                    (System.nanoTime() - begun) / 1_000_000_000,
                    fuzzer.readBack(),
                    fuzzer.codes(),
                    warm,
                    last);
            report(fuzzer.failures());
            assertThat(fuzzer.failures()).as(REPEAT).isEmpty();
            assertThat(server.isAlive()).isTrue();
            assertThat(last.heapMegabytes())
                    .as("%s then %s", warm, last)
                    .isLessThan(warm.heapMegabytes() + GROWTH_MEGABYTES);
            assertThat(last.threads()).as("%s then %s", warm, last).isLessThan(warm.threads() + 10);
            assertThat(fuzzer.readBack()).isGreaterThan(REQUESTS / 50);
            assertThat(fuzzer.codes()).containsKeys(200, 201, 400, 404, 405, 409, 415, 422);
        }
    }

    /** Without the workers' objects and connections, as soon as the server has let go of them. */
    private static ServerVitals rested(ServerProcess server, int sockets) throws IOException, InterruptedException {
        try (FuzzConnection connection = new FuzzConnection(server.access())) {
            new ServerState(connection).clear();
        }
        await("no watch or connection is left").atMost(Duration.ofSeconds(30)).until(() -> {
            ServerVitals now = ServerVitals.of(server.pid());
            return now.watches() == 0 && now.sockets() <= sockets;
        });
        return ServerVitals.of(server.pid());
    }

    private static void report(List<String> failures) throws IOException {
        CompatibilityLines lines = new CompatibilityLines("malformed input", "seeded fuzzer");
        String call = "arbitrary requests are refused or answered";
        if (failures.isEmpty()) {
            lines.pass(call);
        } else {
            lines.fail(
                    call,
                    "seed " + SEED + ": " + failures.get(0).lines().findFirst().orElse(""));
        }
        lines.write("judge-fuzz");
    }
}
