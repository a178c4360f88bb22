package io.everynode.faults.cluster;

import io.everynode.apiserver.pki.CertificateAuthority;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Base64;
import java.util.List;

/**
 * Who gets into servers of this machine. Keys and certificates are made before the first start, and each member has
 * copies, as an operator does it (docs/security.md); so the kubeconfigs are there before any server has run.
 */
public final class Doors {

    /** What all members of a cluster share, and the administrator of all. */
    private static final List<String> SHARED = List.of("ca.crt", "ca.key", "accounts.key", "admin.crt", "admin.key");

    private final Path pki;
    private final boolean closed;

    private Doors(Path pki, boolean closed) {
        this.pki = pki;
        this.closed = closed;
    }

    /** Plain HTTP, where everybody is the administrator. */
    public static Doors open(Path pki) {
        return new Doors(pki, false);
    }

    /** TLS and authentication, with what is in the directory; what is missing there is made. */
    public static Doors closed(Path pki) throws IOException {
        PkiDirectory directory = new PkiDirectory(pki, Clock.systemUTC());
        try {
            CertificateAuthority authority = directory.authorityOrNew();
            directory.accountKeys();
            directory.administrator(authority);
        } catch (PkiException e) {
            throw new IOException(e.getMessage(), e);
        }
        return new Doors(pki, true);
    }

    /** Also for a version that does not know these settings, which it would refuse in a file. */
    public List<String> jvmOptions() {
        return closed
                ? List.of()
                : List.of("-Deverynode.api-server.tls.mode=off", "-Deverynode.authentication.mode=none");
    }

    /** Of a port of this machine. */
    public URI address(int port) {
        return URI.create((closed ? "https" : "http") + "://127.0.0.1:" + port);
    }

    /** Before a member starts for the first time. */
    void copyTo(Path memberDirectory) throws IOException {
        if (!closed) {
            return;
        }
        Path own = Files.createDirectories(memberDirectory.resolve("pki"));
        for (String file : SHARED) {
            Files.copy(
                    pki.resolve(file),
                    own.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** The administrator's, in the directory. */
    public Path kubeconfig(Path directory, URI server) throws IOException {
        return OwnerFiles.write(directory.resolve("kubeconfig"), """
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
                """.formatted(
                        server,
                        closed ? "\n    certificate-authority-data: " + encoded("ca.crt") : "",
                        closed
                                ? "\n    client-certificate-data: " + encoded("admin.crt") + "\n    client-key-data: "
                                        + encoded("admin.key")
                                : " {}"));
    }

    private String encoded(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(pki.resolve(file)));
    }
}
