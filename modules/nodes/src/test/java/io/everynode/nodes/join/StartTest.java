package io.everynode.nodes.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.nodes.join.Start.Held;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | 2026-01-01T00:00:00Z | ''     | yes | joins",
                "''            | 2026-01-01T00:00:00Z | ''     | no  | not: this machine has not joined yet",
                "system:node:a | 2026-01-03T00:00:00Z | ''     | no  | kept",
                "system:node:a | 2026-01-03T00:00:00Z | ''     | yes | kept",
                "system:node:a | 2026-01-02T00:00:00Z | ''     | yes | joins: the certificate of system:node:a has ended at 2026-01-02T00:00:00Z",
                "system:node:a | 2026-01-01T00:00:00Z | ''     | no  | not: the certificate of system:node:a has ended at 2026-01-01T00:00:00Z",
                "system:node:b | 2026-01-03T00:00:00Z | ''     | yes | joins: the certificate that was kept is of system:node:b",
                "system:node:b | 2026-01-03T00:00:00Z | ''     | no  | not: the certificate that was kept is of system:node:b",
                "a             | 2026-01-03T00:00:00Z | ''     | no  | not: the certificate that was kept is of a",
                "system:node:a | 2026-01-03T00:00:00Z | broken | yes | joins: broken",
                "system:node:a | 2026-01-03T00:00:00Z | broken | no  | not: broken",
            })
    void whatItDoes(String user, Instant end, String broken, String token, String expected) {
        Held held = user.isEmpty() ? Held.NOTHING : new Held(user, end, broken);
        Start start = Start.of("a", held, token.equals("yes"), NOW);
        String told = start instanceof Start.Kept
                ? "kept"
                : start instanceof Start.Join join
                        ? "joins" + (join.why().isEmpty() ? "" : ": " + join.why())
                        : "not: " + ((Start.Not) start).why();
        assertThat(told).startsWith(expected);
        assertThat(told.startsWith("not")).isEqualTo(told.contains("give --server, --token and --ca-hash"));
    }
}
