package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistenceIdsTest {
    /** Written down for ever: a change of one of these lines makes entities forget. */
    @ParameterizedTest
    @CsvSource({
        "Node,node-1,,Node|node-1",
        "Pod,kube-system,web-1,Pod|kube-system/web-1",
        "DaemonSet,a.b:c_d@e~f,'x-',DaemonSet|a.b:c_d@e~f/x-",
        "Resource,system:node|admin,50%/x,Resource|system:node%7Cadmin/50%25%2Fx",
        "Resource,ä €,😀,Resource|%C3%A4%20%E2%82%AC/%F0%9F%98%80",
        "Resource,'',x,Resource|/x",
        "Resource,'',,Resource|",
        "Scheduler,,,Scheduler",
    })
    void formIsFixed(String type, String first, String second, String id) {
        List<String> parts = new ArrayList<>();
        if (first != null) {
            parts.add(first);
        }
        if (second != null) {
            parts.add(second);
        }
        assertThat(PersistenceIds.encode(type, parts)).isEqualTo(id);
        assertThat(PersistenceIds.decode(id)).isEqualTo(new PersistenceIds.Parts(type, parts));
        if (!parts.isEmpty()) {
            assertThat(PersistenceId.of(type, PersistenceIds.entityId(parts)).id())
                    .isEqualTo(id);
        }
    }

    @Test
    void everyListOfPartsHasItsOwnIdAndComesBack() {
        String[] alphabet = {"a", "7", "C", "|", "/", "%", " ", "é"};
        List<String> words = new ArrayList<>(List.of(""));
        for (int from = 0, length = 1; length <= 3; length++) {
            int to = words.size();
            for (; from < to; from++) {
                for (String letter : alphabet) {
                    words.add(words.get(from) + letter);
                }
            }
        }
        Map<String, List<String>> seen = new HashMap<>();
        List<List<String>> lists = new ArrayList<>(List.of(List.of()));
        words.forEach(word -> lists.add(List.of(word)));
        List<String> shortWords = words.subList(0, 1 + 8 + 64);
        for (String first : shortWords) {
            for (String second : shortWords) {
                lists.add(List.of(first, second));
            }
        }
        lists.add(List.of("", "", ""));
        for (List<String> parts : lists) {
            String id = PersistenceIds.encode("T", parts);
            assertThat(seen.put(id, parts)).as(id).isNull();
            assertThat(PersistenceIds.decode(id).parts()).isEqualTo(parts);
            assertThat(id).matches("[!-~]+");
        }
        assertThat(seen).hasSize(1 + 585 + 73 * 73 + 1);
    }

    @Test
    void randomTextComesBackAndOnlyOneSpellingIsRead() {
        Random random = new Random(19650417);
        for (int i = 0; i < 20_000; i++) {
            String text = random.ints(random.nextInt(12), 1, 0x2_0000)
                    .filter(c -> c < 0xD800 || c > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String id = PersistenceIds.encode("T", text, "x");
            assertThat(PersistenceIds.decode(id).parts()).containsExactly(text, "x");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "T|a|b", "T|%61", "T|%2f", "T|%", "T|%4", "T|%zz", "T|a b", "T|é", "T|%FF", "T|%+1", "", "|a", "1|a",
                "T%7C|a"
            })
    void otherSpellingsAreRefused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> PersistenceIds.decode(id));
    }

    @Test
    void whatDoesNotFitIsToldBeforehand() {
        String longest = "a".repeat(PersistenceIds.MAX_LENGTH - 2);
        assertThat(PersistenceIds.fits("T", longest)).isTrue();
        assertThat(PersistenceIds.fits("T", longest + "a")).isFalse();
        assertThat(PersistenceIds.fits("T", "/".repeat(400))).isFalse();
        assertThat(PersistenceIds.fits("T", "half \uD83D pair")).isFalse();
        // The longest namespace and name of a Kubernetes object fit, even if every character were escaped.
        assertThat(PersistenceIds.fits("DaemonSet", "%".repeat(63), "%".repeat(253)))
                .isTrue();
    }
}
