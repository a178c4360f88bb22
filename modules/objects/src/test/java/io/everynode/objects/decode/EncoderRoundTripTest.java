package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.encode.WholeBody;
import io.everynode.objects.encode.YamlEncoder;
import io.everynode.objects.schema.Schemas;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** What is written in protobuf and YAML reads as the same objects. */
class EncoderRoundTripTest {

    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    @Provide
    Arbitrary<Kind> kinds() {
        return Arbitraries.of(
                Stream.concat(Kinds.all().stream(), PostedKinds.all().stream()).toList());
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void objectsInProtobuf(@ForAll("kinds") Kind kind, @ForAll long seed) {
        ObjectNode object = new AnyObjects(seed).of(kind);
        byte[] body = WholeBody.protobuf(object).orElseThrow();
        assertThat(ObjectDecoder.decode(kind, PROTOBUF, body, FieldValidation.STRICT))
                .isEqualTo(Outcome.done(object));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void objectsInYaml(@ForAll("kinds") Kind kind, @ForAll long seed) {
        ObjectNode object = new AnyObjects(seed).of(kind);
        assertThat(ObjectDecoder.decode(kind, "application/yaml", YamlEncoder.encode(object), FieldValidation.STRICT))
                .isEqualTo(Outcome.done(object));
    }

    @Example
    void aStatus() throws MalformedBodyException {
        ObjectNode status = ApiStatus.invalid(Kinds.POD, "p", List.of(ApiStatus.Cause.required("spec.containers", "")))
                .toJson();

        byte[] body = WholeBody.protobuf(status).orElseThrow();

        ObjectNode read = (ObjectNode) ProtobufBody.read(Schemas.status(), body).root();
        assertThat(Json.text(read, "kind")).isEqualTo("Status");
        assertThat(Json.text(read, "message")).isEqualTo(Json.text(status, "message"));
        assertThat(read.path("code").asInt()).isEqualTo(422);
        assertThat(read.at("/details/causes/0/field").asText()).isEqualTo("spec.containers");
    }

    @Example
    void whatHasNoProtobufForm() {
        assertThat(WholeBody.protobuf(
                        Json.object().put("apiVersion", "meta.k8s.io/v1").put("kind", "Table")))
                .isEmpty();
        assertThat(WholeBody.protobuf(Json.object().put("apiVersion", "v1").put("kind", "Nonsense")))
                .isEmpty();
        assertThat(WholeBody.protobuf(Json.object())).isEmpty();
    }
}
