package io.everynode.core.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ControllerRef;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status of budgets and what it allows (pkg/controller/disruption, registry/core/pod/storage/eviction.go). */
class DisruptionBudgetTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    private static ObjectNode budget(String spec, String status) {
        return Json.parse(("{'metadata':{'name':'b','generation':2},'spec':{" + spec + "},'status':{" + status + "}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode synced(String spec, String status, BudgetCounts counts) {
        return DisruptionBudget.sync(budget(spec, status), counts, pod -> true, NOW)
                .status();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'minAvailable':1 | 3 | 3 | 0 | 0 | 3 1 3 2 SufficientPods
        'minAvailable':3 | 3 | 3 | 0 | 0 | 3 3 3 0 InsufficientPods
        'minAvailable':2 | 3 | 1 | 0 | 0 | 1 2 3 0 InsufficientPods
        'minAvailable':0 | 0 | 0 | 0 | 0 | 0 0 0 0 InsufficientPods
        'minAvailable':1 | 3 | 3 | 3 | 0 | 3 1 3 2 SufficientPods
                         | 2 | 2 | 0 | 0 | 2 0 2 2 SufficientPods
        'maxUnavailable':1 | 3 | 3 | 0 | 0 | 3 0 0 0 InsufficientPods
        """)
    void whatTheStatusSays(String spec, int selected, int healthy, int daemons, int others, String expected) {
        ObjectNode status = synced(spec == null ? "" : spec, "", new BudgetCounts(selected, healthy, daemons, others));
        assertThat(Json.text(status, "currentHealthy") + " " + Json.text(status, "desiredHealthy") + " "
                        + Json.text(status, "expectedPods") + " " + Json.text(status, "disruptionsAllowed") + " "
                        + status.at("/conditions/0/reason").asText())
                .isEqualTo(expected);
        assertThat(status.path("observedGeneration").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'maxUnavailable':1 | 2 | 0 | daemonsets.apps does not implement the scale subresource
        'minAvailable':'50%' | 2 | 0 | daemonsets.apps does not implement the scale subresource
        'minAvailable':'50%' | 0 | 2 | found no controllers for 2 of the pods
        """)
    void sharesNeedAScale(String spec, int daemons, int others, String message) {
        ObjectNode status = synced(spec, "'disruptionsAllowed':4", new BudgetCounts(2, 2, daemons, others));
        assertThat(status.path("disruptionsAllowed").asInt()).isZero();
        assertThat(status.has("observedGeneration")).isFalse();
        assertThat(status.at("/conditions/0/reason").asText()).isEqualTo("SyncFailed");
        assertThat(status.at("/conditions/0/message").asText()).isEqualTo(message);
    }

    @Test
    void evictedPodsCountNoMoreUntilTheyAreGoneOrLate() {
        String status = "'disruptedPods':{'fresh':'2026-01-01T00:09:00Z','late':'2026-01-01T00:07:59Z',"
                + "'gone':'2026-01-01T00:09:30Z'}";
        DisruptionBudget.Synced synced = DisruptionBudget.sync(
                budget("'minAvailable':1", status), new BudgetCounts(3, 3, 0, 0), pod -> !pod.equals("gone"), NOW);
        assertThat(synced.status().path("disruptedPods").toString()).isEqualTo("{\"fresh\":\"2026-01-01T00:09:00Z\"}");
        assertThat(synced.status().path("currentHealthy").asInt()).isEqualTo(2);
        assertThat(synced.recheckAt()).isEqualTo("2026-01-01T00:11:00Z");
    }

    @Test
    void sameAgainIsEqual() {
        ObjectNode first = synced("'minAvailable':1", "", new BudgetCounts(3, 3, 0, 0));
        ObjectNode budget = budget("'minAvailable':1", "");
        budget.set("status", Json.parse(Json.encode(first)));
        assertThat(DisruptionBudget.sync(budget, new BudgetCounts(3, 3, 0, 0), pod -> true, NOW.plusSeconds(60))
                        .status())
                .isEqualTo(budget.path("status"));
        ObjectNode less = DisruptionBudget.sync(budget, new BudgetCounts(3, 1, 0, 0), pod -> true, NOW.plusSeconds(60))
                .status();
        assertThat(less.at("/conditions/0/lastTransitionTime").asText()).isEqualTo("2026-01-01T00:11:00Z");
        assertThat(less.path("conditions")).hasSize(1);
    }

    @Test
    void eachEvictionTakesOne() {
        ObjectNode budget = budget("'minAvailable':1", "'observedGeneration':2,'disruptionsAllowed':1");
        ObjectNode taken = ((Outcome.Done<ObjectNode>) DisruptionBudget.take(budget, "p", NOW)).value();
        assertThat(taken.at("/status/disruptionsAllowed").asInt()).isZero();
        assertThat(taken.at("/status/disruptedPods/p").asText()).isEqualTo("2026-01-01T00:10:00Z");
        assertThat(taken.at("/status/conditions/0/reason").asText()).isEqualTo("InsufficientPods");
        assertThat(budget.at("/status/disruptionsAllowed").asInt()).isEqualTo(1);
        assertThat(DisruptionBudget.take(taken, "q", NOW)).isInstanceOf(Outcome.Refused.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'observedGeneration':1,'disruptionsAllowed':1 | 10 | The disruption budget b is still being processed by the server.
        'observedGeneration':2,'currentHealthy':1,'desiredHealthy':2 | 0 | The disruption budget b needs 2 healthy pods and has 1 currently
        'observedGeneration':2,'currentHealthy':3,'desiredHealthy':2 | 0 | The disruption budget b does not allow evicting pods currently
        'observedGeneration':2,'conditions':[{'type':'DisruptionAllowed','reason':'SyncFailed','message':'x'}] | 0 | The disruption budget b does not allow evicting pods currently because it failed sync: x
        """)
    void refusals(String status, int retryAfter, String cause) {
        ApiStatus refused =
                ((Outcome.Refused<ObjectNode>) DisruptionBudget.take(budget("", status), "p", NOW)).status();
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("TooManyRequests");
        assertThat(refused.message()).isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.details().retryAfterSeconds()).isEqualTo(retryAfter);
        assertThat(refused.details().causes()).containsExactly(new ApiStatus.Cause(DisruptionBudget.CAUSE, cause, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        | 'currentHealthy':2,'desiredHealthy':2 | true
        | 'currentHealthy':1,'desiredHealthy':2 | false
        | 'currentHealthy':0,'desiredHealthy':0 | false
        'unhealthyPodEvictionPolicy':'IfHealthyBudget' | 'currentHealthy':1,'desiredHealthy':2 | false
        'unhealthyPodEvictionPolicy':'AlwaysAllow' | 'currentHealthy':1,'desiredHealthy':2 | true
        """)
    void unhealthyPodsMayGo(String spec, String status, boolean may) {
        assertThat(DisruptionBudget.freesUnhealthy(budget(spec == null ? "" : spec, status)))
                .isEqualTo(may);
    }

    @Test
    void countsGoBothWays() {
        BudgetCounts.Pod daemon = new BudgetCounts.Pod(Map.of(), true, false, new ControllerRef("DaemonSet", "u"));
        BudgetCounts.Pod leaving = new BudgetCounts.Pod(Map.of(), true, true, ControllerRef.NONE);
        BudgetCounts both = BudgetCounts.NONE.plus(daemon, 1).plus(leaving, 1);
        assertThat(both).isEqualTo(new BudgetCounts(2, 1, 1, 0));
        assertThat(both.plus(leaving, -1).plus(daemon, -1)).isEqualTo(BudgetCounts.NONE);
    }
}
