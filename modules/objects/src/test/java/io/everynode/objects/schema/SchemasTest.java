package io.everynode.objects.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.schema.Field.ListType;
import io.everynode.objects.schema.Field.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {

    static java.util.List<Kind> kinds() {
        return Kinds.all();
    }

    static java.util.Collection<ObjectType> types() {
        return Schemas.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindHasATypeThatStartsLikeAnObject(Kind kind) {
        ObjectType type = Schemas.of(kind);
        assertThat(type.shortName()).isEqualTo(kind.kind());
        assertThat(type.fields().stream().limit(3).map(Field::name)).containsExactly("apiVersion", "kind", "metadata");
        assertThat(type.field("metadata").orElseThrow().type())
                .isEqualTo(new ValueType.Structured(Schemas.objectMeta()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void numbersAreUniqueWithinATypeAndItsInlinedMessages(ObjectType type) {
        Set<Integer> seen = new HashSet<>(type.inlined().keySet());
        for (Field field : type.fields()) {
            assertThat(field.number() == 0 || seen.add(field.number()))
                    .as(field.name())
                    .isTrue();
        }
        type.inlined()
                .values()
                .forEach(inlined -> assertThat(type.fields().stream().map(Field::name))
                        .containsAll(inlined.fields().stream().map(Field::name).toList()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void keysOfListsExistInTheElements(ObjectType type) {
        for (Field field : type.fields()) {
            assertThat(field.description()).as(field.name()).endsWith(".");
            assertThat(field.listType() != ListType.NONE).isEqualTo(field.shape() == Shape.LIST);
            if (!field.mergeKey().isEmpty()) {
                assertThat(element(field).field(field.mergeKey()))
                        .as(field.name())
                        .isPresent();
                assertThat(field.patchStrategy()).contains("merge");
            }
            assertThat(field.listKeys().isEmpty()).isEqualTo(field.listType() != ListType.MAP);
            field.listKeys()
                    .forEach(key -> assertThat(element(field).field(key))
                            .as(field.name())
                            .isPresent());
        }
    }

    private static ObjectType element(Field field) {
        return ((ValueType.Structured) field.type()).object();
    }

    /** Spot checks against generated.proto and types.go of Kubernetes 1.35. */
    @ParameterizedTest
    @CsvSource({
        "core.v1.PodSpec, containers, 2, LIST, true, name, merge",
        "core.v1.PodSpec, volumes, 1, LIST, false, name, 'merge,retainKeys'",
        "core.v1.PodSpec, workloadRef, 42, SINGLE, false, '', ''",
        "core.v1.Container, ports, 6, LIST, false, containerPort, merge",
        "core.v1.ServiceSpec, ports, 1, LIST, false, port, merge",
        "core.v1.Volume, hostPath, 0, SINGLE, false, '', ''",
        "core.v1.NodeSpec, podCIDRs, 7, LIST, false, '', merge",
        "core.v1.Secret, data, 2, MAP, false, '', ''",
        "core.v1.DaemonEndpoint, Port, 1, SINGLE, true, '', ''",
        "apps.v1.DaemonSetSpec, template, 2, SINGLE, true, '', ''",
        "coordination.v1.LeaseSpec, renewTime, 4, SINGLE, false, '', ''",
    })
    void fieldsAreKubernetes(
            String type, String name, int number, Shape shape, boolean required, String key, String strategy) {
        Field field =
                Schemas.type("io.k8s.api." + type).orElseThrow().field(name).orElseThrow();
        assertThat(field.number()).isEqualTo(number);
        assertThat(field.shape()).isEqualTo(shape);
        assertThat(field.required()).isEqualTo(required);
        assertThat(field.mergeKey()).isEqualTo(key);
        assertThat(field.patchStrategy()).isEqualTo(strategy);
    }

    @Test
    void portsAreIdentifiedByPortAndProtocol() {
        Field ports = Schemas.type("io.k8s.api.core.v1.Container")
                .orElseThrow()
                .field("ports")
                .orElseThrow();
        assertThat(ports.listKeys()).containsExactly("containerPort", "protocol");
        assertThat(element(ports).field("protocol").orElseThrow().defaultValue())
                .isEqualTo("TCP");
    }

    @Test
    void optionsAndAnswersHaveTypes() {
        assertThat(Schemas.deleteOptions().field("preconditions")).isPresent();
        assertThat(Schemas.listMeta().field("continue")).isPresent();
        assertThat(Schemas.status().field("details")).isPresent();
    }
}
