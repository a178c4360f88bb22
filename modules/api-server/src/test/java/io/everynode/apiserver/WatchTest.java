package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Watch;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer("bookmark-interval = 100ms, max-watches = 3");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsChangesAfterAVersionInOrder() {
        server.configMap("a", "");
        try (Watch watch = server.watch(LIST + "?watch=true&resourceVersion=" + server.version())) {
            server.configMap("b", "");
            server.label("b", "\"x\":\"y\"");
            server.remove("a");

            assertThat(watch.brief()).isEqualTo("ADDED b");
            ObjectNode modified = watch.next();
            assertThat(Json.text(modified, "type")).isEqualTo("MODIFIED");
            assertThat(Json.text(modified, "object", "metadata", "labels", "x")).isEqualTo("y");
            ObjectNode deleted = watch.next();
            assertThat(Json.text(deleted, "type")).isEqualTo("DELETED");
            assertThat(Json.text(deleted, "object", "metadata", "resourceVersion"))
                    .isEqualTo(String.valueOf(server.version()));
        }
    }

    @Test
    void resumesAfterTheLastVersionSeen() {
        server.configMap("a", "");
        long seen = server.version();
        server.configMap("b", "");
        server.configMap("c", "");

        try (Watch watch = server.watch(LIST + "?watch=1&resourceVersion=" + seen)) {
            assertThat(watch.brief()).isEqualTo("ADDED b");
            assertThat(watch.brief()).isEqualTo("ADDED c");
        }
    }

    @Test
    void withoutAVersionBeginsWithWhatIsThere() {
        server.configMap("a", "");
        server.configMap("b", "");
        for (String version : new String[] {"", "&resourceVersion=0"}) {
            try (Watch watch = server.watch(LIST + "?watch=true" + version)) {
                assertThat(watch.brief()).isEqualTo("ADDED a");
                assertThat(watch.brief()).isEqualTo("ADDED b");
                server.label("a", "\"n\":\"" + version.length() + "\"");
                assertThat(watch.brief()).isEqualTo("MODIFIED a");
            }
        }
    }

    @Test
    void initialEventsEndWithABookmark() {
        server.configMap("a", "");
        String query = "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        try (Watch watch = server.watch(LIST + query)) {
            assertThat(watch.brief()).isEqualTo("ADDED a");
            ObjectNode end = watch.next();
            assertThat(Json.text(end, "type")).isEqualTo("BOOKMARK");
            assertThat(Json.text(end, "object", "kind")).isEqualTo("ConfigMap");
            assertThat(Json.text(end, "object", "metadata", "annotations", "k8s.io/initial-events-end"))
                    .isEqualTo("true");
            assertThat(Json.text(end, "object", "metadata", "resourceVersion"))
                    .isEqualTo(String.valueOf(server.version()));
        }
        try (Watch empty = server.watch("/api/v1/namespaces/absent/pods" + query)) {
            assertThat(Json.text(empty.next(), "type")).isEqualTo("BOOKMARK");
        }
    }

    @Test
    void withoutInitialEventsBeginsNow() {
        server.configMap("a", "");
        try (Watch watch = server.watch(
                LIST + "?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=0")) {
            server.configMap("b", "");
            assertThat(watch.brief()).isEqualTo("ADDED b");
        }
    }

    @Test
    void anObjectThatStopsMatchingIsDeletedAndOneThatStartsIsAdded() {
        server.configMap("a", "\"x\":\"1\"");
        long start = server.version();
        server.label("a", "\"x\":\"2\"");
        long stopped = server.version();
        server.label("a", "\"y\":\"1\"");
        server.label("a", "\"x\":\"1\"");
        server.label("a", "\"x\":null");
        server.remove("a");
        server.configMap("end", "\"x\":\"1\"");

        try (Watch watch = server.watch(LIST + "?watch=true&labelSelector=x%3D1&resourceVersion=" + start)) {
            ObjectNode deleted = watch.next();
            assertThat(Json.text(deleted, "type")).isEqualTo("DELETED");
            assertThat(Json.text(deleted, "object", "metadata", "labels", "x")).isEqualTo("1");
            assertThat(Json.text(deleted, "object", "metadata", "resourceVersion"))
                    .isEqualTo(String.valueOf(stopped));
            assertThat(watch.brief()).isEqualTo("ADDED a");
            assertThat(watch.brief()).isEqualTo("DELETED a");
            assertThat(watch.brief()).isEqualTo("ADDED end");
        }
    }

    @Test
    void followsPodsOfANodeAndByTheirPhase() {
        server.post("/api/v1/namespaces/default/pods", ReadTest.pod("p1", "n1"));
        long start = server.version();
        server.post("/api/v1/namespaces/default/pods", ReadTest.pod("p2", "n2"));
        server.merge("/api/v1/namespaces/default/pods/p2/status", "{\"status\":{\"phase\":\"Running\"}}");
        server.merge("/api/v1/namespaces/default/pods/p1/status", "{\"status\":{\"phase\":\"Running\"}}");

        String from = "&resourceVersion=" + start;
        try (Watch node = server.watch("/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3Dn2" + from);
                Watch running = server.watch("/api/v1/pods?watch=true&fieldSelector=status.phase%3DRunning" + from);
                Watch pending = server.watch("/api/v1/pods?watch=true&fieldSelector=status.phase%3DPending" + from)) {
            assertThat(node.brief()).isEqualTo("ADDED p2");
            assertThat(node.brief()).isEqualTo("MODIFIED p2");
            assertThat(running.brief()).isEqualTo("ADDED p2");
            assertThat(running.brief()).isEqualTo("ADDED p1");
            assertThat(pending.brief()).isEqualTo("ADDED p2");
            assertThat(pending.brief()).isEqualTo("DELETED p2");
            assertThat(pending.brief()).isEqualTo("DELETED p1");
        }
    }

    @Test
    void bookmarksMoveOnWhileNothingHappens() {
        server.configMap("a", "");
        try (Watch watch =
                server.watch(LIST + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + server.version())) {
            server.controlPlane.advance();
            long wanted = server.version();
            ObjectNode event;
            do {
                event = watch.next();
                assertThat(Json.text(event, "type")).isEqualTo("BOOKMARK");
            } while (Long.parseLong(Json.text(event, "object", "metadata", "resourceVersion")) < wanted);
            assertThat(Json.at(event, "object", "metadata", "annotations").isMissingNode())
                    .isTrue();
        }
    }

    @Test
    void bookmarksNeverOvertakeChanges() {
        server.configMap("a", "");
        try (Watch watch =
                server.watch(LIST + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + server.version())) {
            int changes = 300;
            Thread writer = new Thread(() -> {
                for (int i = 0; i < changes; i++) {
                    server.label("a", "\"n\":\"" + i + "\"");
                }
            });
            writer.start();
            long last = 0;
            int bookmarks = 0;
            for (int seen = 0; seen < changes || bookmarks == 0; ) {
                ObjectNode event = watch.next();
                long version = Long.parseLong(Json.text(event, "object", "metadata", "resourceVersion"));
                if (Json.text(event, "type").equals("BOOKMARK")) {
                    bookmarks++;
                    assertThat(version).isGreaterThanOrEqualTo(last);
                } else {
                    seen++;
                    assertThat(version).isGreaterThan(last);
                }
                last = version;
            }
        }
    }

    @Test
    void bookmarksComeOnlyWhenAllowed() {
        server.configMap("a", "");
        try (Watch allowed = server.watch(
                        LIST + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + server.version());
                Watch silent = server.watch(LIST + "?watch=true&resourceVersion=" + server.version())) {
            assertThat(Json.text(allowed.next(), "type")).isEqualTo("BOOKMARK");
            assertThat(Json.text(allowed.next(), "type")).isEqualTo("BOOKMARK");
            server.label("a", "\"x\":\"y\"");
            assertThat(silent.brief()).isEqualTo("MODIFIED a");
        }
    }

    @Test
    void rowsTellTheColumnsOnce() {
        server.configMap("a", "");
        try (Watch watch = server.watch(
                LIST + "?watch=true", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")) {
            ObjectNode first = watch.next();
            server.label("a", "\"x\":\"y\"");
            ObjectNode second = watch.next();

            assertThat(Json.text(first, "object", "kind")).isEqualTo("Table");
            assertThat(Json.at(first, "object", "columnDefinitions").size()).isPositive();
            assertThat(first.at("/object/rows/0/cells/0").asText()).isEqualTo("a");
            assertThat(Json.at(second, "object", "columnDefinitions").isNull()).isTrue();
            assertThat(second.at("/object/rows/0/object/metadata/labels/x").asText())
                    .isEqualTo("y");
        }
    }

    @Test
    void aVersionThatIsForgottenCannotBeWatched() {
        server.configMap("a", "");
        server.controlPlane.forget();
        long now = server.version();

        // As upstream: the failure is an event of a watch that ends, not the answer's code.
        try (Watch watch = server.watch(LIST + "?watch=true&resourceVersion=50")) {
            assertThat(watch.code()).isEqualTo(200);
            ObjectNode event = watch.next();
            assertThat(Json.text(event, "type")).isEqualTo("ERROR");
            assertThat(event.at("/object/code").asInt()).isEqualTo(410);
            assertThat(Json.text(event, "object", "reason")).isEqualTo("Expired");
            assertThat(Json.text(event, "object", "message")).isEqualTo("too old resource version: 50 (" + now + ")");
            assertThat(watch.brief()).isEqualTo("END");
        }
    }

    @Test
    void endsAfterTheTimeAskedFor() {
        try (Watch watch = server.watch(LIST + "?watch=true&timeoutSeconds=1")) {
            assertThat(watch.brief()).isEqualTo("END");
        }
        await().until(() -> server.controlPlane.openCursors() == 0);
    }

    @Test
    void noticesWhenAClientGoes() throws IOException {
        Socket socket = open(LIST + "?watch=true", 64 * 1024);
        await().until(() -> server.server.openWatches() == 1);
        assertThat(server.controlPlane.openCursors()).isEqualTo(1);

        socket.close();

        await().until(() -> server.server.openWatches() == 0 && server.controlPlane.openCursors() == 0);
    }

    @Test
    void aSlowReaderIsNotQueuedForButFallsBehind() throws IOException {
        server.post(LIST, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + "x".repeat(200_000) + "\"}}");
        try (Socket socket = open(LIST + "?watch=true&resourceVersion=" + server.version(), 4 * 1024)) {
            await().until(() -> server.server.openWatches() == 1);
            for (int i = 0; i < 100; i++) {
                server.label("a", "\"n\":\"" + i + "\"");
            }
            // More than 20 MB of events: neither buffers nor the batch that the watch holds can have them all.
            server.controlPlane.forget();
            server.label("a", "\"last\":\"one\"");
            server.controlPlane.forget();

            String text = readAll(socket.getInputStream());
            assertThat(text)
                    .contains("\"type\":\"ERROR\"")
                    .contains("\"code\":410")
                    .contains("\"reason\":\"Expired\"");
            assertThat(text).doesNotContain("\"last\":\"one\"");
        }
    }

    @Test
    void aReaderThatHasHungIsCutOff() throws IOException {
        server.close();
        server = new TestServer("watch-stall-timeout = 300ms");
        server.post(LIST, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + "x".repeat(900_000) + "\"}}");
        try (Watch idle = server.watch(LIST + "?watch=true&fieldSelector=metadata.name%3Dz");
                Socket socket = open(LIST + "?watch=true&resourceVersion=" + server.version(), 4 * 1024)) {
            assertThat(socket.isConnected()).isTrue();
            await().until(() -> server.server.openWatches() == 2);
            for (int i = 0; i < 20; i++) {
                server.label("a", "\"n\":\"" + i + "\"");
            }

            await().until(() -> server.server.openWatches() == 1);
            assertThat(server.controlPlane.openCursors()).isEqualTo(1);
            // One to whom there is nothing to tell has not hung.
            server.configMap("z", "");
            assertThat(idle.brief()).isEqualTo("ADDED z");
        }
    }

    @Test
    void theLastBookmarkComesShortlyBeforeTheEnd() {
        server.close();
        server = new TestServer("bookmark-interval = 1h");
        server.configMap("a", "");
        try (Watch watch = server.watch(
                LIST + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=3&resourceVersion=" + server.version())) {
            assertThat(Json.text(watch.next(), "type")).isEqualTo("BOOKMARK");
            assertThat(watch.brief()).isEqualTo("END");
        }
    }

    @Test
    void watchesByAddress() {
        server.configMap("a", "");
        server.configMap("b", "");
        for (String path : new String[] {
            "/api/v1/watch/namespaces/default/configmaps?fieldSelector=metadata.name%3Db",
            "/api/v1/watch/namespaces/default/configmaps/b",
            "/api/v1/watch/configmaps?labelSelector=!x&fieldSelector=metadata.name!%3Da"
        }) {
            try (Watch watch = server.watch(path)) {
                String first = watch.brief();
                assertThat(first).isIn("ADDED b", "ADDED kube-root-ca.crt");
            }
        }
        await().until(() -> server.server.openWatches() == 0);
        try (Watch watch = server.watch("/api/v1/watch/namespaces/kube-system")) {
            assertThat(watch.next().toString()).contains("ADDED", "kube-system");
        }
        TestServer.Answer other =
                server.get("/api/v1/watch/namespaces/default/configmaps/b?fieldSelector=metadata.name%3Da");
        assertThat(other.code()).isEqualTo(400);
        assertThat(other.message()).isEqualTo("fieldSelector metadata.name doesn't match requested name");
        assertThat(server.post("/api/v1/watch/namespaces/default/configmaps", "{}")
                        .code())
                .isEqualTo(405);
        assertThat(server.get("/api/v1/watch/nonsense").code()).isEqualTo(404);
    }

    @Test
    void anEndedServerEndsItsWatches() {
        Watch watch = server.watch(LIST + "?watch=true");
        await().until(() -> server.server.openWatches() == 1);

        TestServer.await(server.server.stop());

        assertThat(watch.brief()).isEqualTo("END");
        assertThat(server.server.openWatches()).isZero();
    }

    @Test
    void onlySoManyWatches() {
        try (Watch one = server.watch(LIST + "?watch=true");
                Watch two = server.watch(LIST + "?watch=true");
                Watch three = server.watch(LIST + "?watch=true")) {
            await().until(() -> server.server.openWatches() == 3);
            TestServer.Answer refused = server.get(LIST + "?watch=true");

            assertThat(refused.code()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(List.of(one.code(), two.code(), three.code())).containsOnly(200);
        }
    }

    private Socket open(String path, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(15_000);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readAll(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
