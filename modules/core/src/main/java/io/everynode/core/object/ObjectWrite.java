package io.everynode.core.object;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.apply.FieldManager;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;

/**
 * One client's change of one object, applied inside {@code decide} so that there is no read-modify-write race. Trees
 * are never changed by anyone.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = ObjectWrite.Create.class, name = "create"),
    @JsonSubTypes.Type(value = ObjectWrite.Replace.class, name = "replace"),
    @JsonSubTypes.Type(value = ObjectWrite.Patch.class, name = "patch"),
    @JsonSubTypes.Type(value = ObjectWrite.Apply.class, name = "apply"),
    @JsonSubTypes.Type(value = ObjectWrite.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = ObjectWrite.Evict.class, name = "evict"),
    @JsonSubTypes.Type(value = ObjectWrite.Bind.class, name = "bind")
})
public sealed interface ObjectWrite {

    Precondition precondition();

    /** Whether it changes the status alone, as reports of nodes do. */
    default boolean ofStatus() {
        return this instanceof Replace replace && replace.subresource().equals("status")
                || this instanceof Patch patch && patch.subresource().equals("status")
                || this instanceof Apply apply && apply.subresource().equals("status");
    }

    /**
     * @param object decoded and checked; has a name, and the managedFields that it begins with
     * @param uid the UID it gets
     */
    record Create(ObjectNode object, String uid) implements ObjectWrite {
        @Override
        public Precondition precondition() {
            return Precondition.NONE;
        }
    }

    /**
     * @param subresource "" for the object itself, "status", "finalize"
     * @param manager by whom it is recorded in managedFields; "" for a client that gave no name
     */
    record Replace(String subresource, ObjectNode object, Precondition precondition, String manager)
            implements ObjectWrite {

        /** By the control plane itself. */
        public Replace(String subresource, ObjectNode object, Precondition precondition) {
            this(subresource, object, precondition, FieldManager.CONTROL_PLANE);
        }
    }

    /**
     * @param body the parsed patch
     * @param manager as a Replace's
     */
    record Patch(
            String subresource,
            PatchType type,
            JsonNode body,
            FieldValidation fieldValidation,
            Precondition precondition,
            String manager)
            implements ObjectWrite {

        /** By the control plane itself. */
        public Patch(
                String subresource,
                PatchType type,
                JsonNode body,
                FieldValidation fieldValidation,
                Precondition precondition) {
            this(subresource, type, body, fieldValidation, precondition, FieldManager.CONTROL_PLANE);
        }
    }

    /**
     * A server-side apply of an object that is there; one that is not is created ({@link ApplyCreation}).
     *
     * @param config as it was sent, without resourceVersion
     * @param manager never empty
     * @param force whether fields of others are taken
     */
    record Apply(
            String subresource,
            ObjectNode config,
            FieldValidation fieldValidation,
            Precondition precondition,
            String manager,
            boolean force)
            implements ObjectWrite {}

    /**
     * @param gracePeriodSeconds null when the client left it open
     * @param propagation what becomes of the object's dependents
     */
    record Delete(Precondition precondition, Long gracePeriodSeconds, Propagation propagation) implements ObjectWrite {}

    /**
     * Deletes a Pod and notes on it why, in one step; of other kinds it is a Delete.
     *
     * @param gracePeriodSeconds null when the client left it open
     */
    record Evict(Precondition precondition, Long gracePeriodSeconds, Propagation propagation, Disruption disruption)
            implements ObjectWrite {

        /** What it does after the note. */
        public Delete deletion() {
            return new Delete(precondition, gracePeriodSeconds, propagation);
        }
    }

    /**
     * Has a waiting Pod bound to a node; of other kinds nothing is bound.
     *
     * @param metadata labels and annotations to be added to the Pod's; may be empty
     */
    record Bind(Precondition precondition, String node, ObjectNode metadata) implements ObjectWrite {}

    /** meta/v1 DeletionPropagation. */
    enum Propagation {
        /** The client left it open: the object's finalizers decide. */
        DEFAULT,
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }
}
