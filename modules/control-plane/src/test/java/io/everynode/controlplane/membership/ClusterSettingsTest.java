package io.everynode.controlplane.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {

    private static Config all(String cluster) {
        return ConfigFactory.parseString("everynode.cluster { " + cluster + " }")
                .withFallback(ConfigFactory.parseResources("everynode-control-plane.conf"));
    }

    private static ClusterSettings settings(String cluster) {
        return ClusterSettings.from(all(cluster).getConfig("everynode.cluster"));
    }

    private static Config pekko(String cluster) {
        return PekkoSettings.of(settings(cluster), "m1", all(cluster))
                .withFallback(all(cluster))
                .resolve();
    }

    @Test
    void byDefaultAJvmIsAloneOnLoopbackAndTellsItsId() {
        Config pekko = pekko("");
        assertThat(pekko.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("127.0.0.1");
        assertThat(pekko.getInt("pekko.remote.artery.bind.port")).isZero();
        assertThat(pekko.getStringList("pekko.cluster.seed-nodes")).isEmpty();
        assertThat(pekko.getString("pekko.remote.artery.transport")).isEqualTo("tcp");
        List<String> roles = pekko.getStringList("pekko.cluster.roles");
        assertThat(roles).contains("member-m1").anyMatch(role -> role.startsWith("event-format-"));
        assertThat(PekkoSettings.member(roles)).contains("m1");
        assertThat(PekkoSettings.member(List.of("event-format-2"))).isEmpty();
    }

    @Test
    void aMemberMayBeReachedElsewhereThanItListens() {
        Config pekko = pekko("host = a.example, port = 7001, bind-host = 10.0.0.1, bind-port = 7002,"
                + " outbound-host = 127.0.1.3, seed-nodes = [\"b:7001\", \"pekko://everynode@c:7001\"]");
        assertThat(pekko.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("a.example");
        assertThat(pekko.getInt("pekko.remote.artery.canonical.port")).isEqualTo(7001);
        assertThat(pekko.getString("pekko.remote.artery.bind.hostname")).isEqualTo("10.0.0.1");
        assertThat(pekko.getInt("pekko.remote.artery.bind.port")).isEqualTo(7002);
        assertThat(pekko.getString("pekko.remote.artery.advanced.tcp.outbound-client-hostname"))
                .isEqualTo("127.0.1.3");
        assertThat(pekko.getStringList("pekko.cluster.seed-nodes")).isEmpty();
        assertThat(ClusterSettings.from(pekko.getConfig("everynode.cluster")).seedNodes())
                .containsExactly("pekko://everynode@b:7001", "pekko://everynode@c:7001");
    }

    /** Pekko's own setting was all there was in earlier versions. */
    @Test
    void seedNodesOfPekkosOwnSettingAreTaken() {
        Config own = ConfigFactory.parseString("pekko.cluster.seed-nodes = [\"pekko://everynode@a:1\"]")
                .withFallback(all(""));
        Config pekko = PekkoSettings.of(settings(""), "m1", own);
        assertThat(pekko.getStringList("pekko.cluster.seed-nodes")).isEmpty();
        assertThat(pekko.getStringList("everynode.cluster.seed-nodes")).containsExactly("pekko://everynode@a:1");
    }

    @Test
    void wrongValuesAreRefusedByName() {
        assertThatThrownBy(() -> settings("split-brain = coin"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("everynode.cluster.split-brain")
                .hasMessageContaining("majority");
        assertThatThrownBy(() -> settings("port = 70000")).hasMessageContaining("everynode.cluster.port");
        assertThatThrownBy(() -> settings("bind-port = -1")).hasMessageContaining("everynode.cluster.bind-port");
        assertThatThrownBy(() -> settings("alive-for = 1s")).hasMessageContaining("everynode.cluster.alive-for");
        assertThatThrownBy(() -> settings("tls.key-file = a.pem")).hasMessageContaining("ca-cert-file");
    }
}
