package io.everynode.objects.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiTest {

    static Set<String> documents() {
        return OpenApi.hashes().keySet();
    }

    static List<Kind> kinds() {
        return Kinds.all();
    }

    private static ObjectNode document(String path) {
        return Json.parse(OpenApi.document(path).orElseThrow());
    }

    private static ObjectNode document(Kind kind) {
        return document((kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion());
    }

    private static String itemPath(Kind kind) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion()
                + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural() + "/{name}";
    }

    @Test
    void thereIsADocumentForEachGroupVersion() {
        assertThat(documents())
                .contains(
                        "api/v1",
                        "apis/apps/v1",
                        "apis/coordination.k8s.io/v1",
                        "apis/scheduling.k8s.io/v1",
                        "apis/policy/v1",
                        "apis/rbac.authorization.k8s.io/v1",
                        "apis/node.k8s.io/v1",
                        "apis/storage.k8s.io/v1",
                        "apis/certificates.k8s.io/v1",
                        "apis/events.k8s.io/v1",
                        "apis/authentication.k8s.io/v1",
                        "apis/authorization.k8s.io/v1");
        assertThat(OpenApi.hashes().values()).doesNotHaveDuplicates().allMatch(hash -> hash.matches("[0-9A-F]{64}"));
        assertThat(OpenApi.document("apis/batch/v1")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyReferenceHasATarget(String path) {
        ObjectNode document = document(path);
        Set<String> targets = new HashSet<>();
        document.findValuesAsText("$ref").forEach(targets::add);
        assertThat(targets).isNotEmpty();
        for (String target : targets) {
            assertThat(document.at(target.substring(1)).isObject()).as(target).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void kubectlFindsTheKindAndHowToPatchIt(Kind kind) {
        ObjectNode document = document(kind);
        JsonNode schema = document.path("components").path("schemas").path(Components.nameOf(kind));
        JsonNode named = schema.path("x-kubernetes-group-version-kind");
        assertThat(named.isArray()).isTrue();
        JsonNode patch = document.path("paths").path(itemPath(kind)).path("patch");
        assertThat(patch.path("x-kubernetes-group-version-kind"))
                .isEqualTo(named.get(0))
                .isEqualTo(Json.object()
                        .put("group", kind.group())
                        .put("kind", kind.kind())
                        .put("version", kind.version()));
        assertThat(patch.path("x-kubernetes-action").asText()).isEqualTo("patch");
        assertThat(patch.at("/requestBody/content").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly(
                        "application/apply-patch+yaml",
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json");
        assertThat(queryParameters(patch)).contains("fieldValidation", "dryRun", "fieldManager", "force");
        JsonNode put = document.path("paths").path(itemPath(kind)).path("put");
        assertThat(queryParameters(put)).contains("fieldValidation", "dryRun", "fieldManager");
    }

    private static List<String> queryParameters(JsonNode operation) {
        return StreamSupport.stream(operation.path("parameters").spliterator(), false)
                .map(parameter -> parameter.path("name").asText())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PodSpec/properties/containers/x-kubernetes-patch-merge-key | \"name\"",
                "PodSpec/properties/containers/x-kubernetes-patch-strategy | \"merge\"",
                "PodSpec/properties/containers/x-kubernetes-list-type | \"map\"",
                "PodSpec/properties/volumes/x-kubernetes-patch-strategy | \"merge,retainKeys\"",
                "PodSpec/properties/nodeSelector/x-kubernetes-map-type | \"atomic\"",
                "PodSpec/properties/tolerations/x-kubernetes-list-type | \"atomic\"",
                "PodSpec/required | [\"containers\"]",
                "Container/properties/ports/x-kubernetes-list-map-keys | [\"containerPort\",\"protocol\"]",
                "ContainerPort/properties/protocol/default | \"TCP\"",
                "Volume/properties/emptyDir/allOf | [{\"$ref\":\"#/components/schemas/io.k8s.api.core.v1.EmptyDirVolumeSource\"}]",
                "ResourceRequirements/properties/limits/additionalProperties/allOf | [{\"$ref\":\"#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity\"}]",
                "SecretKeySelector/x-kubernetes-map-type | \"atomic\"",
                "Secret/properties/data/additionalProperties/format | \"byte\"",
                "PodList/required | [\"items\"]",
            })
    void fieldsCarryWhatPatchesNeed(String pointer, String expected) {
        JsonNode schemas = document("api/v1").path("components").path("schemas");
        String[] parts = pointer.split("/", 2);
        assertThat(schemas.path("io.k8s.api.core.v1." + parts[0])
                        .at("/" + parts[1])
                        .toString())
                .isEqualTo(expected);
    }

    @Test
    void inlinedMessagesAreNoSchemasOfTheirOwn() {
        JsonNode schemas = document("api/v1").path("components").path("schemas");
        assertThat(schemas.has("io.k8s.api.core.v1.VolumeSource")).isFalse();
        assertThat(schemas.at("/io.k8s.api.core.v1.Probe/properties/httpGet").isObject())
                .isTrue();
    }

    /** kubectl explain shows them, for every field. */
    @ParameterizedTest
    @MethodSource("documents")
    void everythingIsDescribed(String path) {
        document(path).at("/components/schemas").properties().forEach(schema -> {
            assertThat(schema.getValue().path("description").asText())
                    .as(schema.getKey())
                    .endsWith(".");
            schema.getValue()
                    .path("properties")
                    .properties()
                    .forEach(property -> assertThat(
                                    property.getValue().path("description").asText())
                            .as(schema.getKey() + " " + property.getKey())
                            .endsWith("."));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "api/v1, /api/v1/namespaces/{namespace}/bindings, post, Binding, ''",
        "api/v1, /api/v1/namespaces/{namespace}/pods/{name}/binding, post, Binding, ''",
        "api/v1, /api/v1/namespaces/{namespace}/pods/{name}/eviction, post, Eviction, policy",
        "api/v1, /api/v1/namespaces/{namespace}/serviceaccounts/{name}/token, post, TokenRequest, authentication.k8s.io",
        "api/v1, /api/v1/namespaces/{namespace}/pods/{name}/log, get, Pod, ''",
        "apis/certificates.k8s.io/v1, /apis/certificates.k8s.io/v1/certificatesigningrequests/{name}/approval, patch,"
                + " CertificateSigningRequest, certificates.k8s.io",
        "apis/authorization.k8s.io/v1, /apis/authorization.k8s.io/v1/selfsubjectaccessreviews, post,"
                + " SelfSubjectAccessReview, authorization.k8s.io",
        "apis/authorization.k8s.io/v1, /apis/authorization.k8s.io/v1/namespaces/{namespace}/localsubjectaccessreviews, post,"
                + " LocalSubjectAccessReview, authorization.k8s.io",
        "apis/authentication.k8s.io/v1, /apis/authentication.k8s.io/v1/tokenreviews, post, TokenReview, authentication.k8s.io",
    })
    void whatIsPostedHasItsOwnKind(String document, String path, String method, String kind, String group) {
        JsonNode operation = document(document).path("paths").path(path).path(method);
        assertThat(operation.path("x-kubernetes-group-version-kind"))
                .isEqualTo(Json.object().put("group", group).put("kind", kind).put("version", "v1"));
        assertThat(document(document).path("paths").path(path).has("delete")).isFalse();
    }

    @Test
    void listsCanBeWatchedAndNamespacesNotAllDeleted() {
        JsonNode paths = document("api/v1").path("paths");
        assertThat(paths.at("/~1api~1v1~1pods/get/responses/200/content").has("application/json;stream=watch"))
                .isTrue();
        assertThat(queryParameters(paths.at("/~1api~1v1~1pods/get")))
                .contains(
                        "allowWatchBookmarks",
                        "continue",
                        "fieldSelector",
                        "labelSelector",
                        "limit",
                        "resourceVersion",
                        "resourceVersionMatch",
                        "sendInitialEvents",
                        "timeoutSeconds",
                        "watch");
        assertThat(paths.path("/api/v1/namespaces").has("delete")).isFalse();
        assertThat(document("api/v1").at("/components/schemas").has("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent"))
                .isTrue();
    }

    @Test
    void operationIdsAreUnique() {
        for (String path : documents()) {
            assertThat(document(path).findValuesAsText("operationId")).doesNotHaveDuplicates();
        }
    }

    @Test
    void callersCannotChangeTheSharedDocument() {
        OpenApi.document("api/v1").orElseThrow()[0] = 0;
        assertThat(document("api/v1").path("openapi").asText()).isEqualTo("3.0.0");
    }
}
