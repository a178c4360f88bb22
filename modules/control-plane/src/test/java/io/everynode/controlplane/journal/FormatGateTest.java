package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.event.EventTypes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FormatGateTest {
    static Stream<Arguments> clusters() {
        return Stream.of(
                Arguments.of("nobody known", Set.of(), 0),
                Arguments.of("one", Set.of(Set.of("event-format-3", "control-plane")), 3),
                Arguments.of("the lowest counts", Set.of(Set.of("event-format-3"), Set.of("event-format-12")), 3),
                Arguments.of("one without", Set.of(Set.of("event-format-3"), Set.of("control-plane")), 0),
                Arguments.of("no number", Set.of(Set.of("event-format-x")), 0),
                Arguments.of("empty number", Set.of(Set.of("event-format-")), 0),
                Arguments.of("negative", Set.of(Set.of("event-format--4")), 0),
                Arguments.of("too large", Set.of(Set.of("event-format-99999999999")), 0),
                Arguments.of("similar role", Set.of(Set.of("events-format-4", "event-format4")), 0),
                Arguments.of("a member's highest counts", Set.of(Set.of("event-format-1", "event-format-2")), 2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clusters")
    void whatAllCanRead(String name, Set<Set<String>> roles, int writable) {
        assertThat(FormatGate.writable(roles)).isEqualTo(writable);
        FormatGate gate = new FormatGate();
        gate.members(roles);
        assertThat(gate.writable()).isEqualTo(writable);
        assertThat(gate.mayWrite(writable)).isTrue();
        assertThat(gate.mayWrite(writable + 1)).isFalse();
    }

    @Test
    void opensWhenTheLastOldMemberLeavesAndShutsWhenOneJoins() {
        FormatGate gate = new FormatGate();
        assertThat(gate.mayWrite(1)).as("membership unknown").isFalse();
        Set<String> old = Set.of(FormatGate.role(1));
        Set<String> current = Set.of(FormatGate.role(2));
        gate.members(List.of(old, current, current));
        assertThat(gate.mayWrite(2)).isFalse();
        gate.members(List.of(current, current));
        assertThat(gate.mayWrite(2)).isTrue();
        gate.members(List.of(current, current, old));
        assertThat(gate.mayWrite(2)).isFalse();
        assertThat(gate.mayWrite(1)).isTrue();
    }

    @Test
    void aFormatIsNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> FormatGate.role(-1));
    }

    /** Otherwise what this program can read would never be written. */
    @Test
    void theConfigurationAnnouncesWhatThisProgramReads() {
        assertThat(ConfigFactory.parseResources("everynode-control-plane.conf").getStringList("pekko.cluster.roles"))
                .filteredOn(role -> role.startsWith("event-format-"))
                .containsExactly(FormatGate.role(EventTypes.READABLE_FORMAT));
    }
}
