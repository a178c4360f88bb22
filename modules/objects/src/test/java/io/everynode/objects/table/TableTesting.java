package io.everynode.objects.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Prints objects that are written with single quotes. */
final class TableTesting {

    static final Instant NOW = Instant.parse("2026-01-01T00:05:00Z");

    private TableTesting() {}

    static ObjectNode object(String text) {
        try {
            return (ObjectNode) Json.mapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static List<String> cells(Kind kind, String object) {
        List<String> cells = new ArrayList<>();
        Tables.cells(kind, object(object), NOW).forEach(cell -> cells.add(cell.asText()));
        return cells;
    }
}
