package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The parameters of operations and paths. */
final class Parameters {

    private Parameters() {}

    static void pretty(ArrayNode parameters) {
        query(parameters, "pretty", "string", "Whether the answer is laid out for people: true or false.");
    }

    /** Those of create, replace and patch; more may be added to them. */
    static ArrayNode ofWrites(ObjectNode operation) {
        ArrayNode parameters = operation.putArray("parameters");
        query(parameters, "dryRun", "string", "All checks the request without keeping the result.");
        query(parameters, "fieldManager", "string", "Who makes the change.");
        query(parameters, "fieldValidation", "string", "What to do about unknown fields: Ignore, Warn or Strict.");
        return parameters;
    }

    /** Those of lists, watches and the deletion of collections. */
    static void selection(ArrayNode parameters) {
        query(parameters, "fieldSelector", "string", "Selects objects by fields.");
        query(parameters, "labelSelector", "string", "Selects objects by labels.");
        query(parameters, "resourceVersion", "string", "Version that the answer must have reached.");
        query(parameters, "resourceVersionMatch", "string", "Exact or NotOlderThan.");
        query(parameters, "timeoutSeconds", "integer", "Longest time that the call may take.");
    }

    static void query(ArrayNode parameters, String name, String type, String description) {
        parameters
                .addObject()
                .put("description", description)
                .put("in", "query")
                .put("name", name)
                .putObject("schema")
                .put("type", type)
                .put("uniqueItems", true);
    }

    static void path(ArrayNode parameters, String name, String description) {
        parameters
                .addObject()
                .put("description", description)
                .put("in", "path")
                .put("name", name)
                .put("required", true)
                .putObject("schema")
                .put("type", "string")
                .put("uniqueItems", true);
    }
}
