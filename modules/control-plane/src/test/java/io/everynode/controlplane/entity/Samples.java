package io.everynode.controlplane.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Values of records, made from their types: one for each subtype of what is sealed, each with something in everything.
 */
final class Samples {

    private final ActorRef<Object> ref;

    private Samples(ActorRef<Object> ref) {
        this.ref = ref;
    }

    /** What there may be of a type. */
    static List<Class<?>> concrete(Class<?> type) {
        if (type.isSealed()) {
            return Arrays.stream(type.getPermittedSubclasses())
                    .flatMap(each -> concrete(each).stream())
                    .toList();
        }
        return List.of(type);
    }

    /** As many as its most varied component has subtypes. */
    static List<Object> of(Class<?> type, ActorRef<Object> ref) throws ReflectiveOperationException {
        return new Samples(ref).records(type);
    }

    private List<Object> records(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        List<List<Object>> choices = new ArrayList<>();
        int most = 1;
        for (RecordComponent component : components) {
            List<Object> some = values(component.getGenericType());
            choices.add(some);
            most = Math.max(most, some.size());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        List<Object> made = new ArrayList<>();
        for (int number = 0; number < most; number++) {
            int chosen = number;
            made.add(constructor.newInstance(
                    choices.stream().map(some -> some.get(chosen % some.size())).toArray()));
        }
        return made;
    }

    private List<Object> values(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == ActorRef.class) {
                return List.of(ref);
            }
            List<Object> first = values(generic.getActualTypeArguments()[0]);
            if (raw == List.class) {
                return List.of(List.copyOf(first));
            }
            if (raw == Set.class) {
                return List.of(Set.of(first.get(0)));
            }
            if (raw == Optional.class) {
                return List.of(Optional.of(first.get(0)), Optional.empty());
            }
            if (raw == Map.class) {
                Object value = values(generic.getActualTypeArguments()[1]).get(0);
                return List.of(Map.of(first.get(0), value));
            }
            throw new IllegalArgumentException("no sample of " + type);
        }
        return plain((Class<?>) type);
    }

    private List<Object> plain(Class<?> type) throws ReflectiveOperationException {
        if (type == String.class) {
            return List.of("text");
        } else if (type == long.class || type == Long.class) {
            return List.of(7_000_000_000L);
        } else if (type == int.class || type == Integer.class) {
            return List.of(7);
        } else if (type == boolean.class || type == Boolean.class) {
            return List.of(true);
        } else if (type == BigDecimal.class) {
            return List.of(new BigDecimal("12.5"));
        } else if (type == JsonBytes.class) {
            return List.of(JsonBytes.of(tree()));
        } else if (type == ObjectNode.class || type == JsonNode.class) {
            return List.of(tree());
        } else if (type == Instant.class) {
            return List.of(Instant.ofEpochMilli(1_700_000_000_123L));
        } else if (type == Duration.class) {
            return List.of(Duration.ofMillis(1234));
        } else if (type.isEnum()) {
            return List.of(type.getEnumConstants());
        }
        List<Object> all = new ArrayList<>();
        for (Class<?> each : concrete(type)) {
            if (!each.isRecord()) {
                throw new IllegalArgumentException("no sample of " + each);
            }
            all.addAll(records(each));
        }
        return all;
    }

    private static ObjectNode tree() {
        ObjectNode tree = Json.object();
        tree.putObject("metadata").put("name", "text").put("generation", 3);
        tree.putArray("list").add(true).addNull();
        return tree;
    }
}
