package io.everynode.apiserver;

import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.pki.AccountKeys;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.apiserver.pki.ServerTls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a server shows to its clients.
 *
 * @param tls empty for plain text
 * @param accountKeys of ServiceAccounts' tokens; empty for one that ends with the process
 * @param authority signs certificate requests; empty for none
 */
public record ServerIdentity(
        Optional<ServerTls> tls, Optional<AccountKeys> accountKeys, Optional<PkiDirectory> authority) {

    public static final ServerIdentity NONE = new ServerIdentity(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Makes what is missing; without TLS that is nothing.
     *
     * @throws PkiException when files cannot be used, or the settings ask for authentication without TLS, or leave a
     *     port open that others than this machine reach
     */
    public static ServerIdentity open(ApiServerSettings settings, Path dataDirectory, InstantSource clock)
            throws PkiException {
        if (settings.authentication() == AuthenticationMode.NONE && !isLoopback(settings.host())) {
            throw new PkiException("without authentication the API is served on loopback only, not on "
                    + settings.host() + ": whoever reaches it may do everything");
        }
        if (!settings.tls().on()) {
            if (settings.authentication() == AuthenticationMode.REQUIRED) {
                throw new PkiException(AuthenticationMode.SETTING
                        + " = required needs everynode.api-server.tls.mode = on: nobody may read along");
            }
            return NONE;
        }
        PkiDirectory directory = directory(settings, dataDirectory, clock);
        ServerTls tls = ServerTls.open(directory, settings.tls(), settings.host(), clock);
        directory.nodesAuthority();
        return new ServerIdentity(Optional.of(tls), Optional.of(directory.accountKeys()), Optional.of(directory));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    public static PkiDirectory directory(ApiServerSettings settings, Path dataDirectory, InstantSource clock) {
        return new PkiDirectory(settings.tls().directory().orElse(dataDirectory.resolve("pki")), clock);
    }

    @Override
    public String toString() {
        return tls.isPresent() ? "with TLS" : "without TLS";
    }
}
