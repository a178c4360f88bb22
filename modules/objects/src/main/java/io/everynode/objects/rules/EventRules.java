package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;

/** Events of core/v1 (core validation legacyValidateEvent): those with an eventTime must name their reporter. */
final class EventRules implements KindRules {

    private static final String REPORTER = "reportingComponent";

    /** The same in events.k8s.io. */
    static final String OWN_GROUP_REPORTER = "reportingController";

    private static final int SHORT_TEXT = 128;
    private static final int NOTE = 1024;
    private static final String NAMESPACE_MISMATCH = "does not match event.namespace";

    @Override
    public void validateCreate(Kind kind, ObjectNode event, Causes causes) {
        content(event, REPORTER, causes);
        ObjectMetaRules.validateAfterKind(event, true, causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode event, ObjectNode current, Causes causes) {
        content(event, REPORTER, causes);
    }

    /** @param reporter how causes name the reporter's field */
    static void content(ObjectNode event, String reporter, Causes causes) {
        boolean structured = event.has("eventTime");
        String namespace = Json.text(event, "metadata", "namespace");
        String involved = Json.text(event, "involvedObject", "namespace");
        if (involved.isEmpty()) {
            // Objects without a namespace are reported in "default", by newer clients also in "kube-system".
            boolean fits = namespace.equals("default") || structured && namespace.equals("kube-system");
            if (!fits) {
                causes.invalid("involvedObject.namespace", involved, NAMESPACE_MISMATCH);
            }
        } else if (!structured && !involved.equals(namespace)) {
            causes.invalid("involvedObject.namespace", involved, NAMESPACE_MISMATCH);
        }
        if (!structured) {
            return;
        }
        String controller = Trees.text(event, REPORTER);
        if (controller.isEmpty()) {
            causes.required(reporter);
        }
        causes.invalid(reporter, controller, Formats.qualifiedName(controller));
        for (String name : new String[] {"reportingInstance", "action", "reason"}) {
            requiredText(event, name, causes);
        }
        atMost(event, "message", NOTE, causes);
    }

    private static void requiredText(JsonNode event, String name, Causes causes) {
        if (Trees.text(event, name).isEmpty()) {
            causes.required(name);
        }
        atMost(event, name, SHORT_TEXT, causes);
    }

    private static void atMost(JsonNode event, String name, int limit, Causes causes) {
        if (Formats.bytes(Trees.text(event, name)) > limit) {
            causes.invalid(name, "", "can have at most " + limit + " characters");
        }
    }
}
