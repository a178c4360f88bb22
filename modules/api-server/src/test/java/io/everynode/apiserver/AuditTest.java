package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.controlplane.audit.AuditEntry;
import io.everynode.controlplane.audit.AuditPage;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.core.audit.ObjectDifference;
import io.everynode.core.audit.RequestCause;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.diff.FieldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask what was done, what is answered, and what a server keeps by itself. */
class AuditTest {

    private static final String AUDIT = "/everynode/v1/audit";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

    @RegisterExtension
    static final TestServer server = TestServer.withRoles();

    @BeforeEach
    void nothingYet() {
        server.controlPlane.auditPages = List.of();
        server.controlPlane.auditBreaks = false;
    }

    private static Answer as(String user, String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json", "Impersonate-User", user));
        all.addAll(List.of(headers));
        return server.send(method, path, body, all.toArray(String[]::new));
    }

    private static AuditEntry entry(long ordering, String user) {
        return new AuditEntry(
                ordering,
                0,
                user,
                "kubectl/v1",
                "request r",
                Optional.of(new RequestCause("r", "10.0.0.1", "PATCH", "/api/v1/nodes/n", "boss", "kubectl label")),
                "patch",
                Kinds.NODE,
                "",
                "n",
                "",
                "u-1",
                "node.stored/1",
                "patched",
                Optional.of(new ObjectDifference(
                        List.of(
                                new FieldChange("a", null, IntNode.valueOf(1)),
                                new FieldChange("b", IntNode.valueOf(2), null)),
                        3)));
    }

    private static List<String> lines(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        return answer.text().lines().toList();
    }

    @Test
    void entriesAreLinesAndTheLastOneTellsWhereToGoOn() {
        server.controlPlane.auditPages = List.of(
                new AuditPage(List.of(entry(9, "ann")), 9),
                new AuditPage(List.of(), 7),
                new AuditPage(List.of(entry(5, "bob")), 5),
                new AuditPage(List.of(), 0));
        List<String> lines = lines(server.get(AUDIT + "?user=a*&limit=2&object=node/n"));
        assertThat(lines.get(0))
                .isEqualTo("{\"kind\":\"AuditEntry\",\"resourceVersion\":\"9\",\"time\":\"1970-01-01T00:00:00Z\","
                        + "\"user\":\"ann\",\"client\":\"kubectl/v1\",\"verb\":\"patch\",\"request\":{\"id\":\"r\","
                        + "\"address\":\"10.0.0.1\",\"method\":\"PATCH\",\"path\":\"/api/v1/nodes/n\","
                        + "\"impersonatedBy\":\"boss\",\"command\":\"kubectl label\"},\"object\":{\"apiVersion\":\"v1\","
                        + "\"kind\":\"Node\",\"name\":\"n\",\"uid\":\"u-1\"},\"event\":\"node.stored/1\","
                        + "\"reason\":\"patched\",\"changes\":[{\"path\":\"a\",\"to\":1},{\"path\":\"b\",\"from\":2}],"
                        + "\"changesLeftOut\":3}");
        assertThat(lines.get(1)).contains("\"user\":\"bob\"");
        assertThat(lines.get(2)).isEqualTo("{\"kind\":\"AuditEnd\",\"continue\":\"5\"}");
        assertThat(lines).hasSize(3);
        assertThat(server.controlPlane.auditAsked.users()).containsExactly("a*");
        assertThat(server.controlPlane.auditAsked.kind()).isEqualTo(Kinds.NODE);

        assertThat(lines(server.get(AUDIT))).hasSize(3).last().isEqualTo("{\"kind\":\"AuditEnd\"}");
    }

