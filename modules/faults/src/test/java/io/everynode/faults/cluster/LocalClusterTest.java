package io.everynode.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static final int OBJECTS = 300;

    @TempDir
    static Path directory;

    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new ClusterPlan(directory).start();
        cluster.awaitReady(PATIENCE);
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

    static ObjectNode configMap(String name, int value) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name);
        object.putObject("data").put("value", Integer.toString(value));
        return object;
    }
}
