package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;

/** Turns request bodies into trees and checks them against the kind's schema. Pure and thread-safe. */
public final class ObjectDecoder {

    /** What to do about fields that the schema does not know, or that appear twice: the {@code fieldValidation} parameter. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    private ObjectDecoder() {}

    /**
     * Parses a body by its media type (application/json, application/yaml, application/vnd.kubernetes.protobuf; parameters such as
     * charset are ignored) and checks types. The tree gets apiVersion and kind if the body left them out.
     *
     * @return the tree; Done's warnings hold unknown and duplicate fields under WARN. Refused with 400 (broken syntax, wrong JSON type,
     *     strict decoding errors; upstream's texts), or 415 for another media type
     */
    public static Outcome<ObjectNode> decode(Kind kind, String mediaType, byte[] body, FieldValidation validation) {
        throw new UnsupportedOperationException();
    }

    /** Checks a tree (for example a patched one) against the schema the same way; wrong types are refused. */
    public static Outcome<ObjectNode> check(Kind kind, ObjectNode tree, FieldValidation validation) {
        throw new UnsupportedOperationException();
    }
}
