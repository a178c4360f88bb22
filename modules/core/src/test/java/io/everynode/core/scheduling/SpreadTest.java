package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Cases after plugins/podtopologyspread/filtering_test.go and scoring_test.go. */
class SpreadTest {

    private final FakeCluster cluster = new FakeCluster();

    private static String spread(String key, int maxSkew, String more) {
        return "{topologySpreadConstraints: [" + constraint(key, maxSkew, more) + "]}";
    }

    private static String constraint(String key, int maxSkew, String more) {
        return "{topologyKey: " + key + ", maxSkew: " + maxSkew
                + ", whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: x}}" + more + "}";
    }

    /** Zone a with a1 and a2, zone b with b1; so many Pods labelled app=x are on each. */
    private FakeCluster zones(int a1, int a2, int b1) {
        cluster.addNode("a1", "{zone: a, host: a1}", "{}")
                .addNode("a2", "{zone: a, host: a2}", "{}")
                .addNode("b1", "{zone: b, host: b1}", "{}");
        fill("a1", a1);
        fill("a2", a2);
        fill("b1", b1);
        return cluster;
    }

    private void fill(String node, int pods) {
        for (int i = 0; i < pods; i++) {
            cluster.addBoundPod(node + "-" + i, "{labels: {app: x}}", "{}", node);
        }
    }

    private String tried(String spec) {
        cluster.forget("p").addPod("p", "{labels: {app: x}}", spec);
        return cluster.runInWords().get(0);
    }

    private String tried(String node, String spec) {
        return tried("{nodeSelector: {host: " + node + "}, " + spec.substring(1));
    }

    @Test
    void theMostCrowdedZoneIsRefused() {
        zones(1, 0, 0);
        assertThat(tried("a2", spread("zone", 1, ", nodeAffinityPolicy: Ignore")))
                .contains("1 node(s) didn't match pod topology spread constraints");
        assertThat(tried("b1", spread("zone", 1, ", nodeAffinityPolicy: Ignore")))
                .isEqualTo("p -> b1");
    }

    @Test
    void aGreaterSkewAllowsMore() {
        zones(1, 0, 0);
        assertThat(tried("a2", spread("zone", 2, ", nodeAffinityPolicy: Ignore")))
                .isEqualTo("p -> a2");
    }

    @Test
    void byDefaultOnlyNodesThatAffinityAllowsCount() {
        zones(1, 0, 0);
        assertThat(tried("a2", spread("host", 1, ""))).as("its own node alone").isEqualTo("p -> a2");
        cluster.bind(FakeCluster.name("p"), "a2");
        cluster.addPod(
                "q",
                "{labels: {app: x}}",
                "{nodeSelector: {zone: a}, " + spread("zone", 1, "").substring(1));
        assertThat(cluster.runInWords()).as("zone b does not count").containsExactly("q -> a1");
    }

    @Test
    void taintedNodesCountUnlessThePolicySaysOtherwise() {
        zones(1, 0, 0);
        cluster.addNode("b1", "{zone: b, host: b1}", "{taints: [{key: k, effect: NoSchedule}]}");
        assertThat(tried(spread("zone", 1, "")))
                .isEqualTo("p: 0/3 nodes are available: 1 node(s) had untolerated taint {k: },"
                        + " 2 node(s) didn't match pod topology spread constraints.");
        assertThat(tried(spread("zone", 1, ", nodeTaintsPolicy: Honor"))).isEqualTo("p -> a2");
    }

    @Test
    void tooFewDomainsCountAsAnEmptyOne() {
        zones(1, 0, 1);
        assertThat(tried(spread("zone", 1, ", minDomains: 3")))
                .contains("3 node(s) didn't match pod topology spread constraints.");
        cluster.addNode("c1", "{zone: c, host: c1}", "{unschedulable: true}");
        assertThat(tried(spread("zone", 1, ", minDomains: 3")))
                .contains("1 node(s) were unschedulable, 3 node(s) didn't match");
        assertThat(tried(spread("zone", 2, ", minDomains: 3"))).isEqualTo("p -> a2");
    }

