package io.everynode.nodes.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Where a cluster's API is and what a client shows there. Immutable. Its text names no secret.
 *
 * @param servers addresses of one API, without a slash at their ends; at least one
 * @param token a bearer token, "" for none
 * @param tls for https; null for what the JVM trusts by itself
 */
public record ClusterAccess(List<URI> servers, String token, SSLContext tls) {

    public ClusterAccess {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("an API needs an address");
        }
    }

    /** Why a cluster cannot be had so, in one line. */
    public static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        public Broken(String message) {
            super(message);
        }
    }

    /** Addresses alone, without credentials. */
    public static ClusterAccess of(List<String> servers) throws Broken {
        return new ClusterAccess(addresses(servers), "", null);
    }

    /**
     * One server, as somebody with a token.
     *
     * @param authorities PEM of those who may have signed the server's certificate, and nobody else
     * @param token "" for nobody
     */
    public static ClusterAccess trusting(String server, byte[] authorities, String token) throws Broken {
        return new ClusterAccess(List.of(address(server)), token, TlsMaterial.context(authorities, null, null));
    }

    /** The same cluster by other addresses. */
    public ClusterAccess at(List<String> others) throws Broken {
        return new ClusterAccess(addresses(others), token, tls);
    }

    /** For an HTTP client that trusts, and shows in TLS, what is said here. The token goes with each request. */
    public HttpClient.Builder client() {
        HttpClient.Builder builder = HttpClient.newBuilder();
        return tls == null ? builder : builder.sslContext(tls);
    }

    /** A request of whom this says, by an address of the same API. */
    public HttpRequest.Builder request(URI address) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address);
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private static List<URI> addresses(List<String> servers) throws Broken {
        List<URI> addresses = new ArrayList<>();
        for (String server : servers) {
            addresses.add(address(server));
        }
        return addresses;
    }

    /** @throws Broken when it is no address of a server */
    static URI address(String server) throws Broken {
        String bare = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        try {
            URI uri = new URI(bare);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new Broken("\"" + server + "\" is no address such as http://127.0.0.1:6443: " + e.getReason());
        }
        throw new Broken("\"" + server + "\" is no address such as http://127.0.0.1:6443");
    }

    @Override
    public String toString() {
        return servers.toString();
    }
}
