package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.schema.Schemas;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whole random objects of every kind through each encoding. */
class RoundTripTest {

    @Provide
    Arbitrary<Kind> kinds() {
        return Arbitraries.of(
                Stream.concat(Kinds.all().stream(), PostedKinds.all().stream()).toList());
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void jsonIsStable(@ForAll("kinds") Kind kind, @ForAll long seed) {
        ObjectNode object = new AnyObjects(seed).of(kind);
        Outcome<ObjectNode> decoded =
                ObjectDecoder.decode(kind, "application/json", Json.encode(object), FieldValidation.STRICT);
        assertThat(decoded).isEqualTo(Outcome.done(object));
        assertThat(ObjectDecoder.check(kind, object, FieldValidation.STRICT)).isEqualTo(Outcome.done(object));
    }

    /** JSON text is YAML as well. */
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void yamlReadsTheSame(@ForAll("kinds") Kind kind, @ForAll long seed) {
        ObjectNode object = new AnyObjects(seed).of(kind);
        assertThat(ObjectDecoder.decode(kind, "application/yaml", Json.encode(object), FieldValidation.STRICT))
                .isEqualTo(Outcome.done(object));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void protobufReadsTheSame(@ForAll("kinds") Kind kind, @ForAll long seed) {
        ObjectNode object = new AnyObjects(seed).of(kind);
        byte[] body = WireWriter.of(Schemas.of(kind), object).inEnvelope(kind.apiVersion(), kind.kind());
        assertThat(ObjectDecoder.decode(kind, "application/vnd.kubernetes.protobuf", body, FieldValidation.STRICT))
                .isEqualTo(Outcome.done(object));
    }

    /** Cut or flipped bytes are refused or read as something; nothing is thrown and nothing grows. */
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void damagedBodiesNeverThrow(@ForAll("kinds") Kind kind, @ForAll long seed) {
        Random random = new Random(seed);
        ObjectNode object = new AnyObjects(seed).of(kind);
        for (String type : List.of("json", "yaml", "vnd.kubernetes.protobuf")) {
            byte[] body = type.startsWith("vnd")
                    ? WireWriter.of(Schemas.of(kind), object).inEnvelope(kind.apiVersion(), kind.kind())
                    : Json.encode(object);
            byte[] cut = java.util.Arrays.copyOf(body, random.nextInt(body.length));
            for (int i = random.nextInt(3); i > 0 && cut.length > 0; i--) {
                cut[random.nextInt(cut.length)] = (byte) random.nextInt();
            }
            Outcome<? extends JsonNode> outcome =
                    ObjectDecoder.decode(kind, "application/" + type, cut, FieldValidation.IGNORE);
            if (outcome instanceof Outcome.Refused<?> refused) {
                assertThat(refused.status().code()).isEqualTo(400);
            }
        }
    }
}
