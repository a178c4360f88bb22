package io.everynode.apiserver.pki;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings below {@code everynode.api-server.tls}; {@code everynode-api-server.conf} tells what each means.
 *
 * @param on whether the port speaks TLS
 * @param directory of keys and certificates; empty for the data directory's
 * @param names by which clients reach the server, besides those that are always meant
 * @param certificate the operator's own, with its chain; empty for one of our authority
 * @param key of that
 * @param authority of that, told to clients
 * @param clientAuthority signs clients; empty for ours
 */
public record TlsSettings(
        boolean on,
        Optional<Path> directory,
        List<String> names,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> authority,
        Optional<Path> clientAuthority) {

    private static final String MODE = "tls.mode";

    /** As kube-apiserver's own certificate has them. */
    private static final List<String> ALWAYS = List.of(
            "localhost",
            "127.0.0.1",
            "::1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local");

    /** @param own {@code everynode.api-server} */
    public static TlsSettings of(Config own) {
        String mode = own.getString(MODE);
        if (!mode.equals("on") && !mode.equals("off") && !mode.equals("true") && !mode.equals("false")) {
            throw new ConfigException.BadValue(MODE, "must be on or off, not " + mode);
        }
        Config tls = own.getConfig("tls");
        TlsSettings settings = new TlsSettings(
                tls.getBoolean("mode"),
                file(tls, "directory"),
                tls.getStringList("names"),
                file(tls, "cert-file"),
                file(tls, "key-file"),
                file(tls, "ca-cert-file"),
                file(tls, "client-ca-file"));
        boolean whole = settings.certificate.isPresent() == settings.key.isPresent()
                && settings.certificate.isPresent() == settings.authority.isPresent();
        if (!whole) {
            throw new ConfigException.BadValue("tls", "cert-file, key-file and ca-cert-file go together");
        }
        return settings;
    }

    private static Optional<Path> file(Config tls, String name) {
        String path = tls.getString(name);
        return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
    }

    /** What a certificate of ours has to name. */
    Set<String> allNames(String host) {
        List<String> all = new ArrayList<>(ALWAYS);
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            all.add(host);
        }
        try {
            all.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name is reached by others.
        }
        all.addAll(names);
        return new LinkedHashSet<>(all);
    }
}
