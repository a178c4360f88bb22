package io.everynode.controlplane.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Kind;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.PMap;

/**
 * Everything that hangs on a value as text, found by reflection, so that what compares two values by it cannot miss a
 * field. Maps and sets are sorted.
 */
public final class DeepText {

    /** What is in these follows from the rest, and depends on who has asked. */
    private static final Set<String> MADE_WHEN_ASKED_FOR = Set.of("Lazy", "PodShapes");

    private DeepText() {}

    public static String of(Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Enum
                || value instanceof JsonBytes
                || value instanceof JsonNode
                || value instanceof Kind) {
            return String.valueOf(value);
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((key, one) -> entries.add(of(key) + "=" + of(one)));
            Collections.sort(entries);
            // Which of the persistent maps it is decides about its order later.
            return (map instanceof PMap ? map.getClass().getSimpleName() : "") + entries;
        }
        if (value instanceof Collection<?> collection) {
            List<String> elements = new ArrayList<>();
            collection.forEach(element -> elements.add(of(element)));
            if (!(collection instanceof List)) {
                Collections.sort(elements);
            }
            return elements.toString();
        }
        StringBuilder text = new StringBuilder(value.getClass().getSimpleName()).append('(');
        if (value instanceof StoredObject object) {
            text.append(new String(object.json(), StandardCharsets.UTF_8)).append("; ");
        }
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            if (type.getName().startsWith("java.") && type != Record.class) {
                throw new AssertionError("no text for a " + type);
            }
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !Reference.class.isAssignableFrom(field.getType())
                        && !MADE_WHEN_ASKED_FOR.contains(field.getType().getSimpleName())) {
                    text.append(field.getName())
                            .append(": ")
                            .append(of(get(field, value)))
                            .append("; ");
                }
            }
        }
        return text.append(')').toString();
    }

    private static Object get(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
