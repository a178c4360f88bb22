package io.everynode.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three real servers on a real PostgreSQL, one after the other hurt. The order matters: a start takes long. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalClusterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int OBJECTS = 200;

    @TempDir
    static Path directory;

    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new ClusterPlan(directory).start();
        cluster.awaitWhole(PATIENCE);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void whatIsWrittenThroughOneIsReadThroughAnotherAtOnce() throws Exception {
        for (int i = 0; i < OBJECTS; i++) {
            String name = "seen-" + i;
            ClusterApi.Answer written = cluster.api(1 + i % 3).post(CONFIG_MAPS, configMap(name, i));
            assertThat(written.code()).as("%s", written).isEqualTo(201);
            ClusterApi.Answer read = cluster.api(1 + (i + 1) % 3).get(CONFIG_MAPS + "/" + name);
            assertThat(read.code()).as("%s", name).isEqualTo(200);
            assertThat(read.body()).isEqualTo(written.body());
        }
    }

    @Test
    @Order(2)
    void anyMemberTellsOfTheCluster() throws Exception {
        for (Member asked : cluster.members()) {
            JsonNode status = cluster.status(asked.number()).body();
            assertThat(status.path("members")).hasSize(3);
            assertThat(status.path("singletons").path("scheduler").asText())
                    .isEqualTo(status.path("singletons").path("housekeeper").asText());
            int shards = 0;
            int entities = 0;
            for (JsonNode member : status.path("members")) {
                assertThat(member.path("lag").asLong()).as("%s", member).isZero();
                shards += member.path("shards").path("Resource").path("shards").asInt();
                entities +=
                        member.path("shards").path("Resource").path("entities").asInt();
                assertThat(member.path("apiAddress").asText()).startsWith("127.0.0.1:");
            }
            assertThat(shards).isBetween(30, 60);
            assertThat(entities).isGreaterThanOrEqualTo(OBJECTS);
        }
    }

    @Test
    @Order(3)
    void withOneKilledTheOthersGoOnAndItComesBack() throws Exception {
        long before = cluster.member(2).pid();
        cluster.kill(2);
        for (int i = 0; i < 100; i++) {
            String name = "killed-" + i;
            awaitCreated(1 + 2 * (i % 2), configMap(name, i));
        }
        cluster.awaitWhole(PATIENCE);
        assertThat(cluster.member(2).pid()).isNotEqualTo(before);
        for (int i = 0; i < 100; i++) {
            assertThat(cluster.api(2).get(CONFIG_MAPS + "/killed-" + i).code()).isEqualTo(200);
        }
    }

    /** As a client does: what is answered with 5xx is tried again, and may have been done. */
    private static void awaitCreated(int member, ObjectNode object) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int code = cluster.api(member).post(CONFIG_MAPS, object).code();
        while (code >= 500) {
            LocalCluster.pauseUntil(end, "still answered with " + code);
            code = cluster.api(member).post(CONFIG_MAPS, object).code();
        }
        assertThat(code).isIn(201, 409);
    }

    @Test
    @Order(4)
    void whatIsHeldBackByACutLinkArrivesWhenItHeals() throws Exception {
        cluster.cut(1, 3);
        assertThat(cluster.linkFaults()).isEqualTo("1 -/-> 3");
        cluster.heal();
        assertThat(cluster.linkFaults()).isEmpty();
        cluster.awaitWhole(PATIENCE);
    }

    static ObjectNode configMap(String name, int value) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name);
        object.putObject("data").put("value", Integer.toString(value));
        return object;
    }
}
