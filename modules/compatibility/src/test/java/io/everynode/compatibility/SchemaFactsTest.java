package io.everynode.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Events;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of the schema against the messages that the official Java client has of Kubernetes' generated.proto: field
 * names, numbers, and what they hold. The client is one minor version ahead.
 */
class SchemaFactsTest {

    private static final Map<String, Descriptor> MESSAGES = messages(
            Meta.getDescriptor(),
            V1.getDescriptor(),
            V1Apps.getDescriptor(),
            V1Authentication.getDescriptor(),
            V1Authorization.getDescriptor(),
            V1Certificates.getDescriptor(),
            V1Coordination.getDescriptor(),
            V1Events.getDescriptor(),
            V1Node.getDescriptor(),
            V1Policy.getDescriptor(),
            V1Rbac.getDescriptor(),
            V1Scheduling.getDescriptor(),
            V1Storage.getDescriptor());

    /** Fields that only one of the two versions has, as Type.field. */
    private static final Set<String> OF_ONE_VERSION = Set.of(
            "PodSpec.workloadRef",
            "ListMeta.shardInfo",
            "PodSpec.schedulingGroup",
            "PodStatus.nodeAllocatableResourceClaimStatuses",
            "VolumeMountStatus.volumeStatus",
            "ResourceHealth.message",
            "CSIDriverSpec.preventPodSchedulingIfMissing");

    /** A type that the later version has no more. */
    private static final String GONE = "io.k8s.api.core.v1.WorkloadReference";

    private static Map<String, Descriptor> messages(FileDescriptor... files) {
        Map<String, Descriptor> messages = new HashMap<>();
        for (FileDescriptor file : files) {
            file.getMessageTypes().forEach(message -> messages.put(message.getFullName(), message));
        }
        return messages;
    }

    static Collection<ObjectType> types() {
        return Schemas.all().stream().filter(type -> !type.name().equals(GONE)).toList();
    }

    private static Descriptor message(ObjectType type) {
        return MESSAGES.get(type.name().replaceFirst("^io\\.k8s\\.", "k8s.io."));
    }

    @ParameterizedTest
    @MethodSource("types")
    void fieldsHaveTheirNumbersAndTypes(ObjectType type) {
        Descriptor message = message(type);
        assertThat(message).as(type.name()).isNotNull();
        Set<String> wrong = new TreeSet<>();
        for (Field field : type.fields()) {
            String name = type.shortName() + "." + field.name();
            if (field.number() == 0 || OF_ONE_VERSION.contains(name)) {
                continue;
            }
            FieldDescriptor known = message.findFieldByNumber(field.number());
            if (known == null || !known.getName().equalsIgnoreCase(field.name())) {
                wrong.add(name + " is not number " + field.number());
            } else if (!holds(known, field)) {
                wrong.add(name + " holds something else");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void noFieldIsMissing(ObjectType type) {
        Set<String> declared = type.fields().stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<String> missing = message(type).getFields().stream()
                .filter(field -> !type.inlined().containsKey(field.getNumber()))
                .map(FieldDescriptor::getName)
                .filter(name -> !declared.contains(name.toLowerCase(Locale.ROOT)))
                .map(name -> type.shortName() + "." + name)
                .filter(name -> !OF_ONE_VERSION.contains(name))
                .toList();
        assertThat(missing).isEmpty();
    }

    /** A field that is listed as different although both have it would hide what is wrong with it later. */
    @Test
    void theListOfDifferencesIsTrue() {
        Set<String> both = new TreeSet<>();
        for (ObjectType type : types()) {
            message(type).getFields().stream()
                    .filter(field -> type.field(field.getName()).isPresent())
                    .map(field -> type.shortName() + "." + field.getName())
                    .filter(OF_ONE_VERSION::contains)
                    .forEach(both::add);
        }
        assertThat(both).isEmpty();
    }

    private static boolean holds(FieldDescriptor known, Field field) {
        Field.Shape shape =
                known.isMapField() ? Field.Shape.MAP : known.isRepeated() ? Field.Shape.LIST : Field.Shape.SINGLE;
        FieldDescriptor value = known.isMapField() ? known.getMessageType().findFieldByNumber(2) : known;
        return shape == field.shape() && kind(value).equals(kind(field.type()));
    }

    private static String kind(FieldDescriptor field) {
        if (field.getJavaType() != JavaType.MESSAGE) {
            return field.getType().name();
        }
        String name = field.getMessageType().getFullName();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Time" -> "TIME";
            case "MicroTime" -> "MICRO_TIME";
            case "Quantity" -> "QUANTITY";
            case "IntOrString" -> "INT_OR_STRING";
            case "RawExtension" -> "RAW";
            case "FieldsV1" -> "FIELDS_V1";
            case "ExtraValue" -> "TEXTS";
            default -> name;
        };
    }

    private static String kind(ValueType type) {
        if (type instanceof ValueType.Structured structured) {
            return structured.object().name().replaceFirst("^io\\.k8s\\.", "k8s.io.");
        }
        return switch ((ValueType.Scalar) type) {
            case BOOLEAN -> "BOOL";
            default -> type.toString();
        };
    }
}
