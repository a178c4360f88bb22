package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.EventVersions;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Events, of clients that count repetitions in the old way or in a series. */
final class EventTable {

    static final Printer EVENTS = new Printer(
            List.of(
                    Column.text("Last Seen", "Time since it happened last."),
                    Column.text("Type", "Normal or Warning."),
                    Column.text("Reason", "What happened, in one word."),
                    Column.text("Object", "What it is about."),
                    Column.wide("Subobject", "The part of the object, such as a container."),
                    Column.wide("Source", "Who reported it."),
                    Column.text("Message", "What happened, for people."),
                    Column.wide("First Seen", "Time since it happened first."),
                    Column.wide("Count", "How often it happened."),
                    Column.wide("Name", "Name of the object.")),
            EventTable::event);

    /** Those of events.k8s.io, which differ in the names of fields. */
    static final Printer OWN_GROUP =
            new Printer(EVENTS.columns(), (event, now, cells) -> event(EventVersions.toCore(event), now, cells));

    private EventTable() {}

    private static void event(ObjectNode event, Instant now, ArrayNode cells) {
        String first =
                HumanDuration.since(Cells.or(Json.text(event, "firstTimestamp"), Json.text(event, "eventTime")), now);
        String lastTime = Json.text(event, "lastTimestamp");
        String last = lastTime.isEmpty() ? first : HumanDuration.since(lastTime, now);
        int count = event.path("count").asInt();
        JsonNode series = event.path("series");
        if (series.isObject()) {
            last = HumanDuration.since(Json.text(series, "lastObservedTime"), now);
            count = series.path("count").asInt();
        } else if (count == 0) {
            count = 1;
        }
        cells.add(last)
                .add(Json.text(event, "type"))
                .add(Json.text(event, "reason"))
                .add(target(event.path("involvedObject")))
                .add(Json.text(event, "involvedObject", "fieldPath"))
                .add(source(event))
                .add(Json.text(event, "message").strip())
                .add(first)
                .add(count)
                .add(Cells.name(event));
    }

    private static String target(JsonNode object) {
        String kind = Json.text(object, "kind").toLowerCase(Locale.ROOT);
        String name = Json.text(object, "name");
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonNode event) {
        String component = Cells.or(Json.text(event, "source", "component"), Json.text(event, "reportingComponent"));
        String instance = Cells.or(Json.text(event, "source", "host"), Json.text(event, "reportingInstance"));
        return instance.isEmpty() ? component : component + ", " + instance;
    }
}
