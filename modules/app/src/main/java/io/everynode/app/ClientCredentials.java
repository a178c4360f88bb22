package io.everynode.app;

import io.everynode.apiserver.ApiServerSettings;
import io.everynode.apiserver.ServerIdentity;
import io.everynode.apiserver.pki.CertificateAuthority;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.nodes.http.Kubeconfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Signs clients with the authority of a server's directory, whether it runs or not. */
final class ClientCredentials {

    private final PkiDirectory directory;
    private final CertificateAuthority authority;
    private final Path trusted;

    private ClientCredentials(PkiDirectory directory, CertificateAuthority authority, Path trusted) {
        this.directory = directory;
        this.authority = authority;
        this.trusted = trusted;
    }

    static ClientCredentials of(ApiServerSettings settings, Path dataDir, Clock clock) throws StartFailure {
        PkiDirectory directory = ServerIdentity.directory(settings, dataDir, clock);
        try {
            return new ClientCredentials(
                    directory, directory.authority(), settings.tls().authority().orElse(directory.authorityFile()));
        } catch (PkiException e) {
            throw new StartFailure("no authority that signs clients: " + StartFailure.firstLine(e), e);
        }
    }

    Kubeconfig.Credentials of(String user, List<String> groups, Duration valid) throws StartFailure {
        return shown(directory.client(authority, user, groups, valid));
    }

    Kubeconfig.Credentials administrator() throws StartFailure {
        try {
            return shown(directory.administrator(authority));
        } catch (PkiException e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }

    private Kubeconfig.Credentials shown(KeyedCertificate made) throws StartFailure {
        try {
            return new Kubeconfig.Credentials(
                    Files.readString(trusted, StandardCharsets.US_ASCII), Pem.of(made.chain()), Pem.of(made.key()));
        } catch (IOException e) {
            throw new StartFailure("cannot read " + trusted, e);
        }
    }
}
