package io.everynode.nodes.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PressureTest {

    /** Of some of these files the kernel gives the whole only to the first read. */
    @Test
    void filesOfTheKernelAreReadWhole() throws IOException {
        for (String file : new String[] {"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"}) {
            Process cat = new ProcessBuilder("cat", file).start();
            String expected = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(KernelFile.read(file)).isEqualTo(expected).matches("\\d{3,}\n");
        }
    }

    @Test
    void thresholds() {
        assertThat(Pressure.lowMemory("MemTotal: 9 kB\nMemAvailable:     102399 kB\n"))
                .isTrue();
        assertThat(Pressure.lowMemory("MemTotal: 9 kB\nMemAvailable:     102400 kB\n"))
                .isFalse();
        assertThat(Pressure.lowMemory("MemTotal: 9 kB\n")).isFalse();
        assertThat(Pressure.fewPids("1.39 2.97 1.89 5/901 21532\n", 1000)).isTrue();
        assertThat(Pressure.fewPids("1.39 2.97 1.89 5/900 21532\n", 1000)).isFalse();
    }

    @Test
    void whatCannotBeReadIsNoPressure() {
        Path nowhere = Path.of("/does/not/exist");
        assertThat(Pressure.now(nowhere, nowhere).disk()).isFalse();
    }
}
