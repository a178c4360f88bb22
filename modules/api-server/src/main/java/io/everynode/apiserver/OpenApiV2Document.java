package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code /openapi/v2}: a valid document that describes no path. All is described by {@code /openapi/v3}; kubectl asks
 * for this one only before it reads a List or a kind that is unknown to v3, and what a document leaves out it does not
 * check by itself (kubectl/pkg/validation, k8s.io/cli-runtime/pkg/resource). Without it, both end with "failed to
 * download openapi" instead of the server's answer. Immutable.
 */
final class OpenApiV2Document {

    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private final StaticDocument json;
    private final StaticDocument protobuf;

    OpenApiV2Document(String version) {
        ObjectNode tree = Json.object().put("swagger", "2.0");
        tree.putObject("info").put("title", "Everynode").put("version", version);
        tree.putObject("paths");
        this.json = new StaticDocument("application/json", Json.encode(tree));
        byte[] info = message(new Field(1, bytes("Everynode")), new Field(2, bytes(version)));
        // Fields of openapi.v2.Document (gnostic's openapiv2/OpenAPIv2.proto): swagger, info, paths.
        this.protobuf = new StaticDocument(
                PROTOBUF, message(new Field(1, bytes("2.0")), new Field(2, info), new Field(8, new byte[0])));
    }

    /** @throws ApiFailure with 406 */
    HttpResponse answer(Call call) {
        // The form's name was written with an @ before Kubernetes 1.28; neither is a media type like others.
        String accept = call.header("Accept");
        if (accept.contains("application/com.github.proto-openapi.spec.v2")) {
            return protobuf.answer(call);
        }
        if (ContentNegotiation.acceptsJson(call)) {
            return json.answer(call);
        }
        throw new ApiFailure(StatusResponses.notAcceptable());
    }

    /** Of wire type 2, shorter than 128 bytes. */
    private record Field(int number, byte[] value) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(Field... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Field field : fields) {
            if (field.value().length > 127) {
                throw new IllegalArgumentException("too long for a length of one byte: " + field.value().length);
            }
            out.write(field.number() << 3 | 2);
            out.write(field.value().length);
            out.writeBytes(field.value());
        }
        return out.toByteArray();
    }
}
