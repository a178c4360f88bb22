package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.table.Tables;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LimitRange, ResourceQuota, PodDisruptionBudget: what is wrong, what is filled in, who writes what. */
class BudgetKindsTest {

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        LimitRange | {spec: {limits: [{type: 'Node'}]}} | spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified
        LimitRange | {spec: {limits: [{type: 'Pod'}, {type: 'Pod'}]}} | spec.limits[1].type: Duplicate value: "Pod"
        LimitRange | {spec: {limits: [{type: 'Pod', default: {cpu: '1'}}]}} | spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'
        LimitRange | {spec: {limits: [{type: 'Container', max: {pods: '1'}}]}} | spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers
        LimitRange | {spec: {limits: [{type: 'PersistentVolumeClaim'}]}} | spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided
        LimitRange | {spec: {limits: [{type: 'Pod', min: {cpu: '2'}, max: {cpu: '1'}}]}} | spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1
        LimitRange | {spec: {limits: [{type: 'Container', defaultRequest: {cpu: '2'}, default: {cpu: '1'}}]}} | spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1
        LimitRange | {spec: {limits: [{type: 'Container', default: {cpu: '2'}, defaultRequest: {cpu: '1'}, max: {cpu: '1'}}]}} | spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1
        LimitRange | {spec: {limits: [{type: 'Pod', maxLimitRequestRatio: {cpu: '800m'}}]}} | spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "800m": ratio 800m is less than 1
        LimitRange | {spec: {limits: [{type: 'Pod', maxLimitRequestRatio: {cpu: '5'}, min: {cpu: '1'}, max: {cpu: '4'}}]}} | spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "5": ratio 5 is greater than max/min = 4.000000
        ResourceQuota | {spec: {hard: {gpus: '1'}}} | spec.hard[gpus]: Invalid value: "gpus": must be a standard resource type or fully qualified
        ResourceQuota | {spec: {hard: {pods: '-1'}}} | spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0
        ResourceQuota | {spec: {hard: {pods: '1500m'}}} | spec.hard[pods]: Invalid value: "1500m": must be an integer
        ResourceQuota | {spec: {scopes: ['Evil']}} | spec.scopes: Invalid value: ["Evil"]: unsupported scope
        ResourceQuota | {spec: {scopes: ['BestEffort'], hard: {cpu: '1'}}} | spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource
        ResourceQuota | {spec: {scopes: ['Terminating', 'NotTerminating']}} | spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes
        ResourceQuota | {spec: {scopeSelector: {matchExpressions: [{scopeName: 'PriorityClass', operator: 'In'}]}}} | spec.scopeSelector.matchExpressions.values: Required value: must be at least one value
        ResourceQuota | {spec: {scopeSelector: {matchExpressions: [{scopeName: 'PriorityClass', operator: 'Like'}]}}} | spec.scopeSelector.matchExpressions.operator: Invalid value: "Like": not a valid selector operator
        ResourceQuota | {spec: {scopeSelector: {matchExpressions: [{scopeName: 'BestEffort', operator: 'In', values: ['x']}]}}} | spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be 'Exists' when scope is any of
        PodDisruptionBudget | {spec: {minAvailable: 1, maxUnavailable: 1}} | spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set
        PodDisruptionBudget | {spec: {minAvailable: -1}} | spec.minAvailable: Invalid value: -1: must be greater than or equal to 0
        PodDisruptionBudget | {spec: {maxUnavailable: '101%'}} | spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%
        PodDisruptionBudget | {spec: {maxUnavailable: 'x'}} | spec.maxUnavailable: Invalid value: "x": a valid percent string
        PodDisruptionBudget | {spec: {selector: {matchLabels: {'a b': 'c'}}}} | spec.selector.matchLabels: Invalid value: "a b"
        PodDisruptionBudget | {spec: {unhealthyPodEvictionPolicy: 'Never'}} | spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"
        """)
    void wrongOnes(String kind, String rest, String expected) {
        assertThat(Samples.wrongNew(kind(kind), Samples.object(kind(kind), rest)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void limitRangesFillInTheirDefaults() {
        ObjectNode range = Samples.created(
                Kinds.LIMIT_RANGE,
                Samples.object(
                        Kinds.LIMIT_RANGE,
                        "{spec: {limits: [{type: 'Container', max: {cpu: '2', memory: '1Gi'}, min: {cpu: '1'},"
                                + " default: {memory: '512Mi'}}]}}"));
        assertThat(range.path("spec").path("limits").path(0))
                .isEqualTo(Samples.json("{type: 'Container', max: {cpu: '2', memory: '1Gi'}, min: {cpu: '1'},"
                        + " default: {memory: '512Mi', cpu: '2'}, defaultRequest: {memory: '512Mi', cpu: '2'}}"));
    }

    @Test
    void specAndStatusHaveDoorsOfTheirOwn() {
        ObjectNode quota = Samples.created(
                Kinds.RESOURCE_QUOTA,
                Samples.object(Kinds.RESOURCE_QUOTA, "{spec: {hard: {pods: '2'}}, status: {used: {pods: '7'}}}"));
        assertThat(quota.path("status")).isEmpty();
        ObjectNode used = Samples.updated(
                Kinds.RESOURCE_QUOTA,
                "status",
                quota,
                Samples.with(quota, "{spec: {hard: {pods: '9'}}, status: {used: {pods: '1'}}}"));
        assertThat(Json.text(used, "spec", "hard", "pods")).isEqualTo("2");
        assertThat(Json.text(used, "status", "used", "pods")).isEqualTo("1");
        assertThat(Samples.wrongUpdate(
                        Kinds.RESOURCE_QUOTA, "", quota, Samples.with(quota, "{spec: {scopes: ['BestEffort']}}")))
                .containsExactly("spec.scopes: Invalid value: [\"BestEffort\"]: field is immutable");
    }

    @Test
    void generationOfBudgetsCountsChangesOfTheSpec() {
        ObjectNode budget = Samples.created(
                Kinds.POD_DISRUPTION_BUDGET,
                Samples.object(Kinds.POD_DISRUPTION_BUDGET, "{spec: {minAvailable: 1, selector: {}}}"));
        assertThat(budget.path("status"))
                .isEqualTo(
                        Samples.json("{disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0}"));
        ObjectNode status = Samples.updated(
                Kinds.POD_DISRUPTION_BUDGET,
                "status",
                budget,
                Samples.with(budget, "{spec: {minAvailable: 5}, status: {currentHealthy: 3}}"));
        assertThat(Json.at(status, "metadata", "generation").asInt()).isEqualTo(1);
        assertThat(Json.at(status, "spec", "minAvailable").asInt()).isEqualTo(1);
        ObjectNode spec = Samples.updated(
                Kinds.POD_DISRUPTION_BUDGET, "", status, Samples.with(status, "{spec: {minAvailable: '50%'}}"));
        assertThat(Json.at(spec, "metadata", "generation").asInt()).isEqualTo(2);
        assertThat(Json.at(spec, "status", "currentHealthy").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        LimitRange | {} | ["o","2026-01-01T00:00:00Z"]
        ResourceQuota | {status: {hard: {pods: '2', 'limits.cpu': '1'}, used: {pods: '1'}}} | ["o","pods: 1/2","limits.cpu: 0/1","5m"]
        PodDisruptionBudget | {spec: {minAvailable: '50%'}, status: {disruptionsAllowed: 2}} | ["o","50%","N/A",2,"5m"]
        PodDisruptionBudget | {spec: {maxUnavailable: 1}} | ["o","N/A","1",0,"5m"]
        """)
    void rows(String kind, String rest, String expected) {
        ObjectNode object = Samples.with(
                Samples.object(kind(kind), rest), "{metadata: {creationTimestamp: '2026-01-01T00:00:00Z'}}");
        assertThat(Tables.cells(kind(kind), object, Instant.parse("2026-01-01T00:05:00Z"))
                        .toString())
                .isEqualTo(expected);
    }
}
