package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufBodyTest {

    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private static Outcome<ObjectNode> pod(byte[] body) {
        return ObjectDecoder.decode(Kinds.POD, PROTOBUF, body, FieldValidation.STRICT);
    }

    /** What Go's generated code writes: every field that is no pointer, also the empty ones. */
    @Test
    void zeroValuesThatSayNothingAreDropped() {
        WireWriter metadata = new WireWriter()
                .string(1, "p")
                .string(2, "")
                .string(3, "")
                .varint(7, 0)
                .message(8, new WireWriter());
        WireWriter container = new WireWriter()
                .string(1, "c")
                .varint(16, 0)
                .message(8, new WireWriter())
                .message(15, new WireWriter().varint(4, 0).varint(6, 0));
        WireWriter spec = new WireWriter()
                .message(2, container)
                .varint(4, 0)
                .string(10, "")
                .varint(11, 0)
                .varint(99, 5)
                .bytes(98, new byte[3]);
        ObjectNode pod = ((Outcome.Done<ObjectNode>) pod(new WireWriter()
                        .message(1, metadata)
                        .message(2, spec)
                        .message(3, new WireWriter())
                        .inEnvelope("v1", "Pod")))
                .value();
        assertThat(pod)
                .isEqualTo(Json.parse(("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},"
                                + "\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{},"
                                + "\"securityContext\":{\"runAsUser\":0,\"readOnlyRootFilesystem\":false}}],"
                                + "\"terminationGracePeriodSeconds\":0},\"status\":{}}")
                        .getBytes(StandardCharsets.UTF_8)));
    }

    /** The bytes that kubectl 1.35.2 sends for {@code create namespace x}. */
    @Test
    void kubectlsNamespaceIsRead() {
        byte[] body = HexFormat.of()
                .parseHex("6b3873000a0f0a02763112094e616d65737061636512190a110a017812001a0022002a003200380042001200"
                        + "1a020a001a002200");
        assertThat(ObjectDecoder.decode(Kinds.NAMESPACE, PROTOBUF, body, FieldValidation.STRICT)
                        .toString())
                .isEqualTo("Done[value={\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"x\"},"
                        + "\"spec\":{},\"status\":{}}, warnings=[]]");
    }

    @Test
    void packedNumbersAreRead() {
        WireWriter context = new WireWriter().bytes(4, new byte[] {1, 2, (byte) 0x80, 1});
        WireWriter spec = new WireWriter().message(14, context);
        ObjectNode pod = ((Outcome.Done<ObjectNode>)
                        pod(new WireWriter().message(2, spec).inEnvelope("v1", "Pod")))
                .value();
        assertThat(pod.at("/spec/securityContext/supplementalGroups").toString())
                .isEqualTo("[1,2,128]");
    }

    @Test
    void deleteOptionsAreRead() {
        WireWriter options = new WireWriter()
                .varint(1, 0)
                .message(2, new WireWriter().string(1, "u"))
                .string(4, "Foreground");
        assertThat(ObjectDecoder.decodeOptions(PROTOBUF, options.inEnvelope("v1", "DeleteOptions")))
                .isEqualTo(Outcome.done(Json.parse(
                        ("{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"u\"},"
                                        + "\"propagationPolicy\":\"Foreground\"}")
                                .getBytes(StandardCharsets.UTF_8))));
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                Arguments.of("empty", new byte[0], "expected prefix [107 56 115 0]"),
                Arguments.of("no magic", new byte[] {1, 2, 3, 4}, "expected prefix [107 56 115 0]"),
                Arguments.of("endless varint", envelope(0x12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), "overflow"),
                Arguments.of("length beyond the end", envelope(0x12, 100, 1), "unexpected EOF"),
                Arguments.of(
                        "length of 2^63",
                        envelope(0x12, -128, -128, -128, -128, -128, -128, -128, -128, -128, 1),
                        "EOF"),
                Arguments.of("field number 0", envelope(0x02, 0), "illegal field number"),
                Arguments.of("group", envelope(0x2b), "illegal wireType 3"),
                Arguments.of(
                        "other encoding",
                        new byte[] {'k', '8', 's', 0, 0x1a, 4, 'g', 'z', 'i', 'p'},
                        "unsupported content encoding"),
                Arguments.of(
                        "spec as a number",
                        new WireWriter().varint(2, 1).inEnvelope("v1", "Pod"),
                        "wrong wireType = 0 for field spec"),
                Arguments.of(
                        "text that is not UTF-8",
                        new WireWriter()
                                .message(1, new WireWriter().bytes(1, new byte[] {(byte) 0xc0}))
                                .inEnvelope("v1", "Pod"),
                        "invalid UTF-8"),
                Arguments.of(
                        "time beyond all years",
                        new WireWriter()
                                .message(1, new WireWriter().message(8, new WireWriter().varint(1, Long.MAX_VALUE)))
                                .inEnvelope("v1", "Pod"),
                        "time out of range"));
    }

    private static byte[] envelope(int... bytes) {
        byte[] body = new byte[bytes.length + 4];
        body[0] = 'k';
        body[1] = '8';
        body[2] = 's';
        for (int i = 0; i < bytes.length; i++) {
            body[i + 4] = (byte) bytes[i];
        }
        return body;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void brokenBodiesAreRefused(String what, byte[] body, String problem) {
        Outcome<ObjectNode> outcome = pod(body);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused<ObjectNode>) outcome).status().code()).isEqualTo(400);
        assertThat(((Outcome.Refused<ObjectNode>) outcome).status().message()).contains(problem);
    }

    @Test
    void anotherKindInTheEnvelopeIsRefused() {
        assertThat(pod(new WireWriter().inEnvelope("v1", "Node")).toString())
                .contains("Node in version \\\"v1\\\" cannot be handled as a Pod".replace("\\", ""));
    }
}
