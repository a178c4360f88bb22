package io.everynode.objects.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * How objects of one kind are shown.
 *
 * @param row adds one cell for each column
 */
record Printer(List<Column> columns, Row row) {

    interface Row {
        void print(ObjectNode object, Instant now, ArrayNode cells);
    }
}
