package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.runtime.NamespaceAgreement.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceAgreementTest {

    private static final Instant START = Instant.ofEpochSecond(1_000_000);

    /**
     * Members by letter: quiet, owing, silent; seconds since it was first seen, and since a member went (-1: never).
     */
    @ParameterizedTest
    @CsvSource({
        "q,   0, -1, true",
        "qqq, 0, -1, true",
        "qoq, 0, -1, false",
        "qoq, 100, -1, false",
        "qs,  0, -1, false",
        "qs,  34, -1, false",
        "qs,  35, -1, true",
        "qos, 60, -1, false",
        "qq,  0, 1, false",
        "qq,  60, 34, false",
        "qq,  1, 35, true",
        "qs,  35, 35, true",
    })
    void allMustHaveAcknowledged(String members, long since, long gone, boolean agreed) {
        List<Standing> standings = new ArrayList<>();
        for (char member : members.toCharArray()) {
            standings.add(member == 'q' ? Standing.QUIET : member == 'o' ? Standing.OWING : Standing.SILENT);
        }
        Instant lastGone = gone < 0 ? Instant.EPOCH : START.minusSeconds(gone);
        assertThat(NamespaceAgreement.agreed(standings, START.minusSeconds(since), lastGone, START))
                .isEqualTo(agreed);
    }

    @Test
    void aWitnessKnowsTheVersionAndItsOwnCreates() throws Exception {
        Set<String> busy = Set.of("busy");
        var witness = BehaviorTestKit.create(
                NamespaceWitness.create(() -> CatalogVersion.EMPTY, namespace -> !busy.contains(namespace)));
        assertThat(answer(witness, "calm", 0)).isTrue();
        assertThat(answer(witness, "busy", 0)).isFalse();
        assertThat(answer(witness, "calm", 1)).as("it has not read that far").isFalse();
    }

    private static boolean answer(BehaviorTestKit<NamespaceWitness.Ask> witness, String namespace, long version) {
        TestInbox<NamespaceWitness.Answer> inbox = TestInbox.create();
        witness.run(new NamespaceWitness.Ask(namespace, version, inbox.getRef()));
        return inbox.receiveMessage().quiet();
    }
}
