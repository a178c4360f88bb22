package io.everynode.objects.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * @param type OpenAPI type of the cells
 * @param format "name" for the column that names the object, else ""
 * @param priority 0 for columns that are always shown, 1 for those of kubectl's wide output
 */
record Column(String name, String type, String format, String description, int priority) {

    static final Column NAME = new Column("Name", "string", "name", "Name of the object.", 0);
    static final Column AGE = text("Age", "Time since the object was created.");

    static Column text(String name, String description) {
        return new Column(name, "string", "", description, 0);
    }

    static Column integer(String name, String description) {
        return new Column(name, "integer", "", description, 0);
    }

    /** A column of kubectl's wide output. */
    static Column wide(String name, String description) {
        return new Column(name, "string", "", description, 1);
    }

    ObjectNode toJson() {
        return Json.object()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", description)
                .put("priority", priority);
    }
}