    @Test
    void aJournalThatIsAwayIsTold() {
        server.controlPlane.auditBreaks = true;
        assertThat(server.get(AUDIT).code()).isEqualTo(503);
        server.controlPlane.auditPages = List.of(new AuditPage(List.of(entry(9, "ann")), 9));
        assertThat(lines(server.get(AUDIT)))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"kind\":\"Status\"", "it is away", "\"code\":503");
        server.controlPlane.auditBreaks = false;
        server.controlPlane.auditPages = List.of();
        assertThat(server.get(AUDIT).code()).isEqualTo(429);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/refused", "/secret-reads", "/pod-security"})
    void onlyWhoHasThePathMayAsk(String path) {
        server.controlPlane.auditPages = List.of(new AuditPage(List.of(), 0));
        assertThat(as("mallory", "GET", AUDIT + path, null).message())
                .isEqualTo("forbidden: User \"mallory\" cannot get path \"" + AUDIT + path + "\"");
        server.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "{\"metadata\":{\"name\":\"auditor\"},\"rules\":[{\"verbs\":[\"get\"],\"nonResourceURLs\":[\"" + AUDIT
                        + "\",\"" + AUDIT + "/*\"]}]}");
        server.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                "{\"metadata\":{\"name\":\"auditor\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
                        + "\"kind\":\"ClusterRole\",\"name\":\"auditor\"},"
                        + "\"subjects\":[{\"kind\":\"User\",\"name\":\"olga\"}]}");
        assertThat(as("olga", "GET", AUDIT + path, null).code()).isEqualTo(200);
        assertThat(server.post(AUDIT + path, "{}").code()).isEqualTo(405);
        assertThat(server.get(AUDIT + path + "/more").code()).isEqualTo(404);
        assertThat(server.get(AUDIT + "?since=x").code()).isEqualTo(400);
    }

    private static Optional<JsonNode> record(String list, String user, String verb, String resource) {
        return StreamSupport.stream(
                        server.get(AUDIT + list).json().path("items").spliterator(), false)
                .filter(record -> Json.text(record, "user").equals(user)
                        && Json.text(record, "verb").equals(verb)
                        && Json.text(record, "resource").equals(resource))
                .findFirst();
    }

    @Test
    void refusedRequestsAreCountedByWhatCannotBeMadeUp() {
        for (int i = 0; i < 5; i++) {
            assertThat(as("eve", "GET", SECRETS + "/s" + i, null).code()).isEqualTo(403);
            assertThat(as("eve", "GET", "/apis/made.up/v1/namespaces/n" + i + "/things" + i, null)
                            .code())
                    .isEqualTo(403);
            assertThat(as("eve", "GET", "/made-up-" + i, null).code()).isEqualTo(403);
            assertThat(as("eve", "DELETE", "/api/v1/namespaces/d/pods/p/part" + i, null)
                            .code())
                    .isEqualTo(403);
        }
        JsonNode gets = record("/refused", "eve", "get", "secrets").orElseThrow();
        assertThat(gets.path("count").asInt()).isEqualTo(5);
        assertThat(gets.path("code").asInt()).isEqualTo(403);
        assertThat(Json.text(gets, "address")).isEqualTo("127.0.0.1");
        assertThat(Json.text(gets, "path")).isEqualTo(SECRETS + "/s4");
        assertThat(Json.text(gets, "impersonatedBy")).isEqualTo("system:admin");
        assertThat(record("/refused", "eve", "list", "(unknown)")
                        .orElseThrow()
                        .path("count")
                        .asInt())
                .isEqualTo(5);
        assertThat(record("/refused", "eve", "get", "/(unknown)")
                        .orElseThrow()
                        .path("count")
                        .asInt())
                .isEqualTo(5);
        assertThat(record("/refused", "eve", "delete", "pods/(unknown)")
                        .orElseThrow()
                        .path("count")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void whoIsShownASecretIsOnRecord() {
        server.post(SECRETS, "{\"metadata\":{\"name\":\"s\"},\"data\":{\"p\":\"UExBTlRFRA==\"}}");
        assertThat(server.get(SECRETS + "/s", "User-Agent", "curl/8").code()).isEqualTo(200);
        assertThat(server.get(SECRETS + "/s").code()).isEqualTo(200);
        assertThat(server.get("/api/v1/secrets").code()).isEqualTo(200);
        assertThat(server.merge(SECRETS + "/s?dryRun=All", "{}").code()).isEqualTo(200);
        try (TestServer.Watch watch = server.watch(SECRETS + "?watch=true")) {
            assertThat(watch.brief()).isEqualTo("ADDED s");
        }
        assertThat(server.get(SECRETS + "/not-there").code()).isEqualTo(404);
        assertThat(server.get("/api/v1/namespaces/secrets/configmaps").code()).isEqualTo(200);

        JsonNode get = record("/secret-reads", "system:admin", "get", "secrets").orElseThrow();
        assertThat(get.path("count").asInt()).isEqualTo(2);
        assertThat(Json.text(get, "namespace") + "/" + Json.text(get, "name")).isEqualTo("default/s");
        assertThat(record("/secret-reads", "system:admin", "list", "secrets")).isPresent();
        assertThat(record("/secret-reads", "system:admin", "watch", "secrets")).isPresent();
        assertThat(record("/secret-reads", "system:admin", "patch", "secrets")).isPresent();
        assertThat(record("/secret-reads", "system:admin", "create", "secrets")).isPresent();
        Answer all = server.get(AUDIT + "/secret-reads");
        assertThat(all.text())
                .doesNotContain("not-there")
                .doesNotContain("UExBTlRFRA")
                .doesNotContain("configmaps");
    }

    @Test
    void whatPodSecurityAuditsIsOnRecord() {
        String cause = new RequestCause("id", "10.0.0.7", "POST", "/api/v1/namespaces/team/pods", "root", "").text();
        for (String violation : List.of("the first", "the last " + "x".repeat(5_000))) {
            server.controlPlane.audited.accept(
                    new AuditedViolation(Kinds.POD, "team", "host", "violator", "kubectl", cause, false, violation));
        }
        server.controlPlane.audited.accept(
                new AuditedViolation(Kinds.POD, "team", "host", "refused", "kubectl", cause, true, "it"));
        server.controlPlane.audited.accept(
                new AuditedViolation(Kinds.DAEMON_SET, "team", "ds", "itself", "", "manifests", false, "it"));

        JsonNode record = record("/pod-security", "violator", "create", "pods").orElseThrow();
        assertThat(record.path("count").asInt()).isEqualTo(2);
        assertThat(Json.text(record, "address")).isEqualTo("10.0.0.7");
        assertThat(Json.text(record, "namespace") + "/" + Json.text(record, "name"))
                .isEqualTo("team/host");
        assertThat(Json.text(record, "path")).isEqualTo("/api/v1/namespaces/team/pods");
        assertThat(Json.text(record, "impersonatedBy")).isEqualTo("root");
        assertThat(Json.text(record, "violations")).startsWith("the last x").hasSize(1_000);
        assertThat(record.has("code")).isFalse();
        assertThat(record("/pod-security", "refused", "create", "pods"))
                .hasValueSatisfying(
                        refused -> assertThat(refused.path("code").asInt()).isEqualTo(403));
        assertThat(record("/pod-security", "itself", "", "daemonsets")).isPresent();
    }
}
