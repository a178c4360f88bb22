package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.Authorizer;
import io.everynode.core.authorization.DefaultRoles;
import io.everynode.core.authorization.User;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everybody at every route: {@code authorization-matrix.txt} says what the default roles allow. */
class AuthorizationMatrixTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    private static final List<User> USERS = List.of(
            User.of(User.ANONYMOUS, User.UNAUTHENTICATED),
            User.of("nobody", User.AUTHENTICATED),
            User.of("viewer", User.AUTHENTICATED),
            User.of("editor", User.AUTHENTICATED),
            User.of("admin", User.AUTHENTICATED),
            User.of("root", User.AUTHENTICATED),
            User.of("system:node:n1", User.NODES, User.AUTHENTICATED),
            User.of("system:node:n2", User.NODES, User.AUTHENTICATED),
            User.of(
                    "system:serviceaccount:team:robot",
                    "system:serviceaccounts",
                    "system:serviceaccounts:team",
                    User.AUTHENTICATED));

    @RegisterExtension
    static final TestServer server = TestServer.withRoles();

    private static final List<Row> ROWS = new ArrayList<>();

    /** @param resource with its subresource and group, or a path */
    record Row(String resource, String namespace, String name, List<String> cells) {

        boolean isPath() {
            return resource.startsWith("/");
        }

        String plural() {
            return resource.split("[/.]")[0];
        }

        String subresource() {
            String own = resource.contains(".") ? resource.substring(0, resource.indexOf('.')) : resource;
            return own.contains("/") ? own.substring(own.indexOf('/') + 1) : "";
        }

        String group() {
            return resource.contains(".") ? resource.substring(resource.indexOf('.') + 1) : "";
        }

        /** Those that the route can be asked for. */
        String verbs() {
            if (isPath()) {
                return "g";
            }
            if (!subresource().isEmpty()) {
                return "gcupd";
            }
            boolean served = Kinds.byResource(group(), "v1", plural()).isPresent();
            return !served ? isPosted() ? "c" : "l" : namespace.equals("*") ? "lw" : "glwcupdx";
        }

        private boolean isPosted() {
            return PostedKinds.all().stream()
                    .anyMatch(kind ->
                            kind.group().equals(group()) && kind.plural().equals(plural()));
        }

        String method(char verb) {
            return switch (verb) {
                case 'g', 'l', 'w' -> "GET";
                case 'c' -> "POST";
                case 'u' -> "PUT";
                case 'p' -> "PATCH";
                default -> "DELETE";
            };
        }

        /** Without its query. */
        String path(char verb) {
            if (isPath()) {
                return resource.replace("*", "ping");
            }
            String base = group().isEmpty() ? "/api/v1/" : "/apis/" + group() + "/v1/";
            String place = namespace.equals("-") || namespace.equals("*") ? "" : "namespaces/" + namespace + "/";
            boolean one = !subresource().isEmpty() || "gupd".indexOf(verb) >= 0;
            return base
                    + place
                    + plural()
                    + (one ? "/" + name : "")
                    + (subresource().isEmpty() ? "" : "/" + subresource());
        }
    }

    @BeforeAll
    static void readTheTableAndMakeWhatItNames() throws IOException {
        try (var in = AuthorizationMatrixTest.class.getResourceAsStream("/authorization-matrix.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    List<String> words = List.of(line.trim().split("\\s+"));
                    assertThat(words).as(line).hasSize(3 + USERS.size());
                    ROWS.add(new Row(words.get(0), words.get(1), words.get(2), words.subList(3, words.size())));
                }
            }
        }
        DefaultRoles.clusterRoles().forEach(role -> made(RBAC + "/clusterroles", role));
        DefaultRoles.clusterRoleBindings().forEach(binding -> made(RBAC + "/clusterrolebindings", binding));
        for (String namespace : List.of("team", "other", "kube-node-lease")) {
            made("/api/v1/namespaces", json("{'metadata':{'name':'" + namespace + "'}}"));
        }
        for (String role : List.of("view", "edit", "admin")) {
            String user = role.equals("admin") ? "admin" : role + (role.equals("edit") ? "or" : "er");
            made(RBAC + "/namespaces/team/rolebindings", binding(role, user));
        }
        made(RBAC + "/clusterrolebindings", binding("cluster-admin", "root"));
        String team = "/api/v1/namespaces/team/";
        made(
                team + "pods",
                json("{'metadata':{'name':'agent'},'spec':{'nodeName':'n1','serviceAccountName':'robot',"
                        + "'containers':[{'name':'c','image':'i','envFrom':[{'configMapRef':{'name':'settings'}}]}],"
                        + "'volumes':[{'name':'s','secret':{'secretName':'named'}},"
                        + "{'name':'v','persistentVolumeClaim':{'claimName':'claim'}}]}}"));
        made(
                "/api/v1/persistentvolumes",
                json("{'metadata':{'name':'volume'},'spec':{'capacity':{'storage':'1Gi'},"
                        + "'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'},"
                        + "'claimRef':{'namespace':'team','name':'claim'}}}"));
        made(
                "/apis/storage.k8s.io/v1/volumeattachments",
                json("{'metadata':{'name':'attached'},'spec':{'attacher':'a','nodeName':'n1',"
                        + "'source':{'persistentVolumeName':'volume'}}}"));
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode binding(String role, String user) {
        return json("{'metadata':{'name':'to-" + user + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'" + role + "'},'subjects':[{'kind':'User','name':'" + user + "'}]}");
    }

    private static void made(String where, JsonNode object) {
        Answer answer = server.post(where, object.toString());
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    @Test
    void everybodyMayDoWhatTheTableSaysAndNothingElse() {
        Authorizer authorizer = new Authorizer(
                server.controlPlane.accessRules(),
                new CatalogNodeWorld(server.controlPlane.catalog(), new PodReferencesCache()));
        int asked = 0;
        List<String> wrong = new ArrayList<>();
        for (Row row : ROWS) {
            for (int column = 0; column < USERS.size(); column++) {
                StringBuilder allowed = new StringBuilder();
                for (char verb : row.verbs().toCharArray()) {
                    AccessRequest request = RequestInfo.of(
                            USERS.get(column),
                            row.method(verb),
                            Arrays.asList(row.path(verb).substring(1).split("/", -1)),
                            Query.parse(verb == 'w' ? "watch=true" : ""));
                    asked++;
                    if (authorizer.decide(request).allowed()) {
                        allowed.append(verb);
                    }
                }
                String cell = allowed.isEmpty() ? "-" : allowed.toString();
                if (!cell.equals(row.cells().get(column))) {
                    wrong.add(USERS.get(column).name() + " at " + row.resource() + " " + row.namespace() + "/"
                            + row.name() + " may " + cell + ", the table says "
                            + row.cells().get(column));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(3000);
    }

    /** One verb of each cell, another one from cell to cell, asked of the server for an impersonated user. */
    @Test
    void theServerAnswersByTheTable() {
        int asked = 0;
        List<String> wrong = new ArrayList<>();
        for (Row row : ROWS) {
            for (int column = 0; column < USERS.size(); column++) {
                char verb = row.verbs().charAt(asked % row.verbs().length());
                boolean allowed = row.cells().get(column).indexOf(verb) >= 0;
                if (verb == 'w' && allowed) {
                    verb = 'l';
                }
                asked++;
                Answer answer = as(USERS.get(column), row, verb);
                boolean refused = answer.code() == 403 && answer.message().contains(" cannot ");
                if (refused == allowed || answer.code() == 500) {
                    wrong.add(USERS.get(column).name() + " " + verb + " " + row.path(verb) + " got " + answer.code()
                            + " " + answer.text());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(700);
    }

    private static Answer as(User user, Row row, char verb) {
        List<String> headers = new ArrayList<>(List.of("Impersonate-User", user.name()));
        for (String group : user.groups()) {
            if (!group.equals(User.AUTHENTICATED)) {
                headers.addAll(List.of("Impersonate-Group", group));
            }
        }
        String query = verb == 'w' ? "?watch=true" : "gl".indexOf(verb) >= 0 ? "" : "?dryRun=All";
        headers.addAll(List.of("Content-Type", verb == 'p' ? "application/merge-patch+json" : "application/json"));
        return server.send(
                row.method(verb),
                row.path(verb) + query,
                "cup".indexOf(verb) >= 0 ? "{}" : null,
                headers.toArray(String[]::new));
    }

    @Test
    void everyRouteIsInTheTable() {
        Set<String> rows = new HashSet<>();
        ROWS.forEach(row -> rows.add(row.resource()));
        Set<String> missing = new TreeSet<>(routes());
        missing.removeIf(route -> rows.contains(route) || isBelowARow(route, rows));
        assertThat(missing).isEmpty();
    }

    private static boolean isBelowARow(String route, Set<String> rows) {
        return route.startsWith("/")
                && rows.stream()
                        .filter(row -> row.startsWith("/") && row.endsWith("/*"))
                        .anyMatch(row -> route.startsWith(row.substring(0, row.length() - 1)));
    }

    private static Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        for (Kind kind : Kinds.all()) {
            String group = kind.group().isEmpty() ? "" : "." + kind.group();
            routes.add(kind.plural() + group);
            kind.subresources().forEach(part -> routes.add(kind.plural() + "/" + part + group));
            ActionSubresource.of(kind).forEach(action -> routes.add(kind.plural() + "/" + action.name() + group));
        }
        for (Kind kind : PostedKinds.all()) {
            routes.add(kind.plural() + (kind.group().isEmpty() ? "" : "." + kind.group()));
        }
        // Discovery names what it has by itself.
        for (String version : versions()) {
            String group = version.startsWith("/apis/") ? "." + version.split("/")[2] : "";
            for (JsonNode resource : server.get(version).json().path("resources")) {
                routes.add(Json.text(resource, "name") + group);
            }
        }
        server.get("/").json().path("paths").forEach(path -> routes.add(path.asText()));
        return routes;
    }

    private static List<String> versions() {
        List<String> versions = new ArrayList<>(List.of("/api/v1"));
        for (JsonNode group : server.get("/apis").json().path("groups")) {
            for (JsonNode version : group.path("versions")) {
                versions.add("/apis/" + Json.text(version, "groupVersion"));
            }
        }
        return versions;
    }

    /** A path that only looks like another is decided as what is then served. */
    @Test
    void noSpellingOfAPathIsAWayRound() {
        User nobody = USERS.get(1);
        for (String path : List.of(
                "/api/v1/namespaces/team/secrets/named",
                "/api/v1/namespaces/team/%73ecrets/named",
                "/api/v1/namespaces/team%2Fsecrets/named",
                "/api/v1/namespaces/team/secrets%2Fnamed",
                "/api/v1/namespaces/team/secrets%252Fnamed",
                "/api/v1/namespaces/team/configmaps/../secrets/named",
                "/api/v1/namespaces/team/configmaps/..%2Fsecrets/named",
                "/api/v1/namespaces/team/configmaps/%2e%2e/secrets/named",
                "/api/v1/namespaces/team/secrets/named/",
                "/api/v1/namespaces/team/secrets/named;x=y",
                "/api/v1/namespaces/team;x=y/secrets/named",
                "/api/v1/namespaces/team//secrets/named",
                "/api/v1//namespaces/team/secrets/named",
                "/api//v1/namespaces/team/secrets/named",
                "//api/v1/namespaces/team/secrets/named",
                "/version/../api/v1/namespaces/team/secrets/named",
                "/version/..%2fapi/v1/namespaces/team/secrets/named",
                "/healthz/../api/v1/namespaces/team/secrets/named",
                "/api/v1/watch/namespaces/team/secrets",
                "/API/v1/namespaces/team/secrets/named",
                "/api/V1/namespaces/team/Secrets/named")) {
            String answer = RawClient.exchange(
                    server.port(),
                    "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nImpersonate-User: " + nobody.name()
                            + "\r\n\r\n");
            assertThat(answer).as(path).matches("(?s)HTTP/1.1 (400|403|404) .*");
            assertThat(answer).as(path).doesNotContain("\"kind\":\"Secret\"", "\"kind\":\"SecretList\"");
        }
        assertThat(Optional.of(server.get("/api/v1/secrets").code())).hasValue(200);
    }
}
