package io.everynode.objects.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;

/** Applies patches that are written with single quotes. */
final class PatchTesting {

    private PatchTesting() {}

    static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Also checks that neither input changes. */
    static Outcome<ObjectNode> apply(PatchType type, JsonNode current, JsonNode patch) {
        JsonNode currentBefore = current.deepCopy();
        JsonNode patchBefore = patch.deepCopy();
        Outcome<ObjectNode> outcome = Patches.apply(type, () -> TestSchema.OBJECT, (ObjectNode) current, patch);
        assertThat(current.toString()).isEqualTo(currentBefore.toString());
        assertThat(patch.toString()).isEqualTo(patchBefore.toString());
        return outcome;
    }

    static ObjectNode patched(PatchType type, String current, String patch) {
        Outcome<ObjectNode> outcome = apply(type, json(current), json(patch));
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<ObjectNode>) outcome).value();
    }

    static ApiStatus refused(PatchType type, String current, String patch) {
        Outcome<ObjectNode> outcome = apply(type, json(current), json(patch));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused<ObjectNode>) outcome).status();
    }
}
