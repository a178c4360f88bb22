package io.everynode.nodes.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceEnvironmentTest {

    private static final URI API = URI.create("https://10.0.0.1:6443");

    private static final JsonNode STORE = Given.tree("{metadata: {name: log-store}, spec: {clusterIP: 10.1.1.1, ports:"
            + " [{name: es-http, port: 9200}, {name: gossip, port: 7946, protocol: UDP}]}}");
    private static final JsonNode HEADLESS =
            Given.tree("{metadata: {name: none}, spec: {clusterIP: None, ports: [{port: 1}]}}");
    private static final JsonNode UNALLOCATED = Given.tree("{metadata: {name: no}, spec: {ports: [{port: 1}]}}");

    @Test
    void eachServiceWithAnAddressHasItsVariables() {
        assertThat(ServiceEnvironment.of(List.of(STORE, HEADLESS, UNALLOCATED), API))
                .contains(
                        entry("LOG_STORE_SERVICE_HOST", "10.1.1.1"),
                        entry("LOG_STORE_SERVICE_PORT", "9200"),
                        entry("LOG_STORE_SERVICE_PORT_ES_HTTP", "9200"),
                        entry("LOG_STORE_SERVICE_PORT_GOSSIP", "7946"),
                        entry("LOG_STORE_PORT", "tcp://10.1.1.1:9200"),
                        entry("LOG_STORE_PORT_9200_TCP", "tcp://10.1.1.1:9200"),
                        entry("LOG_STORE_PORT_9200_TCP_PROTO", "tcp"),
                        entry("LOG_STORE_PORT_9200_TCP_PORT", "9200"),
                        entry("LOG_STORE_PORT_9200_TCP_ADDR", "10.1.1.1"),
                        entry("LOG_STORE_PORT_7946_UDP", "udp://10.1.1.1:7946"))
                .doesNotContainKeys("NONE_SERVICE_HOST", "NO_SERVICE_HOST");
    }

    @Test
    void theApiIsFoundWithoutItsService() {
        assertThat(ServiceEnvironment.of(List.of(), API))
                .contains(
                        entry("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
                        entry("KUBERNETES_SERVICE_PORT", "6443"),
                        entry("KUBERNETES_SERVICE_PORT_HTTPS", "6443"));
        assertThat(ServiceEnvironment.of(List.of(), URI.create("http://[::1]")))
                .contains(
                        entry("KUBERNETES_SERVICE_HOST", "::1"),
                        entry("KUBERNETES_SERVICE_PORT", "80"),
                        entry("KUBERNETES_PORT", "tcp://[::1]:80"));
        JsonNode own = Given.tree(
                "{metadata: {name: kubernetes}, spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}}");
        assertThat(ServiceEnvironment.of(List.of(own), API)).containsEntry("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    }

    @Test
    void aContainersOwnVariablesWin() throws ConfigProblem {
        PodView pod = Given.pod("containers: [{name: a, image: i, env: [{name: X, value: $(A_SERVICE_HOST)},"
                + " {name: A_SERVICE_HOST, value: mine}]}]");
        PodFields fields = new PodFields(pod, "n", List.of(), List.of(), Map.of());
        Map<String, String> services = Map.of("A_SERVICE_HOST", "10.1.1.2");
        assertThat(Environment.of(pod.containers().get(0), new PodObjects(Map.of()), fields, services))
                .containsOnly(entry("A_SERVICE_HOST", "mine"), entry("X", "10.1.1.2"));
    }

    @Test
    void linksAreTheDefault() {
        assertThat(ServiceEnvironment.links(Given.pod("containers: []"))).isTrue();
        assertThat(ServiceEnvironment.links(Given.pod("enableServiceLinks: false")))
                .isFalse();
    }
}
