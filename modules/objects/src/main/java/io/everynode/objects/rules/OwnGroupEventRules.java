package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.EventVersions;
import io.everynode.objects.Kind;
import java.util.List;

/**
 * Events written through events.k8s.io/v1 (core validation ValidateEventCreate and ValidateEventUpdate): all must be
 * structured, and only their series may change. As upstream, causes name fields as core/v1 does.
 */
final class OwnGroupEventRules implements KindRules {

    private static final List<String> UNSET = List.of("firstTimestamp", "lastTimestamp", "count");

    /** Upstream compares the reason twice. */
    private static final List<String> IMMUTABLE = List.of(
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "reason",
            "type",
            "eventTime",
            "action",
            "related",
            "reportingComponent",
            "reportingInstance");

    @Override
    public void validateCreate(Kind kind, ObjectNode event, Causes causes) {
        ObjectMetaRules.validate(event, true, NameRule.SUBDOMAIN, causes);
        ObjectNode core = EventVersions.toCore(event);
        EventRules.content(core, EventRules.OWN_GROUP_REPORTER, causes);
        series(core, causes);
        if (!core.has("eventTime")) {
            causes.required("eventTime");
        }
        String type = Trees.text(core, "type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            causes.invalid("type", "", "has invalid value: " + type);
        }
        for (String field : UNSET) {
            if (core.has(field) && !core.path(field).asText().equals("0")) {
                causes.invalid(field, "", "needs to be unset");
            }
        }
        JsonNode source = core.path("source");
        if (!Trees.text(source, "component").isEmpty()
                || !Trees.text(source, "host").isEmpty()) {
            causes.invalid("source", "", "needs to be unset");
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode event, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(event, current, causes);
        ObjectNode after = EventVersions.toCore(event);
        ObjectNode before = EventVersions.toCore(current);
        EventRules.content(after, EventRules.OWN_GROUP_REPORTER, causes);
        if (!Equality.same(after.get("series"), before.get("series"))) {
            series(after, causes);
        }
        for (String field : IMMUTABLE) {
            if (!Equality.same(after.get(field), before.get(field))) {
                causes.invalid(
                        field.equals("reportingComponent") ? EventRules.OWN_GROUP_REPORTER : field,
                        after.path(field),
                        "field is immutable");
            }
        }
    }

    private static void series(JsonNode event, Causes causes) {
        JsonNode series = event.path("series");
        if (!series.isObject()) {
            return;
        }
        if (Trees.number(series, "count") < 2) {
            causes.invalid("series.count", "", "should be at least 2");
        }
        if (!series.has("lastObservedTime")) {
            causes.required("series.lastObservedTime");
        }
    }
}
