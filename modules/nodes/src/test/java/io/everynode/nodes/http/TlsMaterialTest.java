package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A kubeconfig's certificates, against a server that wants to see one. Everyone has the same one, signed by itself. */
@Timeout(60)
class TlsMaterialTest {

    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    static Path temp;

    private static String certificate;
    private static byte[] key;
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        Path store = temp.resolve("store.p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=a",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("keytool").toFile())
                .start();
        assertThat(made.waitFor()).as(Files.readString(temp.resolve("keytool"))).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        certificate = pem("CERTIFICATE", keys.getCertificate("a").getEncoded());
        key = keys.getKey("a", PASSWORD).getEncoded();

        SSLContext context =
                TlsMaterial.context(bytes(certificate), bytes(certificate), bytes(pem("PRIVATE KEY", key)));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters needed = context.getDefaultSSLParameters();
                needed.setNeedClientAuth(true);
                parameters.setSSLParameters(needed);
            }
        });
        server.createContext("/", exchange -> {
            byte[] who = bytes(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(200, who.length);
            exchange.getResponseBody().write(who);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private static ClusterAccess access(String cluster, String user) throws Exception {
        Path file = Files.writeString(
                temp.resolve("kubeconfig"),
                "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                        + "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:"
                        + server.getAddress().getPort() + "'" + cluster + "}}]\nusers: [{name: u, user: {token: t"
                        + user
                        + "}}]\n");
        return KubeconfigFile.read(file);
    }

    private static String answer(ClusterAccess access) throws Exception {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (access.tls() != null) {
            client.sslContext(access.tls());
        }
        HttpRequest request = HttpRequest.newBuilder(access.servers().get(0))
                .header("Authorization", "Bearer " + access.token())
                .build();
        return client.build()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void certificatesOfAKubeconfigAreTrustedAndShown() throws Exception {
        Files.writeString(temp.resolve("ca.crt"), certificate);
        ClusterAccess access = access(
                ", certificate-authority: ca.crt",
                ", client-certificate-data: " + base64(certificate) + ", client-key-data: "
                        + base64(pem("PRIVATE KEY", key)));
        assertThat(answer(access)).isEqualTo("Bearer t");
    }

    /** As kubeadm writes it. */
    @Test
    void anRsaKeyMayHaveItsOlderForm() throws Exception {
        // PKCS #1 is what PKCS #8 wraps, behind 26 bytes.
        String older = pem("RSA PRIVATE KEY", Arrays.copyOfRange(key, 26, key.length));
        ClusterAccess access = access(
                ", certificate-authority-data: " + base64(certificate),
                ", client-certificate-data: " + base64(certificate) + ", client-key-data: " + base64(older));
        assertThat(answer(access)).isEqualTo("Bearer t");
    }

    @Test
    void aServerWhoseCertificateNobodyNamedIsNotSpokenTo() throws Exception {
        assertThatThrownBy(() -> answer(access("", ""))).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void aKeyOfAnotherFormIsRefused() {
        byte[] other = bytes(pem("EC PRIVATE KEY", new byte[40]));
        assertThatThrownBy(() -> TlsMaterial.context(null, bytes(certificate), other))
                .isInstanceOf(ClusterAccess.Broken.class)
                .hasMessageStartingWith("client-key is a \"EC PRIVATE KEY\"; turn it into PKCS #8");
    }
}
