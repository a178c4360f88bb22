import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry with one image, private/busybox:1, for those who know the password. Arguments: a directory with what
 * "docker save" gives, a user and a password. Prints its port.
 */
public final class Registry {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    public static void main(String[] args) throws Exception {
        Path image = Path.of(args[0]);
        String index = Files.readString(image.resolve("manifest.json"));
        Map<String, byte[]> blobs = new HashMap<>();
        String config = blob(blobs, Files.readAllBytes(image.resolve(found(index, "\"Config\":\"([^\"]+)\""))));
        String layer = blob(blobs, Files.readAllBytes(image.resolve(found(index, "\"Layers\":\\[\"([^\"]+)\"\\]"))));
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":{\"mediaType\":"
                        + "\"application/vnd.docker.container.image.v1+json\",\"size\":" + blobs.get(config).length
                        + ",\"digest\":\"" + config + "\"},\"layers\":[{\"mediaType\":"
                        + "\"application/vnd.docker.image.rootfs.diff.tar\",\"size\":" + blobs.get(layer).length
                        + ",\"digest\":\"" + layer + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        String digest = blob(blobs, manifest);
        String allowed = "Basic "
                + Base64.getEncoder().encodeToString((args[1] + ":" + args[2]).getBytes(StandardCharsets.UTF_8));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (!allowed.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"registry\"");
                answer(exchange, 401, "application/json", "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}".getBytes());
            } else if (path.equals("/v2/")) {
                answer(exchange, 200, "application/json", "{}".getBytes());
            } else if (path.equals("/v2/private/busybox/manifests/1")
                    || path.equals("/v2/private/busybox/manifests/" + digest)) {
                exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
                answer(exchange, 200, MANIFEST, manifest);
            } else if (blobs.containsKey(path.substring(path.lastIndexOf('/') + 1))) {
                answer(exchange, 200, "application/octet-stream", blobs.get(path.substring(path.lastIndexOf('/') + 1)));
            } else {
                answer(exchange, 404, "application/json", "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes());
            }
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    private static String blob(Map<String, byte[]> blobs, byte[] bytes) throws Exception {
        String digest = "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        blobs.put(digest, bytes);
        return digest;
    }

    private static void answer(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(code, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
