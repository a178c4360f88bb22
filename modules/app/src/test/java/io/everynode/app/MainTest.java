package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line without a running server: help, and each way in which a start fails. */
class MainTest {

    @TempDir
    Path temp;

    private record Answer(int code, String out, String err) {}

    private Answer run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Answer(code, out.toString(), err.toString());
    }

    private Answer server(String... args) {
        List<String> all = new ArrayList<>(
                List.of("server", "--data-dir", temp.resolve("data").toString()));
        all.addAll(List.of(args));
        return run(all.toArray(String[]::new));
    }

    @Test
    void helpNamesEveryFlag() {
        Answer help = run("server", "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("--port", "--data-dir", "--hollow-nodes", "--apply", "--config");
        assertThat(run("--help").out()).contains("server");
    }

    @Test
    void versionIsThatOfTheBuild() {
        assertThat(run("--version").out()).matches("Everynode \\d+\\.\\d+\\.\\d+.*\\R");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prot 1            | 2 | everynode: Unknown options: '--prot', '1' (see everynode server --help)",
                "--port x            | 2 | everynode: Invalid value for option '--port': 'x' is not an int",
                "--port 70000        | 2 | everynode: --port must be 0 to 65535, not 70000",
                "--apply none --apply x.yaml --hollow-nodes 0 | 2 | everynode: --apply none goes with no other --apply",
                "--hollow-nodes -4   | 1 | everynode: hollow nodes: the number of hollow nodes must be 0 to 200000",
                "--hollow-nodes x.yaml --apply none | 1 | everynode: hollow nodes: no such file: x.yaml",
                "--hollow-nodes 0 --apply x.yaml    | 1 | everynode: cannot read manifest x.yaml",
                "--config x.conf     | 1 | everynode: cannot read configuration file x.conf",
            })
    void aWrongArgumentIsOneLine(String args, int code, String message) {
        assertOneLine(server(args.split(" ")), code, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "everynode {                           | expecting a close",
                "everynode.api-server.prot = 3         | 1: unknown setting everynode.api-server.prot",
                "everynode.hollow-nodes.window = much  | window has type STRING",
                "everynode.hollow-nodes.window = 0     | everynode.hollow-nodes.window must be at least 1",
            })
    void aBrokenConfigurationIsOneLine(String text, String message) throws Exception {
        Path file = Files.writeString(temp.resolve("server.conf"), text + "\n");
        Answer answer = server("--config", file.toString(), "--apply", "none", "--hollow-nodes", "0");
        assertOneLine(answer, 1, "everynode: broken configuration: ");
        assertThat(answer.err()).contains(message);
    }

    @Test
    void aBrokenManifestIsOneLine() throws Exception {
        String good = Files.readString(Path.of("../../config/examples/02-fluentd-elasticsearch.yaml"));
        Path file = Files.writeString(temp.resolve("bad.yaml"), good.replaceFirst("(?m)^spec:", "sepc:"));
        Answer answer = server("--hollow-nodes", "0", "--apply", file.toString());
        assertOneLine(answer, 1, "everynode: manifest " + file + " (document 1): ");
        assertThat(answer.err()).contains("unknown field \"sepc\"");
    }

    @Test
    void plainHttpIsForLoopbackOnly() throws Exception {
        Path file = Files.writeString(temp.resolve("open.conf"), "everynode.api-server.host = \"0.0.0.0\"\n");
        Answer answer = server(
                "--insecure-http",
                "--hollow-nodes",
                "0",
                "--apply",
                "none",
                "--port",
                "0",
                "--config",
                file.toString());
        assertOneLine(
                answer, 1, "everynode: without authentication the API is served on loopback only, not on 0.0.0.0");
    }

    @Test
    void aLockedDataDirectoryIsOneLine() throws Exception {
        try (DataDirectory held = DataDirectory.open(temp.resolve("data"))) {
            Answer answer = server("--hollow-nodes", "0", "--apply", "none");
            assertOneLine(
                    answer, 1, "everynode: the data directory " + held.path() + " is in use by another Everynode");
        }
    }

    @Test
    void aUsedPortIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Answer answer = server("--hollow-nodes", "0", "--apply", "none", "--port", "" + taken.getLocalPort());
            assertOneLine(answer, 1, "everynode: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ");
        }
    }

    @Test
    void aDatabaseAtAHostThatDoesNotExistIsOneLine() throws Exception {
        Path file = Files.writeString(
                temp.resolve("postgres.conf"),
                "everynode.database { kind = postgres, url = \"jdbc:postgresql://nowhere.invalid/none\" }\n");
        Answer answer = server("--hollow-nodes", "0", "--apply", "none", "--port", "0", "--config", file.toString());
        assertOneLine(answer, 1, "everynode: database ");
    }

    private static void assertOneLine(Answer answer, int code, String start) {
        assertThat(answer.err()).startsWith(start);
        assertThat(answer.err().lines()).hasSize(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.code()).isEqualTo(code);
    }
}
