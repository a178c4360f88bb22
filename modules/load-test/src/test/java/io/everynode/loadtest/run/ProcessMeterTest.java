package io.everynode.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMeterTest {

    @TempDir
    private Path proc;

    @Test
    void aCommandMayHoldAnything() {
        String text = "42 (a) b (c) S 7 42 42 0 -1 4194560 100 0 0 0 150 50 20 30 20 0 1 0 100 1000 10\n";
        assertThat(ProcFiles.stat(text)).isEqualTo(new ProcFiles.Stat(7, 2.5));
    }

    @Test
    void kibibytesAreFoundByName() {
        String text = "VmPeak:\t  900 kB\nPss:                 321 kB\nPss_Anon:   300 kB\n";
        assertThat(ProcFiles.kib(text, "Pss")).isEqualTo(321);
        assertThat(ProcFiles.kib(text, "VmRSS")).isZero();
    }

    @Test
    void descendantsCountAndOthersDoNot() throws IOException {
        process(10, 1, 100, 1024, true);
        process(11, 10, 50, 2048, true);
        process(12, 11, 25, 512, false);
        process(13, 1, 1000, 9999, true);
        try (ProcessMeter meter = ProcessMeter.start(proc, List.of(10L))) {
            assertThat(meter.cpuSeconds()).isEqualTo(1.75);
            assertThat(meter.takePeakMiB()).isEqualTo(3.5);
            process(11, 10, 50, 1024, true);
            assertThat(meter.takePeakMiB()).isEqualTo(2.5);
        }
    }

    @Test
    void aProcessThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> ProcessMeter.start(proc, List.of(99L)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("99");
    }

    private void process(int pid, int parent, int ticks, int kib, boolean rollup) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(String.valueOf(pid)));
        Files.writeString(
                directory.resolve("stat"),
                pid + " (java) S " + parent + " 1 1 0 -1 0 0 0 0 0 " + ticks + " 0 0 0 20 0 1 0 0 0 0\n");
        Files.writeString(directory.resolve("status"), "Name:\tjava\nVmRSS:\t" + kib + " kB\n");
        if (rollup) {
            Files.writeString(directory.resolve("smaps_rollup"), "Rss: 1 kB\nPss: " + kib + " kB\n");
        }
    }
}
