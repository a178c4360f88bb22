package io.everynode.nodes.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** The file by which kubectl and every other client finds the server. */
public final class Kubeconfig {

    private Kubeconfig() {}

    /**
     * How a client knows the server, and the server the client.
     *
     * @param authority PEM
     * @param certificate PEM
     * @param key PEM
     */
    public record Credentials(String authority, String certificate, String key) {

        @Override
        public String toString() {
            return "credentials";
        }
    }

    /**
     * @param server such as https://127.0.0.1:6443
     * @param credentials empty for a server that asks for none
     */
    public static String text(String server, Optional<Credentials> credentials) {
        String cluster = credentials
                .map(shown -> "\n    certificate-authority-data: " + encoded(shown.authority()))
                .orElse("");
        String user = credentials
                .map(shown -> "\n    client-certificate-data: " + encoded(shown.certificate())
                        + "\n    client-key-data: " + encoded(shown.key()))
                .orElse(" {}");
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: everynode
                  cluster:
                    server: %s%s
                users:
                - name: everynode
                  user:%s
                contexts:
                - name: everynode
                  context:
                    cluster: everynode
                    user: everynode
                current-context: everynode
                """.formatted(server, cluster, user);
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Readable by its owner only; replaced as a whole, so that no client reads half of it. */
    public static Path write(Path directory, String server, Optional<Credentials> credentials) throws IOException {
        return OwnFile.write(directory.resolve("kubeconfig"), text(server, credentials));
    }
}
