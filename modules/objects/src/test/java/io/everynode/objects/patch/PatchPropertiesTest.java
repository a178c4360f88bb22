package io.everynode.objects.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PatchPropertiesTest {

    @Property(tries = 200)
    void emptyStrategicPatchIsIdentity(@ForAll("names") Set<String> names) {
        ObjectNode current = containers(names, "1");
        assertThat(value(PatchTesting.apply(PatchType.STRATEGIC, current, Json.object())))
                .isEqualTo(current);
    }

    @Property(tries = 200)
    void objectAsItsOwnPatchIsIdentity(@ForAll("names") Set<String> names) {
        ObjectNode current = containers(names, "1");
        for (PatchType type : List.of(PatchType.STRATEGIC, PatchType.MERGE)) {
            assertThat(value(PatchTesting.apply(type, current, current.deepCopy())))
                    .isEqualTo(current);
        }
    }

    @Property(tries = 300)
    void mergedListHoldsBothSidesOnceAndKeepsTheirOrders(
            @ForAll("names") Set<String> mine, @ForAll("names") Set<String> theirs) {
        JsonNode merged =
                value(PatchTesting.apply(PatchType.STRATEGIC, containers(mine, "1"), containers(theirs, "2")));
        List<String> names = names(merged);
        assertThat(names).doesNotHaveDuplicates();
        Set<String> all = new java.util.HashSet<>(mine);
        all.addAll(theirs);
        assertThat(names).containsExactlyInAnyOrderElementsOf(all);
        assertThat(names.stream().filter(theirs::contains)).containsExactlyElementsOf(theirs);
        assertThat(names.stream().filter(name -> !theirs.contains(name)))
                .containsExactlyElementsOf(
                        mine.stream().filter(name -> !theirs.contains(name)).toList());
        for (JsonNode container : merged.at("/spec/containers")) {
            String name = container.path("name").asText();
            assertThat(container.path("image").asText()).isEqualTo(theirs.contains(name) ? "2" : "1");
        }
    }

    @Property(tries = 300)
    void fullElementOrderDecidesTheOrder(@ForAll("names") Set<String> mine, @ForAll("names") Set<String> wanted) {
        ObjectNode patch = containers(wanted, "2");
        ArrayNode order = ((ObjectNode) patch.path("spec")).putArray("$setElementOrder/containers");
        wanted.forEach(name -> order.addObject().put("name", name));
        List<String> names = names(value(PatchTesting.apply(PatchType.STRATEGIC, containers(mine, "1"), patch)));
        assertThat(names.stream().filter(wanted::contains)).containsExactlyElementsOf(wanted);
    }

    @Property(tries = 300)
    void patchesTwiceAreAsOnce(@ForAll("names") Set<String> mine, @ForAll("names") Set<String> theirs) {
        ObjectNode patch = containers(theirs, "2");
        ObjectNode once = value(PatchTesting.apply(PatchType.STRATEGIC, containers(mine, "1"), patch));
        assertThat(value(PatchTesting.apply(PatchType.STRATEGIC, once, patch))).isEqualTo(once);
    }

    @Provide
    Arbitrary<Set<String>> names() {
        return Arbitraries.of("a", "b", "c", "d", "e", "f").set().ofMaxSize(6);
    }

    private static ObjectNode containers(Set<String> names, String image) {
        ObjectNode object = Json.object();
        ArrayNode containers = object.putObject("spec").putArray("containers");
        names.forEach(name -> containers.addObject().put("name", name).put("image", image));
        return object;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.at("/spec/containers")
                .forEach(container -> names.add(container.path("name").asText()));
        return names;
    }

    private static ObjectNode value(Outcome<ObjectNode> outcome) {
        return ((Outcome.Done<ObjectNode>) outcome).value();
    }
}
