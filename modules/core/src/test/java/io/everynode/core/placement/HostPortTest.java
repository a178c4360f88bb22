package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {

    @ParameterizedTest(name = "{0} {1} {2} and {3} {4} {5} -> {6}")
    @CsvSource({
        "'',        '',  80, '',        TCP, 80, true",
        "0.0.0.0,   TCP, 80, 10.0.0.1,  TCP, 80, true",
        "10.0.0.1,  TCP, 80, 0.0.0.0,   TCP, 80, true",
        "10.0.0.1,  TCP, 80, 10.0.0.1,  TCP, 80, true",
        "10.0.0.1,  TCP, 80, 10.0.0.2,  TCP, 80, false",
        "'',        TCP, 80, '',        UDP, 80, false",
        "'',        TCP, 80, '',        TCP, 81, false",
    })
    void conflicts(String ip, String protocol, int port, String ip2, String protocol2, int port2, boolean expected) {
        HostPort one = new HostPort(ip, protocol, port);
        HostPort other = new HostPort(ip2, protocol2, port2);
        assertThat(one.conflictsWith(other)).isEqualTo(expected);
        assertThat(other.conflictsWith(one)).isEqualTo(expected);
        assertThat(one.conflictsWithAny(List.of(new HostPort("", "SCTP", 1), other)))
                .isEqualTo(expected);
    }

    @Test
    void aPodClaimsTheHostPortsOfWhatKeepsRunning() {
        assertThat(Yaml.pod("""
                initContainers:
                - {name: once, ports: [{containerPort: 1, hostPort: 1}]}
                - {name: sidecar, restartPolicy: Always, ports: [{containerPort: 2, hostPort: 2}]}
                containers:
                - {name: a, ports: [{containerPort: 3}, {containerPort: 4, hostPort: 40, protocol: UDP, hostIP: 10.0.0.1}]}
                - {name: b, ports: [{containerPort: 9, hostPort: 2}]}
                """).ports())
                .containsExactly(new HostPort("", "TCP", 2), new HostPort("10.0.0.1", "UDP", 40));
    }

    @Test
    void onTheHostsNetworkEveryPortIsOfTheNode() {
        assertThat(Yaml.pod("{hostNetwork: true, containers: [{ports: [{containerPort: 9100}]}]}")
                        .ports())
                .containsExactly(new HostPort("", "TCP", 9100));
    }
}
