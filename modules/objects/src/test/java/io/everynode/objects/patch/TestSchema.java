package io.everynode.objects.patch;

import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.Field.Shape;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.ValueType;
import io.everynode.objects.schema.ValueType.Scalar;
import io.everynode.objects.schema.ValueType.Structured;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A small kind with one field of each way to merge. */
final class TestSchema {

    private record Type(String name, Map<String, Field> byName) implements ObjectType {

        @Override
        public String description() {
            return "";
        }

        @Override
        public Optional<Field> field(String name) {
            return Optional.ofNullable(byName.get(name));
        }

        @Override
        public Collection<Field> fields() {
            return byName.values();
        }
    }

    private static final ObjectType META =
            type("Meta", map("labels", Scalar.STRING), list("finalizers", Scalar.STRING, "", "merge"));

    private static final ObjectType PORT =
            type("Port", single("name", Scalar.STRING), single("containerPort", Scalar.INT32));

    private static final ObjectType CONTAINER = type(
            "Container",
            single("name", Scalar.STRING),
            single("image", Scalar.STRING),
            list("args", Scalar.STRING, "", ""),
            list("ports", new Structured(PORT), "containerPort", "merge"));

    private static final ObjectType SPEC = type(
            "Spec",
            list("containers", new Structured(CONTAINER), "name", "merge"),
            list("volumes", new Structured(type("Volume", single("name", Scalar.STRING))), "name", "merge,retainKeys"),
            list("tolerations", new Structured(type("Toleration", single("key", Scalar.STRING))), "", ""),
            map("nodeSelector", Scalar.STRING),
            map("pools", new Structured(CONTAINER)),
            field("strategy", new Structured(type("Strategy")), Shape.SINGLE, "", "retainKeys"),
            field("atomic", new Structured(type("Atomic")), Shape.SINGLE, "", "replace"),
            list("ints", Scalar.INT64, "", "merge"));

    static final ObjectType OBJECT = type(
            "Object",
            single("kind", Scalar.STRING),
            field("metadata", new Structured(META), Shape.SINGLE, "", ""),
            field("spec", new Structured(SPEC), Shape.SINGLE, "", ""),
            single("data", Scalar.RAW));

    private TestSchema() {}

    private static ObjectType type(String name, Field... fields) {
        Map<String, Field> byName = new LinkedHashMap<>();
        Arrays.stream(fields).forEach(field -> byName.put(field.name(), field));
        return new Type(name, byName);
    }

    private static Field single(String name, ValueType type) {
        return field(name, type, Shape.SINGLE, "", "");
    }

    private static Field map(String name, ValueType type) {
        return field(name, type, Shape.MAP, "", "");
    }

    private static Field list(String name, ValueType type, String mergeKey, String strategy) {
        return field(name, type, Shape.LIST, mergeKey, strategy);
    }

    private static Field field(String name, ValueType type, Shape shape, String mergeKey, String strategy) {
        return new Field(name, 0, type, shape, false, mergeKey, strategy, "");
    }
}
