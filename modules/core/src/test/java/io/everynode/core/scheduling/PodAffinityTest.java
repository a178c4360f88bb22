package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases after plugins/interpodaffinity/filtering_test.go and scoring_test.go. */
class PodAffinityTest {

    private static final String NEAR = "podAffinity";
    private static final String FAR = "podAntiAffinity";

    private final FakeCluster cluster = new FakeCluster();

    /** Nodes a1 and a2 in zone a, b1 in zone b, and c1 without a zone. */
    private FakeCluster zones() {
        return cluster.addNode("a1", "{zone: a, host: a1}", "{}")
                .addNode("a2", "{zone: a, host: a2}", "{}")
                .addNode("b1", "{zone: b, host: b1}", "{}")
                .addNode("c1", "{host: c1}", "{}");
    }

    private static String required(String kind, String... terms) {
        return "{affinity: {" + kind + ": {requiredDuringSchedulingIgnoredDuringExecution: [" + String.join(", ", terms)
                + "]}}}";
    }

    private static String term(String labels, String key, String more) {
        return "{labelSelector: {matchLabels: " + labels + "}, topologyKey: " + key + more + "}";
    }

    /** Where the Pod goes; "" for nowhere. */
    private String place(String metadata, String spec) {
        cluster.forget("p").addPod("p", metadata, spec);
        return cluster.run().stream()
                .filter(SchedulerStep.Propose.class::isInstance)
                .map(step -> ((SchedulerStep.Propose) step).node())
                .findFirst()
                .orElse("");
    }

    /** Which nodes the Pod may go to, found by refusing it the one it chose, over and over. */
    private String allowed(String metadata, String spec) {
        StringBuilder nodes = new StringBuilder();
        for (String node : List.of("a1", "a2", "b1", "c1")) {
            FakeCluster one = new FakeCluster();
            one.templates.putAll(cluster.templates);
            one.namespaces.putAll(cluster.namespaces);
            zonesInto(one);
            cluster.pods.keySet().forEach(name -> one.pods.put(name, cluster.pods.get(name)));
            one.nodes.putAll(cluster.nodes);
            one.touchAll();
            one.addPod("p", metadata, spec.replace("{affinity", "{nodeSelector: {host: " + node + "}, affinity"));
            if (one.run().stream().anyMatch(SchedulerStep.Propose.class::isInstance)) {
                nodes.append(nodes.length() == 0 ? "" : " ").append(node);
            }
        }
        return nodes.toString();
    }

