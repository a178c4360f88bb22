package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.encode.WholeBody;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that speaks nothing but protobuf: objects, lists, watches, failures and its own bodies. */
@Timeout(30)
class ProtobufAnswersTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anObjectReadsAsInJson() {
        server.configMap("a", "\"x\":\"y\"");

        Answer answer = server.get(LIST + "/a", "Accept", PROTOBUF);

        assertThat(decode(Kinds.CONFIG_MAP, answer.body()))
                .isEqualTo(server.get(LIST + "/a").json());
    }

    @Test
    void whatIsWrittenIsAnsweredInProtobufToo() throws Exception {
        ObjectNode wanted = Json.parse(
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"p\"},\"data\":{\"k\":\"v\"}}"
                        .getBytes());

        HttpResponse<byte[]> created =
                send("POST", LIST, WholeBody.protobuf(wanted).orElseThrow());

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(decode(Kinds.CONFIG_MAP, created.body()).at("/data/k").asText())
                .isEqualTo("v");
        ObjectNode options = Json.parse(
                ("{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\"," + "\"preconditions\":{\"uid\":\"wrong\"}}")
                        .getBytes());
        byte[] body = io.everynode.objects.encode.ProtobufEncoder.body(
                "v1",
                "DeleteOptions",
                io.everynode.objects.encode.ProtobufEncoder.message(
                        io.everynode.objects.schema.Schemas.deleteOptions(), options));
        assertThat(send("DELETE", LIST + "/p", body).statusCode()).isEqualTo(409);
        assertThat(server.get(LIST + "/p").code()).isEqualTo(200);
    }

    @Test
    void shortAndLongListsAreOneMessage() throws IOException {
        for (int i = 0; i < 3; i++) {
            server.configMap("s" + i, "");
        }
        assertThat(list(server.get(LIST + "?limit=2", "Accept", PROTOBUF), "ConfigMapList"))
                .containsExactly("s0", "s1");
        for (int i = 0; i < 25; i++) {
            server.post(
                    LIST,
                    "{\"metadata\":{\"name\":\"t" + (100 + i) + "\"},\"data\":{\"a\":\"" + "x".repeat(700_000)
                            + "\"}}");
        }

        // More than is kept: encoded twice.
        List<String> all = list(server.get(LIST, "Accept", PROTOBUF), "ConfigMapList");

        assertThat(all).hasSize(28).isSorted();
        assertThat(list(
                        server.get(LIST, "Accept", PROTOBUF + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"),
                        "PartialObjectMetadataList"))
                .isEqualTo(all);
    }

    @Test
    void aFailureIsAStatus() throws IOException {
        Wire wire = new Wire(server.get(LIST + "/absent", "Accept", PROTOBUF).body());

        assertThat(wire.kind).isEqualTo("Status");
        assertThat(wire.text()).contains("configmaps \"absent\" not found").contains("NotFound");
    }

    @Test
    void aWatchIsFramesWithTheirLength() throws IOException {
        server.configMap("a", "");
        String query = "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        try (TestServer.Watch watch = server.watch(LIST + query, "Accept", PROTOBUF + ",application/json")) {
            assertThat(watch.header("Content-Type")).isEqualTo(PROTOBUF + "; stream=watch");
            DataInputStream in = new DataInputStream(watch.bytes());

            assertThat(event(in)).isEqualTo("ADDED a");
            assertThat(event(in)).startsWith("BOOKMARK");
            server.label("a", "\"x\":\"y\"");
            assertThat(event(in)).isEqualTo("MODIFIED a");
            server.remove("a");
            assertThat(event(in)).isEqualTo("DELETED a");
            server.controlPlane.forget();
        }
    }

    private static String event(DataInputStream in) throws IOException {
        byte[] frame = in.readNBytes(in.readInt());
        List<byte[]> fields = Wire.fields(frame, 0);
        byte[] raw = Wire.fields(fields.get(1), 0).get(0);
        return new String(fields.get(0)) + " " + Json.text(decode(Kinds.CONFIG_MAP, raw), "metadata", "name");
    }

    private static ObjectNode decode(Kind kind, byte[] body) {
        Outcome<ObjectNode> read = ObjectDecoder.decode(kind, PROTOBUF, body, FieldValidation.STRICT);
        return ((Outcome.Done<ObjectNode>) read).value();
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Content-Type", PROTOBUF)
                .header("Accept", PROTOBUF)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Names of the items: each item's metadata is field 1, and its name field 1 in that. */
    private static List<String> list(Answer answer, String kind) throws IOException {
        assertThat(answer.header("Content-Type")).isEqualTo(PROTOBUF);
        Wire wire = new Wire(answer.body());
        assertThat(wire.kind).isEqualTo(kind);
        List<byte[]> fields = Wire.fields(wire.message, 0);
        List<String> names = new ArrayList<>();
        for (byte[] item : fields.subList(1, fields.size())) {
            names.add(new String(Wire.fields(Wire.fields(item, 0).get(0), 0).get(0)));
        }
        return names;
    }

    /** Reads just as much of the wire format as is needed here: fields with a length, in their order. */
    private static final class Wire {
        final String kind;
        final byte[] message;

        Wire(byte[] body) {
            assertThat(body).startsWith('k', '8', 's', 0);
            List<byte[]> unknown = fields(body, 4);
            this.kind = new String(fields(unknown.get(0), 0).get(1));
            this.message = unknown.get(1);
        }

        String text() {
            return new String(message, java.nio.charset.StandardCharsets.UTF_8);
        }

        static List<byte[]> fields(byte[] data, int from) {
            List<byte[]> fields = new ArrayList<>();
            int[] at = {from};
            while (at[0] < data.length) {
                long tag = varint(data, at);
                if ((tag & 7) == 0) {
                    varint(data, at);
                    continue;
                }
                assertThat(tag & 7).isEqualTo(2);
                int length = (int) varint(data, at);
                ByteArrayOutputStream field = new ByteArrayOutputStream();
                field.write(data, at[0], length);
                at[0] += length;
                fields.add(field.toByteArray());
            }
            return fields;
        }

        private static long varint(byte[] data, int[] at) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = data[at[0]++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
