package io.everynode.objects.diff;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One field that differs.
 *
 * @param path such as {@code spec.template.spec.containers[agent].image} or
 *     {@code metadata.annotations["example.com/a"]}
 * @param before null when it was not there
 * @param after null when it is gone
 */
public record FieldChange(String path, JsonNode before, JsonNode after) {}
