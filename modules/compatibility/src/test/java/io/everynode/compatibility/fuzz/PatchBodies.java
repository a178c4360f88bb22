package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Patches of each type for an object like the given one. */
final class PatchBodies {

    private static final List<String> OPS = List.of("add", "remove", "replace", "move", "copy", "test", "jump", "");

    private final Random random;

    PatchBodies(Random random) {
        this.random = random;
    }

    /** RFC 6902. */
    JsonNode operations(ObjectNode like) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        List<String> pointers = new ArrayList<>();
        pointers(like, "", pointers);
        for (int i = random.nextInt(random.nextInt(100) == 0 ? 200 : 4); i >= 0; i--) {
            ObjectNode operation = patch.addObject();
            operation.put("op", OPS.get(random.nextInt(OPS.size() + 4) % OPS.size()));
            operation.put("path", pointer(pointers));
            if (random.nextInt(3) > 0) {
                operation.set("value", OddValues.any(random));
            }
            if (random.nextInt(3) == 0) {
                operation.put("from", pointer(pointers));
            }
        }
        return patch;
    }

    private String pointer(List<String> pointers) {
        String pointer = pointers.get(random.nextInt(pointers.size()));
        return switch (random.nextInt(8)) {
            case 0 -> pointer + "/-";
            case 1 -> pointer + "/" + OddValues.text(random);
            case 2 -> pointer + "/" + (random.nextInt(5) - 2);
            case 3 -> pointer.replace('/', '~');
            default -> pointer;
        };
    }

    private static void pointers(JsonNode node, String at, List<String> found) {
        found.add(at);
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> pointers(
                            field.getValue(),
                            at + "/" + field.getKey().replace("~", "~0").replace("/", "~1"),
                            found));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                pointers(node.get(i), at + "/" + i, found);
            }
        }
    }

    /** RFC 7396: some parts of the object, changed. */
    ObjectNode part(ObjectNode like) {
        ObjectNode patch = like.deepCopy();
        List<String> names = new ArrayList<>();
        patch.fieldNames().forEachRemaining(names::add);
        names.forEach(name -> {
            if (random.nextInt(3) == 0) {
                patch.remove(name);
            }
        });
        new TreeMutator(random).mutate(patch, random.nextInt(3));
        return patch;
    }

    /** Nodes: a tree may hold one of them in many places, and would grow in each. */
    private int toDecorate;

    /** With directives, in places that fit or do not. */
    ObjectNode strategic(ObjectNode like) {
        ObjectNode patch = part(like);
        toDecorate = 1_000;
        decorate(patch);
        return patch;
    }

    private void decorate(JsonNode node) {
        if (--toDecorate < 0) {
            return;
        }
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                decorate(object.get(name));
                if (random.nextInt(12) == 0) {
                    object.set("$setElementOrder/" + name, order(object.get(name)));
                }
                if (random.nextInt(20) == 0) {
                    object.set("$deleteFromPrimitiveList/" + name, OddValues.any(random));
                }
            }
            switch (random.nextInt(20)) {
                case 0 -> object.put("$patch", "replace");
                case 1 -> object.put("$patch", "delete");
                case 2 -> object.set("$patch", OddValues.any(random));
                case 3 -> {
                    ArrayNode keys = object.putArray("$retainKeys");
                    names.forEach(keys::add);
                }
                case 4 -> object.set("$retainKeys", OddValues.any(random));
                default -> {
                    // As it is.
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(this::decorate);
            if (random.nextInt(15) == 0) {
                array.addObject()
                        .put("$patch", random.nextBoolean() ? "replace" : "delete")
                        .put("name", "c");
            }
        }
    }

    private JsonNode order(JsonNode list) {
        if (!list.isArray() || !TreeMutator.isSmall(list) || random.nextInt(4) == 0) {
            return OddValues.any(random);
        }
        ArrayNode order = JsonNodeFactory.instance.arrayNode();
        list.forEach(item -> order.insert(
                0, item.path("name").isTextual() ? Json.object().set("name", item.get("name")) : item.deepCopy()));
        return order;
    }
}
