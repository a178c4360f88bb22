package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Changes a tree here and there. */
final class TreeMutator {

    private static final List<String> FIELDS = List.of(
            "metadata",
            "name",
            "namespace",
            "generateName",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "managedFields",
            "deletionTimestamp",
            "resourceVersion",
            "uid",
            "generation",
            "creationTimestamp",
            "spec",
            "status",
            "template",
            "selector",
            "containers",
            "$patch",
            "$retainKeys",
            "$setElementOrder/containers",
            "$deleteFromPrimitiveList/finalizers",
            "unknown",
            "");

    /** In characters, roughly. */
    private static final int SMALL = 1_000;

    private final Random random;

    TreeMutator(Random random) {
        this.random = random;
    }

    void mutate(ObjectNode tree, int times) {
        for (int i = 0; i < times; i++) {
            List<ContainerNode<?>> places = new ArrayList<>();
            collect(tree, places);
            ContainerNode<?> place = places.get(random.nextInt(places.size()));
            if (place instanceof ObjectNode object) {
                inObject(object, places);
            } else {
                inArray((ArrayNode) place);
            }
        }
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> places) {
        if (node instanceof ContainerNode<?> container && places.size() < 500) {
            places.add(container);
            container.forEach(child -> collect(child, places));
        }
    }

    private void inObject(ObjectNode object, List<ContainerNode<?>> places) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name =
                names.isEmpty() ? FIELDS.get(random.nextInt(FIELDS.size())) : names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(name);
            case 1 -> object.putNull(name);
            case 2 -> object.set(FIELDS.get(random.nextInt(FIELDS.size())), OddValues.any(random));
            case 3 -> {
                JsonNode other = places.get(random.nextInt(places.size()));
                object.set(name, isSmall(other) ? other.deepCopy() : OddValues.any(random));
            }
            default -> object.set(name, OddValues.any(random));
        }
    }

    private void inArray(ArrayNode array) {
        switch (random.nextInt(5)) {
            case 0 -> array.removeAll();
            case 1 -> array.add(OddValues.any(random));
            case 2 -> {
                if (!array.isEmpty()) {
                    array.add(array.get(random.nextInt(array.size())).deepCopy());
                }
            }
            case 3 -> {
                if (!array.isEmpty()) {
                    array.remove(random.nextInt(array.size()));
                }
            }
            default -> {
                JsonNode element =
                        array.isEmpty() ? OddValues.any(random) : array.get(0).deepCopy();
                int copies = random.nextInt(random.nextInt(50) == 0 && isSmall(element) ? 3000 : 5);
                for (int i = 0; i < copies; i++) {
                    array.add(element);
                }
            }
        }
    }

    /** Copies of copies, and of long texts, would fill the fuzzer's own memory. */
    static boolean isSmall(JsonNode node) {
        Deque<JsonNode> left = new ArrayDeque<>(List.of(node));
        int weight = 0;
        while (!left.isEmpty() && weight < SMALL) {
            JsonNode next = left.pop();
            weight += next.isContainerNode() ? 30 : 1 + next.asText().length();
            next.forEach(left::push);
        }
        return weight < SMALL;
    }
}
