package io.everynode.nodes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.nodes.http.ClusterAccess.Broken;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManager;

/**
 * Reads a kubeconfig: the server of its current context, the authorities its certificate may come from, and the user's
 * token or client certificate (client-go/tools/clientcmd/api/v1/types.go). What it cannot honour it refuses, so that
 * nothing is sent with less than was asked for.
 */
public final class KubeconfigFile {

    private static final List<String> REFUSED_OF_USER =
            List.of("exec", "auth-provider", "username", "password", "as", "as-uid", "as-groups");
    private static final List<String> REFUSED_OF_CLUSTER = List.of("proxy-url", "tls-server-name");

    private final Path file;
    private final JsonNode root;

    private KubeconfigFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /** @throws Broken with one line that names the file and the place */
    public static ClusterAccess read(Path file) throws Broken {
        try {
            JsonNode root = new YAMLMapper().readTree(Files.readString(file));
            if (root == null || !root.isObject()) {
                throw new Broken(file + ": no kubeconfig");
            }
            return new KubeconfigFile(file, root).access();
        } catch (NoSuchFileException e) {
            throw new Broken("no such kubeconfig: " + file);
        } catch (IOException e) {
            // Jackson's further lines quote the file, which may hold secrets.
            throw new Broken("cannot read kubeconfig " + file + ": " + firstLine(e));
        }
    }

    /**
     * Who may have signed the certificates of the cluster's own clients: the authorities of its server.
     *
     * @return empty for a cluster without TLS, or with one that the JVM trusts by itself
     */
    public static Optional<TrustManager[]> authorities(Path file) throws Broken {
        List<X509Certificate> certificates = certificates(file, KubeconfigFile::cluster, "certificate-authority");
        try {
            return certificates.isEmpty() ? Optional.empty() : Optional.of(TlsMaterial.trusted(certificates));
        } catch (IOException | GeneralSecurityException e) {
            throw new Broken("cannot use the authorities of kubeconfig " + file);
        }
    }

    /** The certificates of the authorities of the current context's cluster; none without TLS. */
    public static List<X509Certificate> authorityCertificates(Path file) throws Broken {
        return certificates(file, KubeconfigFile::cluster, "certificate-authority");
    }

    /** The client certificate of the current context's user; empty for a user without one. */
    public static Optional<X509Certificate> certificate(Path file) throws Broken {
        return certificates(file, KubeconfigFile::user, "client-certificate").stream()
                .findFirst();
    }

