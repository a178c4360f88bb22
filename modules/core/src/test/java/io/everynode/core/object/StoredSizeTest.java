package io.everynode.core.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import org.junit.jupiter.api.Test;

class StoredSizeTest {

    @Test
    void anObjectMayNotGrowBeyondTheLimit() {
        assertThat(StoredSize.refusal(null, object(1_000))).isEmpty();
        assertThat(StoredSize.refusal(null, object((int) StoredSize.LIMIT - 1_000)))
                .isEmpty();
        assertThat(StoredSize.refusal(object(10), object((int) StoredSize.LIMIT)))
                .hasValueSatisfying(status -> {
                    assertThat(status.code()).isEqualTo(413);
                    assertThat(status.reason()).isEqualTo("RequestEntityTooLarge");
                });
    }

    @Test
    void oneThatIsLargerAlreadyMayShrink() {
        int large = (int) StoredSize.LIMIT * 2;
        assertThat(StoredSize.refusal(object(large), object(large - 1))).isEmpty();
        assertThat(StoredSize.refusal(object(large), object(large + 1))).isPresent();
    }

    private static ObjectNode object(int size) {
        ObjectNode object = Json.object();
        int piece = size / 10;
        for (int i = 0; i < 10; i++) {
            object.putArray("a" + i).addObject().put("text", "x".repeat(piece));
        }
        object.put("rest", "x".repeat(size - 10 * piece));
        return object;
    }
}
