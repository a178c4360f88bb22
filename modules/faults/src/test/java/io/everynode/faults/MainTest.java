package io.everynode.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--directory", directory.toString()));
        return Main.run(words.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** Found before anything is started. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cluster                              | say what to do
            cluster up 0                         | N must be 1 to 9, not 0
            cluster up 10                        | N must be 1 to 9, not 10
            cluster up three                     | Invalid value
            cluster up --port 80                 | --port must be 1024 to 65000, not 80
            cluster up --heap much               | --heap must be a size such as 384m, not much
            cluster up --database mysql://x/y    | --database must be a URL such as jdbc:postgresql://HOST/NAME
            cluster up --config /no/such/file    | cannot read /no/such/file
            cluster up --nonsense                | Unknown option: '--nonsense'
            cluster kill                         | Missing required parameter: 'N'
            cluster kill one                     | Invalid value
            cluster cut 1 --to 2 --from 3        | --to, --from and --database exclude each other
            cluster slow 1                       | Missing required parameter: 'MS'
            cluster slow 1 -5                    | MS must not be negative
            cluster database drown               | Invalid value
            cluster drown                        | Unmatched argument
            """)
    void whatCannotBeMeantIsToldInOneLine(String line, String told) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("everynode cluster").contains(told);
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"cluster status", "cluster kill 1", "cluster heal", "cluster rolling-restart", "cluster database kill"})
    void withoutAClusterThereIsNobodyToTell(String line) {
        assertThat(run(line)).isEqualTo(1);
        assertThat(err.toString()).contains("no cluster runs in " + directory).hasLineCount(1);
    }

    @Test
    void nothingToEndIsNoFailure() {
        assertThat(run("cluster down")).isZero();
        assertThat(out.toString()).startsWith("no cluster runs in ");
    }
}
