package io.everynode.objects.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.patch.PatchType;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiV2Test {

    private static final ObjectNode DOCUMENT = Json.parse(OpenApiV2.json());

    static List<Kind> kinds() {
        return Kinds.all();
    }

    private static JsonNode definition(String name) {
        return DOCUMENT.path("definitions").path(name);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void theProtobufFormSaysWhatTheJsonFormSays() {
        JsonNode read = SwaggerReader.document(OpenApiV2.protobuf());
        assertThat(names(read)).isEqualTo(names(DOCUMENT));
        for (String part : names(DOCUMENT)) {
            assertThat(names(read.path(part))).isEqualTo(names(DOCUMENT.path(part)));
            for (String name : names(DOCUMENT.path(part))) {
                assertThat(read.path(part).path(name))
                        .as(name)
                        .isEqualTo(DOCUMENT.path(part).path(name));
            }
        }
        assertThat(read).isEqualTo(DOCUMENT);
    }

    @Test
    void noWordIsLostInSilenceOnTheWayToProtobuf() {
        assertThatThrownBy(() -> SwaggerMessages.document(Json.parse("{\"host\":\"a\"}".getBytes())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host");
        assertThatThrownBy(() -> SwaggerMessages.document(
                        Json.parse("{\"paths\":{\"/\":{\"parameters\":[{\"in\":\"header\"}]}}}".getBytes())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("header");
    }

    @Test
    void itIsTheSameEachTime() {
        assertThat(OpenApiV2.protobuf()).isEqualTo(OpenApiV2.protobuf());
        assertThat(DOCUMENT.path("swagger").asText()).isEqualTo("2.0");
        assertThat(DOCUMENT.at("/info/version").asText()).isEqualTo("v1.35.0");
    }

    @Test
    void allOfVersion3IsInIt() {
        Set<String> paths = new TreeSet<>();
        Set<String> definitions = new TreeSet<>();
        for (String path : OpenApi.hashes().keySet()) {
            ObjectNode v3 = Json.parse(OpenApi.document(path).orElseThrow());
            paths.addAll(names(v3.path("paths")));
            definitions.addAll(names(v3.at("/components/schemas")));
            v3.at("/components/schemas")
                    .properties()
                    .forEach(schema -> assertThat(
                                    names(definition(schema.getKey()).path("properties")))
                            .isEqualTo(names(schema.getValue().path("properties"))));
        }
        assertThat(names(DOCUMENT.path("paths"))).isEqualTo(paths);
        assertThat(names(DOCUMENT.path("definitions"))).isEqualTo(definitions);
    }

    /** What kube-openapi's pkg/util/proto/document.go refuses, kubectl refuses as a whole. */
    @Test
    void kubectlCanReadEverySchema() {
        DOCUMENT.path("definitions").properties().forEach(entry -> check(entry.getKey(), entry.getValue()));
        DOCUMENT.path("paths").findValuesAsText("$ref").forEach(OpenApiV2Test::checkTarget);
    }

    private static void check(String where, JsonNode schema) {
        assertThat(names(schema)).as(where).doesNotContain("default", "allOf", "oneOf", "anyOf", "nullable");
        if (schema.has("$ref")) {
            assertThat(schema.has("type")).as(where).isFalse();
            checkTarget(schema.path("$ref").asText());
            return;
        }
        String type = schema.path("type").asText();
        assertThat(type).as(where).isIn("object", "array", "string", "integer", "number", "boolean");
        assertThat(schema.has("items")).as(where).isEqualTo(type.equals("array"));
        for (String word : List.of("items", "additionalProperties")) {
            if (schema.has(word)) {
                check(where + " " + word, schema.path(word));
            }
        }
        schema.path("properties")
                .properties()
                .forEach(property -> check(where + "." + property.getKey(), property.getValue()));
    }

    private static void checkTarget(String reference) {
        assertThat(reference).startsWith("#/definitions/");
        assertThat(definition(reference.substring("#/definitions/".length())).isObject())
                .as(reference)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void kubectlFindsTheKindAndHowToPatchIt(Kind kind) {
        ObjectNode groupVersionKind = Json.object()
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
        assertThat(definition(Components.nameOf(kind)).path("x-kubernetes-group-version-kind"))
                .containsExactly(groupVersionKind);

        String base = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        JsonNode item = DOCUMENT.path("paths")
                .path(base + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural() + "/{name}");
        JsonNode patch = item.path("patch");
        assertThat(patch.path("x-kubernetes-group-version-kind")).isEqualTo(groupVersionKind);
        assertThat(patch.path("x-kubernetes-action").asText()).isEqualTo("patch");
        assertThat(stream(patch.path("consumes")).map(JsonNode::asText))
                .contains("application/apply-patch+yaml")
                .containsAll(
                        Stream.of(PatchType.values()).map(PatchType::mediaType).toList());
        assertThat(patch.path("produces")).extracting(JsonNode::asText).contains("application/json");
        assertThat(parameters(patch, "query")).contains("dryRun", "fieldManager", "fieldValidation", "force");
        assertThat(parameters(patch, "body")).containsExactly("body");
        assertThat(parameters(item.path("get"), "body")).isEmpty();
        assertThat(parameters(item, "path")).contains("name");
        assertThat(item.at("/get/responses/200/schema/$ref").asText())
                .isEqualTo("#/definitions/" + Components.nameOf(kind));
    }

    private static List<String> parameters(JsonNode of, String in) {
        return stream(of.path("parameters"))
                .filter(parameter -> parameter.path("in").asText().equals(in))
                .map(parameter -> parameter.path("name").asText())
                .toList();
    }

    @Test
    void aTypeOfAllGroupsNamesEachOfThem() {
        JsonNode named = definition(Components.META + "DeleteOptions").path("x-kubernetes-group-version-kind");
        assertThat(stream(named).map(one -> one.path("group").asText()))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(Kinds.all().stream(), PostedKinds.all().stream())
                        .map(Kind::group)
                        .distinct()
                        .toList());
        assertThat(definition(Components.META + "Status").path("x-kubernetes-group-version-kind"))
                .containsExactly(
                        Json.object().put("group", "").put("kind", "Status").put("version", "v1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api.core.v1.PodSpec/properties/containers/x-kubernetes-patch-merge-key | \"name\"",
                "api.core.v1.PodSpec/properties/containers/x-kubernetes-list-map-keys | [\"name\"]",
                "api.core.v1.PodSpec/properties/volumes/x-kubernetes-patch-strategy | \"merge,retainKeys\"",
                "api.core.v1.PodSpec/properties/containers/items | {\"$ref\":\"#/definitions/io.k8s.api.core.v1.Container\"}",
                "api.core.v1.PodSpec/properties/nodeSelector/additionalProperties | {\"type\":\"string\"}",
                "api.core.v1.PodSpec/required | [\"containers\"]",
                "api.core.v1.Secret/properties/data/additionalProperties | {\"format\":\"byte\",\"type\":\"string\"}",
                "api.apps.v1.DaemonSet/properties/spec/$ref | \"#/definitions/io.k8s.api.apps.v1.DaemonSetSpec\"",
                "apimachinery.pkg.util.intstr.IntOrString/type | \"string\"",
                "apimachinery.pkg.util.intstr.IntOrString/format | \"int-or-string\"",
                "apimachinery.pkg.api.resource.Quantity/type | \"string\"",
                "apimachinery.pkg.apis.meta.v1.Time/format | \"date-time\"",
            })
    void fieldsCarryWhatKubectlNeeds(String pointer, String expected) {
        String[] parts = pointer.split("/", 2);
        assertThat(definition("io.k8s." + parts[0]).at("/" + parts[1]).toString())
                .isEqualTo(expected);
    }

    @Test
    void referencesKeepTheirDescriptions() {
        assertThat(names(definition("io.k8s.api.apps.v1.DaemonSet").at("/properties/spec")))
                .containsExactly("$ref", "description");
    }
}
