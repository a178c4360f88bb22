package io.everynode.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceContentTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static ObjectNode namespace(String finalizers) {
        return Json.parse(("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'a'},'spec':{'finalizers':"
                        + finalizers + "},'status':{'phase':'Terminating'}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> conditions(ObjectNode namespace) {
        List<String> lines = new ArrayList<>();
        for (JsonNode condition : Json.at(namespace, "status", "conditions")) {
            lines.add(condition.path("type").asText() + "="
                    + condition.path("status").asText() + " "
                    + condition.path("reason").asText() + ": "
                    + condition.path("message").asText());
        }
        return lines;
    }

    @Test
    void whatIsLeftIsCountedByResourceAndFinalizer() {
        NamespaceContent content = new NamespaceContent();
        content.add(Kinds.POD, List.of());
        content.add(Kinds.POD, List.of("b/two", "a/one"));
        content.add(Kinds.DAEMON_SET, List.of("b/two"));
        ObjectNode reported = content.reported(namespace("['kubernetes']"), NOW);
        assertThat(conditions(reported))
                .containsExactly(
                        "NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered: All resources successfully discovered",
                        "NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions: All legacy kube types successfully parsed",
                        "NamespaceDeletionContentFailure=False ContentDeleted: All content successfully deleted, may be waiting on finalization",
                        "NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining: daemonsets.apps has 1 resource instances, pods. has 2 resource instances",
                        "NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: a/one in 1 resource instances, b/two in 2 resource instances");
        assertThat(content.reported(reported, NOW.plusSeconds(60)))
                .as("the same again")
                .isEqualTo(reported);
    }

    @Test
    void theTimeChangesWithTheStatusAlone() {
        NamespaceContent one = new NamespaceContent();
        one.add(Kinds.SECRET, List.of());
        NamespaceContent none = new NamespaceContent();
        ObjectNode first = one.reported(namespace("['kubernetes']"), NOW);
        one.add(Kinds.SECRET, List.of());
        ObjectNode second = one.reported(first, NOW.plusSeconds(1));
        ObjectNode third = none.reported(second, NOW.plusSeconds(2));
        assertThat(time(first)).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(time(second)).as("another count").isEqualTo("2026-03-01T12:00:00Z");
        assertThat(second).isNotEqualTo(first);
        assertThat(time(third)).as("nothing left").isEqualTo("2026-03-01T12:00:02Z");
    }

    private static String time(ObjectNode namespace) {
        return namespace.at("/status/conditions/3/lastTransitionTime").asText();
    }

    @Test
    void finalisingTakesItsOwnFinalizerAlone() {
        assertThat(NamespaceContent.held(namespace("['kubernetes']"))).isTrue();
        assertThat(NamespaceContent.finalised(namespace("['kubernetes']"))
                        .path("spec")
                        .has("finalizers"))
                .isFalse();
        ObjectNode others = NamespaceContent.finalised(namespace("['a.b/c','kubernetes']"));
        assertThat(Json.at(others, "spec", "finalizers").toString()).isEqualTo("[\"a.b/c\"]");
        assertThat(NamespaceContent.held(others)).isFalse();
    }
}
