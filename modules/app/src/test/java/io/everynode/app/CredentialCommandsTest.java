package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialCommandsTest {

    @TempDir
    Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void aKubeconfigIsSignedWithoutAServer() throws Exception {
        PkiDirectory pki = new PkiDirectory(temp.resolve("pki"), InstantSource.system());
        pki.authorityOrNew();

        assertThat(run("kubeconfig", "--data-dir", temp.toString(), "--user", "ann", "--group", "a", "--for", "2h"))
                .isZero();
        Path file = Files.writeString(temp.resolve("ann"), out.toString());
        ClusterAccess access = KubeconfigFile.read(file);
        assertThat(access.servers()).hasToString("[https://127.0.0.1:6443]");
        assertThat(access.tls()).isNotNull();
        String data = out.toString()
                .lines()
                .filter(line -> line.contains("client-certificate-data"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        X509Certificate made = Pem.certificates(new String(Base64.getDecoder().decode(data), StandardCharsets.US_ASCII))
                .get(0);
        made.verify(pki.authority().certificate().getPublicKey());
        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=ann,O=a");
        assertThat(Duration.between(Instant.now(), made.getNotAfter().toInstant()))
                .isBetween(Duration.ofMinutes(115), Duration.ofHours(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubeconfig | 2 | Missing required option: '--user=NAME'",
                "kubeconfig --user a --for soon | 2 | must be such as 30m, 24h or 7d, not soon",
                "kubeconfig --user a --for 0s | 2 | must be longer than nothing",
                "kubeconfig --user a --data-dir nowhere | 1 | no authority that signs clients",
                "token create --group g | 2 | --group goes with --user",
                "token create --user a --join | 2 | --join goes without --user",
                "token create --join --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "token create --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "token list --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "token revoke | 2 | Missing required parameter: 'ID'",
                "token revoke evn.abc.def | 2 | no id of a token",
                "certificate revoke | 2 | give a SERIAL, --file or --user",
                "certificate revoke xyz | 2 | no serial number of a certificate",
                "certificate revoke --file nowhere | 1 | no certificate in nowhere",
                "certificate revoke --user a --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "certificate list --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "agent --node-name n --kubeconfig nowhere | 1 | no such kubeconfig: nowhere",
                "agent --node-name n --root-dir nowhere | 1 | this machine has not joined yet: give --server, --token",
                "agent --node-name n --kubeconfig k --token abc.def | 2 | --kubeconfig goes without --server, --token",
                "agent --node-name n --token abc.def | 2 | a token goes with --server and --ca-hash",
                "agent --node-name n --token abc.def --token-file f | 2 | --token and --token-file do not go together",
                "agent --node-name n --server http://a:1 | 2 | --server must begin with https://",
                "agent --node-name n --server a:1 | 2 | is no address such as",
                "agent --node-name n --server https://a:1 --ca-hash abc | 2 | is no hash such as sha256:",
            })
    void aWrongArgumentIsOneLine(String args, int code, String message) {
        assertThat(run(args.split(" "))).isEqualTo(code);
        assertThat(err.toString()).contains(message);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).doesNotContain("abc.def");
        assertThat(out.toString()).isEmpty();
    }
}
