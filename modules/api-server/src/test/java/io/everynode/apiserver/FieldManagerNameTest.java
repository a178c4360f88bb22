package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldManagerNameTest {

    @Test
    void theNameGivenWinsOverTheAgent() {
        assertThat(FieldManagerName.of("mine", "kubectl/v1.35.0")).isEqualTo("mine");
    }

    @Test
    void anAgentIsNamedUpToItsVersion() {
        assertThat(FieldManagerName.of("", "kubectl/v1.35.0 (linux/amd64)")).isEqualTo("kubectl");
        assertThat(FieldManagerName.of("", "no version")).isEqualTo("no version");
        assertThat(FieldManagerName.of("", "")).isEmpty();
        assertThat(FieldManagerName.of("", "/v1")).isEmpty();
    }

    @Test
    void whatCannotBePrintedIsLeftOut() {
        assertThat(FieldManagerName.of("", "a\tb\u007fc\u00e9/1")).isEqualTo("abc\u00e9");
    }

    @Test
    void itHasAtMost128Bytes() {
        assertThat(FieldManagerName.of("", "a".repeat(128) + "/1")).isEqualTo("a".repeat(128));
        assertThat(FieldManagerName.of("", "a".repeat(129) + "/1")).isEqualTo("a".repeat(128));
        assertThat(FieldManagerName.of("", "a".repeat(127) + "\u00e9/1")).isEqualTo("a".repeat(127));
    }
}