    /**
     * What both sides show, as it stands there.
     *
     * @throws Broken also when one of them is missing
     */
    public static Kubeconfig.Credentials credentials(Path file) throws Broken {
        try {
            KubeconfigFile read = new KubeconfigFile(file, new YAMLMapper().readTree(Files.readString(file)));
            byte[] authority = read.material(read.cluster(), "certificate-authority");
            byte[] certificate = read.material(read.user(), "client-certificate");
            byte[] key = read.material(read.user(), "client-key");
            if (authority == null || certificate == null || key == null) {
                throw read.broken("it has no client certificate or no authority");
            }
            return new Kubeconfig.Credentials(text(authority), text(certificate), text(key));
        } catch (IOException e) {
            throw new Broken("cannot read kubeconfig " + file + ": " + firstLine(e));
        }
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    /** A part of a kubeconfig. */
    private interface Section {
        JsonNode of(KubeconfigFile file) throws Broken;
    }

    private static List<X509Certificate> certificates(Path file, Section section, String field) throws Broken {
        try {
            KubeconfigFile read = new KubeconfigFile(file, new YAMLMapper().readTree(Files.readString(file)));
            byte[] pem = read.material(section.of(read), field);
            return pem == null ? List.of() : TlsMaterial.certificates(pem, field);
        } catch (NoSuchFileException e) {
            throw new Broken("no such kubeconfig: " + file);
        } catch (IOException | GeneralSecurityException e) {
            throw new Broken(
                    "cannot read kubeconfig " + file + ": " + e.getClass().getSimpleName());
        }
    }

    private JsonNode user() throws Broken {
        JsonNode context = named("contexts", Json.text(root, "current-context"), "context", "current-context");
        String name = Json.text(context, "user");
        return name.isEmpty() ? Json.object() : named("users", name, "user", "its context");
    }

    private JsonNode cluster() throws Broken {
        JsonNode context = named("contexts", Json.text(root, "current-context"), "context", "current-context");
        String name = Json.text(context, "cluster");
        return named("clusters", name, "cluster", "its context");
    }

    private ClusterAccess access() throws Broken {
        String current = Json.text(root, "current-context");
        if (current.isEmpty()) {
            throw broken("it has no current-context");
        }
        JsonNode context = named("contexts", current, "context", "current-context");
        String clusterName = Json.text(context, "cluster");
        JsonNode cluster = named("clusters", clusterName, "cluster", "context \"" + current + "\"");
        String userName = Json.text(context, "user");
        JsonNode user =
                userName.isEmpty() ? Json.object() : named("users", userName, "user", "context \"" + current + "\"");
        refuse(cluster, REFUSED_OF_CLUSTER, "cluster \"" + clusterName + "\"");
        refuse(user, REFUSED_OF_USER, "user \"" + userName + "\"");
        if (cluster.path("insecure-skip-tls-verify").asBoolean(false)) {
            throw broken("cluster \"" + clusterName + "\": insecure-skip-tls-verify is not supported; name its"
                    + " certificate-authority instead");
        }
        String server = Json.text(cluster, "server");
        if (server.isEmpty()) {
            throw broken("cluster \"" + clusterName + "\" has no server");
        }
        byte[] authorities = material(cluster, "certificate-authority");
        byte[] certificate = material(user, "client-certificate");
        byte[] key = material(user, "client-key");
        String token = token(user);
        try {
            return new ClusterAccess(
                    List.of(ClusterAccess.address(server)), token, TlsMaterial.context(authorities, certificate, key));
        } catch (Broken e) {
            throw broken(e.getMessage());
        }
    }

    private String token(JsonNode user) throws Broken {
        String token = Json.text(user, "token");
        String path = Json.text(user, "tokenFile");
        return token.isEmpty() && !path.isEmpty() ? new String(fileNamed(path), StandardCharsets.UTF_8).strip() : token;
    }

    private JsonNode named(String list, String name, String content, String who) throws Broken {
        for (JsonNode each : root.path(list)) {
            if (Json.text(each, "name").equals(name)) {
                return each.path(content);
            }
        }
        throw broken(who + " names \"" + name + "\", which is not among its " + list);
    }

    private void refuse(JsonNode section, List<String> fields, String where) throws Broken {
        for (Map.Entry<String, JsonNode> field : section.properties()) {
            if (fields.contains(field.getKey())) {
                throw broken(where + ": " + field.getKey() + " is not supported");
            }
        }
    }

    /** Of a field or of the file it names; null without either. */
    private byte[] material(JsonNode section, String field) throws Broken {
        String data = Json.text(section, field + "-data");
        if (!data.isEmpty()) {
            try {
                return Base64.getMimeDecoder().decode(data);
            } catch (IllegalArgumentException e) {
                throw broken(field + "-data is no base64");
            }
        }
        String path = Json.text(section, field);
        return path.isEmpty() ? null : fileNamed(path);
    }

    /** Relative to the kubeconfig. */
    private byte[] fileNamed(String path) throws Broken {
        Path named = file.toAbsolutePath().resolveSibling(path);
        try {
            return Files.readAllBytes(named);
        } catch (IOException e) {
            throw broken("cannot read " + named);
        }
    }

    private Broken broken(String why) {
        return new Broken("kubeconfig " + file + ": " + why);
    }

    private static String firstLine(IOException e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().lines().findFirst().orElse("");
    }
}
