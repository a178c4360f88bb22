package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * JSON patch (RFC 6902), answering as kube-apiserver does (apiserver/pkg/endpoints/handlers/patch.go): 400 for a
 * document that is no list of operations, 422 for one that cannot be applied.
 *
 * <p>Written here rather than taken from a library because copies must be counted: a few dozen "copy" operations that
 * each double the object would otherwise fill the memory, and a chain of moves nest it past every stack. As upstream's
 * library does, a negative index counts from an array's end and a test for null passes where there is nothing.
 */
final class JsonPatch {

    /** Upstream's maxJSONPatchOperations. */
    static final int MAX_OPERATIONS = 10_000;

    /** How many JSON nodes all "copy" and "move" operations of one patch may carry; upstream limits copies to 3 MiB. */
    static final int MAX_CARRIED_NODES = 200_000;

    private static final Pattern INDEX = Pattern.compile("-?[0-9]{1,9}");
    private static final String NO_PATCH = "json: cannot unmarshal %s into Go value of type jsonpatch.Patch";
    private static final String NO_OPERATION = "json: cannot unmarshal %s into Go value of type jsonpatch.Operation";

    private JsonNode document;
    private int carried;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /**
     * @param document changed in place; worthless after a refusal
     * @throws PatchRefusal when the patch is malformed, too long or cannot be applied
     */
    static ObjectNode apply(ObjectNode document, JsonNode patch) {
        if (!patch.isArray()) {
            throw PatchRefusal.malformed(String.format(NO_PATCH, typeName(patch)));
        }
        for (JsonNode operation : patch) {
            if (!operation.isObject()) {
                throw PatchRefusal.malformed(String.format(NO_OPERATION, typeName(operation)));
            }
        }
        if (patch.size() > MAX_OPERATIONS) {
            throw PatchRefusal.tooLarge(
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got " + patch.size());
        }
        JsonPatch run = new JsonPatch(document);
        for (JsonNode operation : patch) {
            run.step(operation);
        }
        if (run.document instanceof ObjectNode object) {
            return object;
        }
        throw PatchRefusal.unprocessable();
    }

    private void step(JsonNode operation) {
        JsonPointerPath path = pointer(operation, "path");
        switch (operation.path("op").asText("")) {
            case "add" -> add(path, value(operation, path));
            case "remove" -> remove(path);
            case "replace" -> {
                get(path).orElseThrow(PatchRefusal::unprocessable);
                replace(path, value(operation, path));
            }
            case "move" -> {
                JsonPointerPath from = pointer(operation, "from");
                if (from.isProperPrefixOf(path)) {
                    throw PatchRefusal.unprocessable();
                }
                JsonNode moved = get(from).orElseThrow(PatchRefusal::unprocessable);
                if (!from.equals(path)) {
                    carried += count(moved, path.tokens().size(), MAX_CARRIED_NODES - carried);
                    remove(from);
                    add(path, moved);
                }
            }
            case "copy" -> {
                JsonNode source = get(pointer(operation, "from")).orElseThrow(PatchRefusal::unprocessable);
                carried += count(source, path.tokens().size(), MAX_CARRIED_NODES - carried);
                add(path, source.deepCopy());
            }
            case "test" -> {
                if (!path.isRoot()) {
                    parent(path);
                }
                JsonNode wanted = operation.has("value") ? operation.get("value") : NullNode.getInstance();
                JsonNode found = get(path).orElse(NullNode.getInstance());
                if (!JsonValues.same(found, wanted)) {
                    throw PatchRefusal.unprocessable();
                }
            }
            default -> throw PatchRefusal.unprocessable();
        }
    }

    private void add(JsonPointerPath path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        JsonNode parent = parent(path);
        if (parent instanceof ObjectNode object) {
            object.set(path.last(), value);
        } else if (parent instanceof ArrayNode array) {
            array.insert(path.last().equals("-") ? array.size() : index(path.last(), array.size() + 1), value);
        } else {
            throw PatchRefusal.unprocessable();
        }
    }

    private void replace(JsonPointerPath path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
        } else if (parent(path) instanceof ArrayNode array) {
            array.set(index(path.last(), array.size()), value);
        } else {
            ((ObjectNode) parent(path)).set(path.last(), value);
        }
    }

    private void remove(JsonPointerPath path) {
        JsonNode removed = null;
        if (!path.isRoot()) {
            JsonNode parent = parent(path);
            if (parent instanceof ObjectNode object) {
                removed = object.remove(path.last());
            } else if (parent instanceof ArrayNode array) {
                removed = array.remove(index(path.last(), array.size()));
            }
        }
        if (removed == null) {
            throw PatchRefusal.unprocessable();
        }
    }

    private JsonNode parent(JsonPointerPath path) {
        JsonPointerPath parent =
                new JsonPointerPath(path.tokens().subList(0, path.tokens().size() - 1));
        return get(parent).orElseThrow(PatchRefusal::unprocessable);
    }

    /** Empty when an object on the way lacks the member; an index that an array does not have is refused. */
    private Optional<JsonNode> get(JsonPointerPath path) {
        JsonNode current = document;
        for (String token : path.tokens()) {
            if (current instanceof ArrayNode array) {
                current = array.get(index(token, array.size()));
            } else {
                current = current.get(token);
            }
            if (current == null) {
                return Optional.empty();
            }
        }
        return Optional.of(current);
    }

    /** The token as an index below the limit; negative ones count back from it. */
    private static int index(String token, int limit) {
        boolean leadingZero = token.length() > 1 && token.startsWith("0");
        if (leadingZero || !INDEX.matcher(token).matches()) {
            throw PatchRefusal.unprocessable();
        }
        int index = Integer.parseInt(token);
        int counted = index < 0 ? index + limit : index;
        if (counted < 0 || counted >= limit) {
            throw PatchRefusal.unprocessable();
        }
        return counted;
    }

    private static JsonPointerPath pointer(JsonNode operation, String name) {
        JsonNode text = operation.get(name);
        if (text == null || !text.isTextual()) {
            throw PatchRefusal.unprocessable();
        }
        return JsonPointerPath.parse(text.textValue()).orElseThrow(PatchRefusal::unprocessable);
    }

    /** A copy of the operation's value, which is to go to the path. */
    private static JsonNode value(JsonNode operation, JsonPointerPath path) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw PatchRefusal.unprocessable();
        }
        count(value, path.tokens().size(), Integer.MAX_VALUE);
        return value.deepCopy();
    }

    /**
     * The number of nodes in a tree; refused as soon as it passes the limit, or the tree would nest too deep at the
     * level.
     */
    private static int count(JsonNode node, int level, int limit) {
        int nodes = 1;
        for (JsonNode child : node) {
            nodes += count(child, level + 1, limit - nodes);
        }
        if (nodes > limit || level > Json.MAX_DEPTH) {
            throw PatchRefusal.unprocessable();
        }
        return nodes;
    }

    /** As Go's encoding/json names the kinds of JSON values. */
    static String typeName(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            default -> "null";
        };
    }
}
