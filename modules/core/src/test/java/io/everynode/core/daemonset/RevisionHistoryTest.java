package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevisionHistoryTest {

    private final Map<String, Revision> known = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private JsonNode template;

    private RevisionHistory.Change write(String image, RevisionHistory.Hashing hashing) {
        ObjectNode object = daemonSet(UID, 1, image);
        Json.child(Json.child(object, "metadata"), "annotations").put("kubernetes.io/change-cause", image);
        RevisionHistory.Change change =
                RevisionHistory.change(UID, "logger", known, template, object, 0, taken, hashing);
        template = Json.at(object, "spec", "template");
        if (change.event() instanceof DaemonSetEvent.RevisionRecorded recorded) {
            known.put(recorded.hash(), Revision.of(recorded, 5000, 1));
        } else if (change.event() instanceof DaemonSetEvent.RevisionRenumbered renumbered) {
            known.computeIfPresent(renumbered.hash(), (hash, revision) -> revision.renumbered(renumbered, 2));
        }
        return change;
    }

    private RevisionHistory.Change write(String image) {
        return write(image, PodTemplateHash::revision);
    }

    @Test
    void recordsEachNewTemplateWithTheNextNumber() {
        var first = (DaemonSetEvent.RevisionRecorded) write("a").event();
        var second = (DaemonSetEvent.RevisionRecorded) write("b").event();
        assertThat(first.number()).isEqualTo(1);
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.name()).isEqualTo("logger-" + second.hash()).isNotEqualTo(first.name());
        assertThat(second.annotations().toString()).isEqualTo("{\"kubernetes.io/change-cause\":\"b\"}");
    }

    @Test
    void theDataIsUpstreamsPatchWithSortedFields() {
        var recorded = (DaemonSetEvent.RevisionRecorded) write("a").event();
        assertThat(recorded.data())
                .hasToString("{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":{\"creationTimestamp\":null,"
                        + "\"labels\":{\"app\":\"logger\"}},\"spec\":{\"containers\":[{\"image\":\"a\",\"name\":\"main\"}],"
                        + "\"terminationGracePeriodSeconds\":7}}}}");
    }

    @Test
    void theCurrentTemplateChangesNothing() {
        write("a");
        assertThat(write("a").event()).isNull();
    }

    @Test
    void anOldTemplateGetsTheHighestNumber() {
        var first = (DaemonSetEvent.RevisionRecorded) write("a").event();
        write("b");
        var again = (DaemonSetEvent.RevisionRenumbered) write("a").event();
        assertThat(again.hash()).isEqualTo(first.hash());
        assertThat(again.number()).isEqualTo(3);
        assertThat(write("a").event()).isNull();
        assertThat(known.get(first.hash()).recordedAtMillis()).isEqualTo(5000);
    }

    @Test
    void aTakenHashIsAvoidedAndCounted() {
        RevisionHistory.Hashing colliding = (template, count) -> count < 2 ? "taken" : "free" + count;
        write("a", colliding);
        RevisionHistory.Change change = write("b", colliding);
        assertThat(((DaemonSetEvent.RevisionRecorded) change.event()).hash()).isEqualTo("free2");
        assertThat(change.collisionCount()).isEqualTo(2);
        RevisionHistory.Change back = write("a", colliding);
        assertThat(((DaemonSetEvent.RevisionRenumbered) back.event()).hash()).isEqualTo("taken");
    }

    @Test
    void aNameThatSomebodyElseHasIsAvoidedAndCounted() {
        taken.add("logger-first");
        RevisionHistory.Change change = write("a", (template, count) -> count == 0 ? "first" : "second");
        assertThat(((DaemonSetEvent.RevisionRecorded) change.event()).name()).isEqualTo("logger-second");
        assertThat(change.collisionCount()).isEqualTo(1);
    }

    /** Revisions r1..r5, of which r5 is current unless told. */
    @ParameterizedTest
    @CsvSource({
        "10, r5, '', ''",
        "4, r5, '', ''",
        "3, r5, '', r1",
        "0, r5, '', r1 r2 r3 r4",
        "2, r5, r1, r2 r3",
        "2, r5, r1 r2 r3 r4, ''",
        "1, r5, r2 r4, r1 r3",
        "2, r1, '', r2 r3",
    })
    void trimsTheOldestBeyondTheLimitButNoneThatAPodCarries(int limit, String now, String carried, String expected) {
        List<Revision> revisions = java.util.stream.IntStream.rangeClosed(1, 5)
                .mapToObj(i -> new Revision("r" + i, i, "logger-r" + i, "u" + i, null, null, 0, null, i))
                .toList();
        Set<String> carriedByPods = new HashSet<>(Arrays.asList(carried.split(" ")));
        assertThat(RevisionHistory.trimmed(revisions, now, limit, carriedByPods::contains))
                .extracting(Revision::hash)
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
    }
}
