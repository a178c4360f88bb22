package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CompactMapTest {

    @Property(tries = 200)
    void isAsTheMapThatItCopies(
            @ForAll @Size(max = 20) List<@IntRange(max = 30) Integer> keys, @ForAll @IntRange(max = 30) int asked) {
        Map<String, String> map = new LinkedHashMap<>();
        keys.forEach(key -> map.put("key-" + key, "value-" + key));
        Map<String, String> copy = Trees.copy(map);
        assertThat(copy).isEqualTo(map).hasSameHashCodeAs(map);
        assertThat(map).isEqualTo(copy);
        assertThat(new ArrayList<>(copy.keySet())).isEqualTo(new ArrayList<>(map.keySet()));
        assertThat(new ArrayList<>(copy.values())).isEqualTo(new ArrayList<>(map.values()));
        assertThat(copy.get("key-" + asked)).isEqualTo(map.get("key-" + asked));
        assertThat(copy.containsKey("key-" + asked)).isEqualTo(map.containsKey("key-" + asked));
        assertThat(Trees.copy(copy)).isEqualTo(map);
    }

    @Test
    void cannotBeChanged() {
        Map<String, String> copy = Trees.copy(Map.of("a", "b"));
        assertThatThrownBy(() -> copy.put("a", "c")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> copy.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> copy.entrySet().iterator().next().setValue("c"))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
