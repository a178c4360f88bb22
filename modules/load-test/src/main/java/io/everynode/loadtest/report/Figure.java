package io.everynode.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** A figure in the files that scripts/measure-bars writes, by the names of its parts. Pure. */
@FunctionalInterface
interface Figure {

    /** Empty when it was not measured. */
    OptionalDouble in(Map<String, JsonNode> parts);

    /** Of a phase in what {@link RunReport} has written; of the largest number of nodes in it. */
    static Figure ofPhase(String part, String phase, String... path) {
        return parts -> {
            JsonNode sizes = parts.containsKey(part) ? parts.get(part).path("sizes") : null;
            if (sizes == null || sizes.isEmpty()) {
                return OptionalDouble.empty();
            }
            for (JsonNode each : sizes.get(sizes.size() - 1).path("phases")) {
                if (each.path("phase").asText().equals(phase)) {
                    return number(each, path);
                }
            }
            return OptionalDouble.empty();
        };
    }

    /** The most that any phase had, with the largest number of nodes. */
    static Figure ofAnyPhase(String part, String name) {
        return parts -> {
            JsonNode sizes = parts.containsKey(part) ? parts.get(part).path("sizes") : null;
            if (sizes == null || sizes.isEmpty()) {
                return OptionalDouble.empty();
            }
            DoubleStream.Builder found = DoubleStream.builder();
            for (JsonNode each : sizes.get(sizes.size() - 1).path("phases")) {
                number(each, name).ifPresent(found::add);
            }
            return found.build().max();
        };
    }

    static Figure ofField(String part, String... path) {
        return parts -> parts.containsKey(part) ? number(parts.get(part), path) : OptionalDouble.empty();
    }

    default Figure over(Figure other) {
        return parts -> {
            OptionalDouble above = in(parts);
            OptionalDouble below = other.in(parts);
            return above.isEmpty() || below.isEmpty() || below.getAsDouble() == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(above.getAsDouble() / below.getAsDouble());
        };
    }

    default Figure inPercent() {
        return parts -> {
            OptionalDouble found = in(parts);
            return found.isEmpty() ? found : OptionalDouble.of(found.getAsDouble() * 100);
        };
    }

    private static OptionalDouble number(JsonNode at, String... path) {
        JsonNode found = at;
        for (String name : path) {
            found = found.path(name);
        }
        return found.isNumber() ? OptionalDouble.of(found.asDouble()) : OptionalDouble.empty();
    }
}
