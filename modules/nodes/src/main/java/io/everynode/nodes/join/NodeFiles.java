package io.everynode.nodes.join;

import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.Kubeconfig;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.nodes.http.OwnFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Optional;

/**
 * What a node that has joined keeps in its directory; all files are their owner's alone and replaced as a whole.
 *
 * <pre>
 * kubeconfig              server, authority, the node's certificate and key: in one file, so that they fit together
 * pki/endpoint.pem        the certificate of the node's endpoint, and its key
 * pki/client.request.key, pki/endpoint.request.key
 *                         the key of a request that has no answer yet; so a start in between asks for the same
 * </pre>
 */
final class NodeFiles {

    private static final String KEYS = "-----BEGIN PRIVATE KEY";

    private final Path directory;

    NodeFiles(Path directory) {
        this.directory = directory;
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    boolean joined() {
        return Files.exists(kubeconfig());
    }

    ClusterAccess access() throws ClusterAccess.Broken {
        return KubeconfigFile.read(kubeconfig());
    }

    X509Certificate certificate() throws ClusterAccess.Broken {
        return KubeconfigFile.certificate(kubeconfig())
                .orElseThrow(() -> new ClusterAccess.Broken(kubeconfig() + " has no certificate"));
    }

    List<X509Certificate> authorities() throws ClusterAccess.Broken {
        return KubeconfigFile.authorityCertificates(kubeconfig());
    }

    /** Other authorities, with the certificate and key that are there. */
    void keepAuthorities(List<X509Certificate> authorities) throws IOException, ClusterAccess.Broken {
        Kubeconfig.Credentials former = KubeconfigFile.credentials(kubeconfig());
        Kubeconfig.write(
                directory,
                access().servers().get(0).toString(),
                Optional.of(new Kubeconfig.Credentials(Pem.text(authorities), former.certificate(), former.key())));
    }

    void keep(String server, List<X509Certificate> authorities, List<X509Certificate> chain, PrivateKey key)
            throws IOException {
        Files.createDirectories(directory);
        Kubeconfig.write(
                directory,
                server,
                Optional.of(new Kubeconfig.Credentials(Pem.text(authorities), Pem.text(chain), Pem.text(key))));
    }

    /** The endpoint's certificate and key. */
    record Pair(PrivateKey key, List<X509Certificate> chain) {

        @Override
        public String toString() {
            return "certificate of " + chain.get(0).getSubjectX500Principal();
        }
    }

    /** @return empty without one that can be read */
    Optional<Pair> endpoint() {
        try {
            String text = Files.readString(endpointFile());
            KeyPair keys = Pem.keys(text);
            List<X509Certificate> chain = Pem.certificates(text.substring(0, text.indexOf(KEYS)));
            return chain.get(0).getPublicKey().equals(keys.getPublic())
                    ? Optional.of(new Pair(keys.getPrivate(), chain))
                    : Optional.empty();
        } catch (IOException | GeneralSecurityException | IndexOutOfBoundsException none) {
            return Optional.empty();
        }
    }

    void keepEndpoint(List<X509Certificate> chain, KeyPair keys) throws IOException {
        OwnFile.directory(directory.resolve("pki"));
        OwnFile.write(endpointFile(), Pem.text(chain) + Pem.text(keys));
    }

    void dropEndpoint() throws IOException {
        Files.deleteIfExists(endpointFile());
    }

    private Path endpointFile() {
        return directory.resolve("pki").resolve("endpoint.pem");
    }

    /** The key of the request that has no answer yet, or a new one, which is kept before it is used. */
    KeyPair requestKey(Purpose purpose) throws IOException {
        try {
            return Pem.keys(Files.readString(requestKeyFile(purpose)));
        } catch (IOException noneOrBroken) {
            return newRequestKey(purpose);
        }
    }

    private KeyPair newRequestKey(Purpose purpose) throws IOException {
        KeyPair made = make();
        OwnFile.directory(directory.resolve("pki"));
        OwnFile.write(requestKeyFile(purpose), Pem.text(made));
        return made;
    }

    /** The request has its answer: the next one is to have another key. */
    void dropRequestKey(Purpose purpose) throws IOException {
        Files.deleteIfExists(requestKeyFile(purpose));
    }

    private Path requestKeyFile(Purpose purpose) {
        return directory.resolve("pki").resolve(purpose + ".request.key");
    }

    private static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }
}
