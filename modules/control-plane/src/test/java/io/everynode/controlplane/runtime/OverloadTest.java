package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.WriteResult;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * More writes than there is room for are refused before the journal's queue, and nothing that was acknowledged is lost.
 */
@Timeout(180)
class OverloadTest {

    @Test
    void aBurstIsRefusedInPartAndNoPersistFails(@TempDir Path dataDir) {
        try (TestServer cp = TestServer.start(dataDir, "everynode.control-plane.max-writes-in-flight = 8")) {
            List<CompletableFuture<WriteResult>> burst = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                burst.add(cp.sendConfigMap("default", "c" + i, "v").toCompletableFuture());
            }
            Map<Integer, Integer> codes = new TreeMap<>();
            for (int i = 0; i < 500; i++) {
                WriteResult result = burst.get(i).join();
                boolean there = cp.server
                        .catalog()
                        .get(Kinds.CONFIG_MAP, "default", "c" + i)
                        .isPresent();
                assertThat(there).as("c%s %s", i, result).isEqualTo(result instanceof WriteResult.Stored);
                codes.merge(
                        result instanceof WriteResult.Refused refused
                                ? refused.status().code()
                                : 200,
                        1,
                        Integer::sum);
                if (result instanceof WriteResult.Refused refused) {
                    assertThat(refused.status().details().retryAfterSeconds()).isPositive();
                }
            }
            assertThat(codes).containsOnlyKeys(200, 429);
            assertThat(codes.get(200)).isGreaterThanOrEqualTo(8);
            assertThat(TestServer.stored(cp.sendConfigMap("default", "after", "v")
                                    .toCompletableFuture()
                                    .join())
                            .name())
                    .as("the room is free again")
                    .isEqualTo("after");
        }
    }
}
