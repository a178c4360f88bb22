package io.everynode.objects.schema;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A type as its schema file declares it. Filled by {@link SchemaParser}, not changed afterwards; compared by identity.
 */
final class SchemaType implements ObjectType {

    private final String name;
    private final String description;
    private final boolean atomic;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Map<Integer, Field> byNumber = new LinkedHashMap<>();
    private final Map<Integer, ObjectType> inlined = new LinkedHashMap<>();

    SchemaType(String name, String description, boolean atomic) {
        this.name = name;
        this.description = description;
        this.atomic = atomic;
    }

    void add(Field field) {
        if (fields.put(field.name(), field) != null) {
            throw new IllegalStateException("Declared twice: " + name + "." + field.name());
        }
        if (field.number() != 0) {
            byNumber.put(field.number(), field);
        }
    }

    void inline(int number, ObjectType type) {
        inlined.put(number, type);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Optional<Field> field(String fieldName) {
        return Optional.ofNullable(fields.get(fieldName));
    }

    @Override
    public Optional<Field> field(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    @Override
    public Collection<Field> fields() {
        return Collections.unmodifiableCollection(fields.values());
    }

    @Override
    public boolean atomic() {
        return atomic;
    }

    @Override
    public Map<Integer, ObjectType> inlined() {
        return Collections.unmodifiableMap(inlined);
    }

    @Override
    public String toString() {
        return name;
    }
}
