package io.everynode.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.seen.Goal;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepsTest {

    private static final String MANIFEST = """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"ds","namespace":"ns"},
            "spec":{"selector":{"matchLabels":{"app":"x y","b":"c"}},"template":{"metadata":{"labels":{"app":"x y","b":"c"}},
            "spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """;

    private final DaemonSetManifest manifest = DaemonSetManifest.of(json(MANIFEST));
    private final Steps steps = new Steps(manifest);

    @Test
    void theManifestIsCreatedAsItIs() {
        Step step = steps.create(7);
        assertThat(step.calls())
                .containsExactly(new ApiCall(
                        "POST daemonsets",
                        "POST",
                        "apis/apps/v1/namespaces/ns/daemonsets",
                        ApiCall.JSON,
                        json(MANIFEST)));
        assertThat(step.goal()).isEqualTo(Goal.ready(7, ""));
    }

    @Test
    void updatesHaveAMarkEachAndUndoGoesBackToTheOneBefore() {
        steps.create(5);
        Step all = steps.update(Phase.UPDATE_ALL, 5, "100%");
        assertThat(all.goal()).isEqualTo(Goal.ready(5, "1"));
        JsonNode patch = all.calls().get(0).body();
        assertThat(Json.text(patch, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"))
                .isEqualTo("100%");
        assertThat(terms(patch))
                .hasToString(
                        "[{\"matchExpressions\":[{\"key\":\"everynode.io/load-test\",\"operator\":\"NotIn\",\"values\":[\"away\"]}]}]");
        assertThat(steps.update(Phase.UPDATE_TENTH, 5, "10%").goal()).isEqualTo(Goal.ready(5, "2"));

        Step undo = steps.undo(5, revisions("d", 1, 3, 2), "d");
        assertThat(undo.goal()).isEqualTo(Goal.ready(5, "1"));
        assertThat(undo.calls().get(0).contentType()).isEqualTo(ApiCall.STRATEGIC);
        assertThat(undo.calls().get(0).body()).hasToString("{\"revision\":2}");
        assertThat(steps.create(5).goal()).isEqualTo(Goal.ready(5, ""));
    }

    @Test
    void withoutAnEarlierRevisionThereIsNoWayBack() {
        ObjectNode others = revisions("another", 1, 2, 3);
        assertThatThrownBy(() -> DaemonSetManifest.undo(others, "d")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theManifestsOwnAffinityStays() {
        ObjectNode own = json(MANIFEST);
        Json.child((ObjectNode) own.at("/spec/template/spec"), "affinity")
                .putObject("nodeAffinity")
                .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                .set(
                        "nodeSelectorTerms",
                        Json.object()
                                .arrayNode()
                                .add(json("{\"matchExpressions\":[{\"key\":\"k\",\"operator\":\"Exists\"}]}"))
                                .add(json("{\"matchFields\":[]}")));
        JsonNode terms = terms(DaemonSetManifest.of(own).update("1", "10%"));
        assertThat(terms).hasSize(2);
        assertThat(terms.at("/0/matchExpressions")).hasSize(2);
        assertThat(terms.at("/1/matchExpressions")).hasSize(1);
        assertThat(terms.at("/1/matchFields")).isEmpty();
    }

    @Test
    void labelsTakeAwayAndBringBack() {
        steps.create(10);
        Step away = steps.labelsAway(10, List.of("a", "b"));
        assertThat(away.goal()).isEqualTo(Goal.ready(8, ""));
        assertThat(away.count()).isEqualTo(2);
        assertThat(away.calls().stream().map(ApiCall::path)).containsExactly("api/v1/nodes/a", "api/v1/nodes/b");
        assertThat(away.calls().get(0).body())
                .hasToString("{\"metadata\":{\"labels\":{\"everynode.io/load-test\":\"away\"}}}");
        Step back = steps.labelsBack(10, List.of("a", "b"));
        assertThat(back.goal()).isEqualTo(Goal.ready(10, ""));
        assertThat(back.calls().get(0).body())
                .hasToString("{\"metadata\":{\"labels\":{\"everynode.io/load-test\":null}}}");
    }

    @Test
    void revisionsAreSelectedByLabels() {
        assertThat(manifest.revisions())
                .isEqualTo("apis/apps/v1/namespaces/ns/controllerrevisions?labelSelector=app%3Dx+y%2Cb%3Dc");
        assertThat(steps.delete(3).goal()).isEqualTo(Goal.nothing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"x\"}}",
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"metadata\":{\"name\":\"x\"},\"spec\":{}}"
            })
    void whatIsNoDaemonSetIsRefused(String manifestText) throws Exception {
        JsonNode wrong = Json.mapper().readTree(manifestText);
        assertThatThrownBy(() -> DaemonSetManifest.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode terms(JsonNode patch) {
        return patch.at("/spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution"
                + "/nodeSelectorTerms");
    }

    private static ObjectNode revisions(String owner, int... numbers) {
        ObjectNode list = Json.object();
        for (int number : numbers) {
            ObjectNode revision = list.withArray("items").addObject().put("revision", number);
            revision.putObject("metadata")
                    .putArray("ownerReferences")
                    .addObject()
                    .put("uid", owner);
            revision.putObject("data").put("revision", number);
        }
        return list;
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
