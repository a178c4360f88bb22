package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.runtime.Standing.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {

    private static final Map<Character, MemberStatus> STATUS = Map.of(
            'u', MemberStatus.up(),
            'j', MemberStatus.joining(),
            'l', MemberStatus.leaving(),
            'e', MemberStatus.exiting(),
            'd', MemberStatus.down(),
            'r', MemberStatus.removed());

    /** A letter for each member: its status; a minus before it when it is out of reach. The first is this one. */
    @ParameterizedTest
    @CsvSource({
        "u, ''",
        "j, ''",
        "u u u, ''",
        "u u -u, ''",
        "u -u -u, 'this member reaches only 1 of 3 members'",
        "u -u, ''",
        "u u -u -u, ''",
        "u u -u -u -u, 'this member reaches only 2 of 5 members'",
        "u -l -u, 'this member reaches only 1 of 3 members'",
        "u -e -u, ''",
        "u -d -d, ''",
        "u -j -j, ''",
        "j -u -u, 'this member reaches only 0 of 2 members'",
        "l u u, this member is leaving",
        "e u u, this member is exiting",
        "d u u, this member is down",
        "r, this member is removed",
    })
    void aMinorityRefuses(String members, String why) {
        List<Seen> seen = new ArrayList<>();
        for (String member : members.split(" ")) {
            seen.add(new Seen(STATUS.get(member.charAt(member.length() - 1)), !member.startsWith("-")));
        }
        assertThat(Standing.refusal(seen.get(0).status(), seen).orElse("")).isEqualTo(why);
    }
}
