package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one kind adds to the rules of all: upstream's registry strategy, defaults and validation of the kind. Stateless.
 * Steps are called in the order of the methods; trees given to steps that return nothing may be changed.
 */
interface KindRules {

    /** Whether the API keeps metadata.generation for the kind. */
    default boolean hasGeneration() {
        return false;
    }

    /** Refuses what upstream cannot even convert, before anything else is looked at. */
    default Optional<ApiStatus> refuse(JsonNode submitted) {
        return Optional.empty();
    }

    /** Fills in what was left out, on create and on update; repeating it changes nothing. */
    default void applyDefaults(ObjectNode object) {}

    /**
     * Fills in what upstream's decoding does, which is what the creator of an object is recorded to have set. Some of
     * the defaults above are admission's there.
     */
    default void applyDecodingDefaults(ObjectNode object) {
        applyDefaults(object);
    }

    /** PrepareForCreate and mutating admission: status out, system fields in. */
    default void prepareCreate(ObjectNode object) {
        object.remove("status");
    }

    /**
     * PrepareForUpdate: takes the part that the endpoint may not write from the current object.
     *
     * @param subresource "" or a subresource of the kind
     */
    default void prepareUpdate(String subresource, ObjectNode object, ObjectNode current) {}

    /**
     * The part of an update's preparation that needs the time.
     *
     * @param subresource "" or a subresource of the kind
     */
    default void stampUpdate(String subresource, ObjectNode object, ObjectNode current, Instant now) {}

    void validateCreate(Kind kind, ObjectNode object, Causes causes);

    default void validateUpdate(Kind kind, String subresource, ObjectNode object, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(object, current, causes);
        validateCreate(kind, object, causes);
    }

    /**
     * What the client should know about an accepted object though it is not wrong; each goes into a Warning header.
     *
     * @param current null for a create; a warning repeats only when the part that it is about may have changed
     */
    default List<String> warnings(String subresource, ObjectNode object, ObjectNode current) {
        return List.of();
    }
}