    private static void zonesInto(FakeCluster one) {
        one.addNode("a1").addNode("a2").addNode("b1").addNode("c1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "near a Pod of its zone | podAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: zone} | a1 a2",
                "near on its node | podAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: host} | a1",
                "near nothing | podAffinity | {labelSelector: {matchLabels: {app: no}}, topologyKey: zone} |",
                "near in another namespace | podAffinity | {labelSelector: {matchLabels: {app: web}}, topologyKey: zone} |",
                "near in a named namespace | podAffinity | {labelSelector: {matchLabels: {app: web}}, topologyKey: zone, namespaces: [other]} | b1",
                "near by namespace labels | podAffinity | {labelSelector: {matchLabels: {app: web}}, topologyKey: zone, namespaceSelector: {matchLabels: {team: x}}} | b1",
                "near in all namespaces | podAffinity | {labelSelector: {matchLabels: {app: web}}, topologyKey: zone, namespaceSelector: {}} | b1",
                "a selector of its own excludes the own one | podAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: zone, namespaceSelector: {matchLabels: {team: x}}} |",
                "near by expression | podAffinity | {labelSelector: {matchExpressions: [{key: app, operator: In, values: [db, x]}]}, topologyKey: zone} | a1 a2",
                "without selector | podAffinity | {topologyKey: zone} |",
                "far from its zone | podAntiAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: zone} | b1 c1",
                "far from its node | podAntiAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: host} | a2 b1 c1",
                "far from nothing | podAntiAffinity | {labelSelector: {matchLabels: {app: no}}, topologyKey: zone} | a1 a2 b1 c1",
                "near by matchLabelKeys | podAffinity | {labelSelector: {}, topologyKey: zone, matchLabelKeys: [release]} | a1 a2",
                "far by matchLabelKeys | podAntiAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: zone, mismatchLabelKeys: [release]} | a1 a2 b1 c1",
                "keys the Pod has not | podAffinity | {labelSelector: {matchLabels: {app: db}}, topologyKey: zone, matchLabelKeys: [none]} | a1 a2",
                "near a daemon Pod | podAffinity | {labelSelector: {matchLabels: {app: agent}}, topologyKey: zone} | b1",
            })
    void required(String what, String kind, String term, String nodes) {
        zones();
        cluster.namespaces.put("other", Map.of("team", "x"));
        cluster.namespaces.put("default", Map.of());
        cluster.addBoundPod("db", "{labels: {app: db, release: r1}}", "{}", "a1");
        cluster.addBoundPod("web", "{namespace: other, labels: {app: web}}", "{}", "b1");
        cluster.addDaemonPod("b1", "agent", "{metadata: {labels: {app: agent}}}", "0", 0, List.of(), "");
        assertThat(allowed("{labels: {release: r1}}", required(kind, term))).isEqualTo(nodes == null ? "" : nodes);
    }

    @Test
    void allTermsMustHoldOfOnePod() {
        zones();
        cluster.addBoundPod("x", "{labels: {app: x}}", "{}", "a1").addBoundPod("y", "{labels: {app: y}}", "{}", "a2");
        String both = required(NEAR, term("{app: x}", "zone", ""), term("{app: y}", "zone", ""));
        assertThat(allowed("{}", both)).isEmpty();
        cluster.addBoundPod("xy", "{labels: {app: x}}", "{}", "b1");
        String same = required(NEAR, term("{app: x}", "zone", ""), term("{app: x}", "host", ""));
        assertThat(allowed("{}", same)).isEqualTo("a1 b1");
    }

    @Test
    void theFirstOfAGroupMayGoAnywhereTheLabelIs() {
        zones();
        assertThat(allowed("{labels: {app: x}}", required(NEAR, term("{app: x}", "zone", ""))))
                .isEqualTo("a1 a2 b1");
        assertThat(allowed("{labels: {app: y}}", required(NEAR, term("{app: x}", "zone", ""))))
                .as("not of the group")
                .isEmpty();
    }

    @Test
    void existingPodsKeepOthersAway() {
        zones();
        cluster.addBoundPod("lonely", "{}", required(FAR, term("{app: x}", "zone", "")), "a1");
        String daemon = "{metadata: {labels: {}}, spec: " + required(FAR, term("{app: x}", "host", "")) + "}";
        cluster.addDaemonPod("b1", "agent", daemon, "0", 0, List.of(), "");
        assertThat(allowed("{labels: {app: x}}", "{affinity: {}}")).isEqualTo("c1");
        assertThat(allowed("{labels: {app: y}}", "{affinity: {}}")).isEqualTo("a1 a2 b1 c1");
        assertThat(allowed("{namespace: other, labels: {app: x}}", "{affinity: {}}"))
                .as("another namespace")
                .isEqualTo("a1 a2 b1 c1");
    }

    @Test
    void theMessageNamesEachReason() {
        zones();
        cluster.addBoundPod("lonely", "{}", required(FAR, term("{app: x}", "zone", "")), "a1")
                .addBoundPod("x", "{labels: {app: x}}", "{}", "b1");
        cluster.addPod(
                "p",
                "{labels: {app: x}}",
                required(FAR, term("{app: x}", "zone", "")).replace("{affinity", "{nodeSelector: {zone: a}, affinity"));
        assertThat(cluster.runInWords())
                .containsExactly("p: 0/4 nodes are available: 2 node(s) didn't match Pod's node affinity/selector,"
                        + " 2 node(s) didn't satisfy existing pods anti-affinity rules.");
        cluster.addPod("q", "{labels: {app: x}}", required(FAR, term("{app: x}", "host", "")));
        cluster.addPod("r", "{}", required(NEAR, term("{app: no}", "host", "")));
        assertThat(cluster.runInWords())
                .containsExactly("q -> c1", "r: 0/4 nodes are available: 4 node(s) didn't match pod affinity rules.");
    }

    @Test
    void podsOnTheirWayCount() {
        zones();
        String alone =
                required(FAR, term("{app: x}", "zone", "")).replace("{affinity", "{nodeSelector: {zone: a}, affinity");
        cluster.addPod("p1", "{labels: {app: x}}", alone).addPod("p2", "{labels: {app: x}}", alone);
        assertThat(cluster.runInWords())
                .containsExactly(
                        "p1 -> a1",
                        "p2: 0/4 nodes are available: 2 node(s) didn't match Pod's node affinity/selector,"
                                + " 2 node(s) didn't match pod anti-affinity rules.");
        cluster.bind(FakeCluster.name("p1"), "a1");
        assertThat(cluster.run()).isEmpty();
        cluster.removePod(FakeCluster.name("p1"));
        assertThat(cluster.runInWords()).as("it went").containsExactly("p2 -> a1");
    }

    @Test
    void onlyWhatMayHelpWakesAPod() {
        zones();
        cluster.addPod("p", "{}", required(NEAR, term("{app: db}", "zone", "")));
        assertThat(cluster.run()).hasSize(1);
        cluster.addBoundPod("other", "{labels: {app: web}}", "{}", "b1");
        assertThat(cluster.run()).as("another Pod").isEmpty();
        cluster.addBoundPod("db", "{labels: {app: db}}", "{}", "b1");
        assertThat(cluster.runInWords()).containsExactly("p -> b1");
    }

    @Test
    void aRelabelledNodeWakesAPod() {
        cluster.addNode("n1", "{}", "{}");
        cluster.addPod("p", "{labels: {app: x}}", required(NEAR, term("{app: x}", "zone", "")));
        assertThat(cluster.run()).hasSize(1);
        cluster.addNode("n1", "{zone: a}", "{}");
        assertThat(cluster.runInWords()).containsExactly("p -> n1");
    }

    private static String preferred(String kind, int weight, String term) {
        return "{affinity: {" + kind + ": {preferredDuringSchedulingIgnoredDuringExecution: [{weight: " + weight
                + ", podAffinityTerm: " + term + "}]}}}";
    }

    @Test
    void preferencesDecideAmongEquals() {
        zones();
        cluster.addBoundPod("db", "{labels: {app: db}}", "{}", "b1");
        assertThat(place("{}", preferred(NEAR, 50, term("{app: db}", "zone", ""))))
                .isEqualTo("b1");
        assertThat(place("{}", preferred(FAR, 50, term("{app: db}", "zone", ""))))
                .isEqualTo("a1");
        cluster.addBoundPod("shy", "{}", preferred(FAR, 100, term("{app: x}", "zone", "")), "a1");
        assertThat(place("{labels: {app: x}}", preferred(NEAR, 1, term("{app: none}", "zone", ""))))
                .as("an existing Pod would rather be alone")
                .isEqualTo("c1");
    }

    /** However Pods come, no two that exclude each other share a place, and no node is over-allocated. */
    @Property(tries = 100)
    void requiredAntiAffinityIsNeverViolated(@ForAll long seed) {
        Random random = new Random(seed);
        FakeCluster world = new FakeCluster();
        Map<String, String> zone = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            zone.put("n" + i, "z" + random.nextInt(3));
            world.addNode("n" + i, "{zone: " + zone.get("n" + i) + "}", "{}");
        }
        Map<String, String> placed = new HashMap<>();
        Map<String, String> apps = new HashMap<>();
        Map<String, Boolean> alone = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            String name = "p" + i;
            apps.put(name, "x" + random.nextInt(2));
            alone.put(name, random.nextBoolean());
            String spec = alone.get(name) ? required(FAR, term("{app: x0}", "zone", "")) : "{}";
            world.addPod(name, "{labels: {app: " + apps.get(name) + "}}", spec);
            if (random.nextInt(3) == 0 && !placed.isEmpty()) {
                String gone = placed.keySet().iterator().next();
                placed.remove(gone);
                world.removePod(FakeCluster.name(gone));
            }
            for (SchedulerStep step : world.run()) {
                if (step instanceof SchedulerStep.Propose propose) {
                    placed.put(propose.pod().name(), propose.node());
                    world.bind(propose.pod(), propose.node());
                }
            }
            placed.forEach((one, at) -> placed.forEach((other, there) -> {
                if (!one.equals(other) && alone.get(one) && apps.get(other).equals("x0")) {
                    assertThat(zone.get(at)).as(one + " and " + other).isNotEqualTo(zone.get(there));
                }
            }));
            world.nodes
                    .values()
                    .forEach(node -> assertThat((long) node.podCount())
                            .isLessThanOrEqualTo(node.facts().allocatablePods()));
        }
    }
}
