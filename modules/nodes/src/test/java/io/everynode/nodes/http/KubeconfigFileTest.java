package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigFileTest {

    private static final String WHOLE =
            "{current-context: c, contexts: [{name: b, context: {}}, {name: c, context: {cluster: k, user: u}}],"
                    + " clusters: [{name: k, cluster: {server: 'http://127.0.0.1:7/x/'}}],"
                    + " users: [{name: u, user: {token: secret}}]}";

    @TempDir
    Path temp;

    private Path file(String text) throws Exception {
        return Files.writeString(temp.resolve("kubeconfig"), text);
    }

    @Test
    void theCurrentContextCounts() throws Exception {
        ClusterAccess access = KubeconfigFile.read(file(WHOLE));
        assertThat(access.servers()).containsExactly(URI.create("http://127.0.0.1:7/x"));
        assertThat(access.token()).isEqualTo("secret");
        assertThat(access.tls()).isNull();
        assertThat(access.toString()).doesNotContain("secret");
        ClusterAccess others = access.at(List.of("http://a:1", "https://b:2/"));
        assertThat(others.servers()).containsExactly(URI.create("http://a:1"), URI.create("https://b:2"));
        assertThat(others.token()).isEqualTo("secret");
    }

    @Test
    void aTokenMayStandInAFileBesideIt() throws Exception {
        Files.writeString(temp.resolve("token"), "secret\n");
        assertThat(KubeconfigFile.read(file(WHOLE.replace("token: secret", "tokenFile: token")))
                        .token())
                .isEqualTo("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current-context: c,          | ''                               | it has no current-context",
                "current-context: c           | current-context: d               | current-context names \"d\", which is not among its contexts",
                "cluster: k                   | cluster: x                       | context \"c\" names \"x\", which is not among its clusters",
                "user: u}                     | user: x}                         | context \"c\" names \"x\", which is not among its users",
                "server: 'http://127.0.0.1:7/x/' | ''                            | cluster \"k\" has no server",
                "http://127.0.0.1:7/x/        | 127.0.0.1:7                      | \"127.0.0.1:7\" is no address such as http://127.0.0.1:6443",
                "http://127.0.0.1:7/x/        | ftp://a                          | \"ftp://a\" is no address such as http://127.0.0.1:6443",
                "token: secret                | exec: {command: x}               | user \"u\": exec is not supported",
                "token: secret                | tokenFile: none                  | cannot read ",
                "token: secret                | client-certificate-data: eA==    | client-certificate and client-key go together",
                "token: secret                | client-key-data: '!'             | client-certificate and client-key go together",
                "server:                      | 'insecure-skip-tls-verify: true, server:' | cluster \"k\": insecure-skip-tls-verify is not supported",
                "server:                      | 'certificate-authority-data: eA==, server:' | its certificates cannot be used",
                "server:                      | 'proxy-url: x, server:'          | cluster \"k\": proxy-url is not supported",
            })
    void whatCannotBeUsedIsToldInOneLine(String part, String instead, String why) throws Exception {
        Path file = file(WHOLE.replace(part, instead));
        assertThatThrownBy(() -> KubeconfigFile.read(file))
                .isInstanceOf(ClusterAccess.Broken.class)
                .hasMessageStartingWith("kubeconfig " + file + ": " + why)
                .extracting(Throwable::getMessage)
                .satisfies(message ->
                        assertThat(message.toString()).hasLineCount(1).doesNotContain("secret"));
    }

    @Test
    void whatIsNoKubeconfigIsToldInOneLine() throws Exception {
        assertThatThrownBy(() -> KubeconfigFile.read(temp.resolve("none")))
                .hasMessage("no such kubeconfig: " + temp.resolve("none"));
        assertThatThrownBy(() -> KubeconfigFile.read(temp)).hasMessageStartingWith("cannot read kubeconfig " + temp);
        Path broken = file("token: [secret");
        assertThatThrownBy(() -> KubeconfigFile.read(broken))
                .hasMessageStartingWith("cannot read kubeconfig " + broken)
                .extracting(Throwable::getMessage)
                .satisfies(message ->
                        assertThat(message.toString()).hasLineCount(1).doesNotContain("secret"));
        Path empty = file("");
        assertThatThrownBy(() -> KubeconfigFile.read(empty)).hasMessage(empty + ": no kubeconfig");
    }
}