    @Test
    void aNodeWithoutTheLabelIsRefused() {
        zones(0, 0, 0);
        cluster.addNode("none", "{host: none}", "{}");
        assertThat(tried("none", spread("zone", 1, "")))
                .contains("1 node(s) didn't match pod topology spread constraints (missing required label)");
    }

    @Test
    void terminatingPodsAndOtherNamespacesDoNotCount() {
        zones(0, 0, 0);
        cluster.addBoundPod("ending", "{labels: {app: x}, deletionTimestamp: '2026-03-01T12:00:00Z'}", "{}", "a1")
                .addBoundPod("other", "{labels: {app: x}, namespace: other}", "{}", "a1")
                .addBoundPod("y", "{labels: {app: y}}", "{}", "a1");
        assertThat(tried("a1", spread("zone", 1, ", nodeAffinityPolicy: Ignore")))
                .isEqualTo("p -> a1");
    }

    @Test
    void severalConstraintsMustAllHold() {
        zones(1, 0, 1);
        String both =
                "{topologySpreadConstraints: [" + constraint("zone", 1, "") + ", " + constraint("host", 1, "") + "]}";
        assertThat(tried(both)).as("b1 and a1 have one Pod more than a2").isEqualTo("p -> a2");
        cluster.bind(FakeCluster.name("p"), "a2");
        cluster.addPod("q", "{labels: {app: x}}", both);
        assertThat(cluster.runInWords()).containsExactly("q -> b1");
    }

    @Test
    void matchLabelKeysCountOnlyTheOwnRevision() {
        zones(1, 0, 0);
        cluster.addPod(
                "p",
                "{labels: {app: x, rev: r2}}",
                "{nodeSelector: {host: a2}, "
                        + spread("zone", 1, ", nodeAffinityPolicy: Ignore, matchLabelKeys: [rev]")
                                .substring(1));
        assertThat(cluster.runInWords()).containsExactly("p -> a2");
    }

    @Test
    void aPodThatWentOrANewZoneWakesThePod() {
        zones(1, 0, 0);
        String spec = "{nodeSelector: {zone: a}, "
                + spread("zone", 1, ", nodeAffinityPolicy: Ignore").substring(1);
        assertThat(tried(spec)).contains("2 node(s) didn't match pod topology spread constraints");
        cluster.addBoundPod("y", "{labels: {app: y}}", "{}", "b1");
        assertThat(cluster.run()).as("another Pod").isEmpty();
        cluster.addBoundPod("b1-0", "{labels: {app: x}}", "{}", "b1");
        assertThat(cluster.runInWords()).containsExactly("p -> a2");
    }

    @Test
    void scheduleAnywayPrefersTheEmptiestPlace() {
        zones(1, 0, 0);
        String soft = spread("zone", 1, "").replace("DoNotSchedule", "ScheduleAnyway");
        assertThat(tried(soft)).isEqualTo("p -> b1");
        fill("b1", 3);
        assertThat(tried(soft)).as("its own place counts too").startsWith("p -> a");
    }

    /** Pods of one constraint never lie further apart than maxSkew, however many there are. */
    @Property(tries = 30)
    void theSkewIsNeverExceeded(
            @ForAll @IntRange(min = 1, max = 3) int maxSkew, @ForAll @IntRange(min = 2, max = 5) int zones) {
        FakeCluster world = new FakeCluster();
        for (int i = 0; i < 2 * zones; i++) {
            world.addNode("n" + i, "{zone: z" + i % zones + "}", "{}");
        }
        List<String> placed = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            world.addPod("p" + i, "{labels: {app: x}}", spread("zone", maxSkew, ""));
            for (SchedulerStep step : world.run()) {
                String node = ((SchedulerStep.Propose) step).node();
                placed.add("z" + Integer.parseInt(node.substring(1)) % zones);
            }
            TreeMap<String, Integer> counts = new TreeMap<>();
            for (int zone = 0; zone < zones; zone++) {
                counts.put("z" + zone, 0);
            }
            placed.forEach(zone -> counts.merge(zone, 1, Integer::sum));
            int most =
                    counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            int fewest =
                    counts.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
            assertThat(most - fewest).isLessThanOrEqualTo(maxSkew);
        }
        assertThat(placed).hasSize(12);
    }
}
