package io.everynode.compatibility.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.compatibility.clients.SharedServer;
import io.everynode.objects.Json;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The requests of a kubelet, in JSON as with {@code contentType: application/json}, or in protobuf as by default. What
 * is given and returned are trees in both cases. Patches are JSON in both cases, too.
 */
final class KubeletApi {

    enum Encoding {
        JSON("application/json", "application/json"),
        PROTOBUF("application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json");

        private final String type;
        private final String accept;

        Encoding(String type, String accept) {
            this.type = type;
            this.accept = accept;
        }
    }

    /** An answer that is no success. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int code;
        private final transient ObjectNode status;

        Refused(String request, int code, ObjectNode status) {
            super(request + ": " + code + " " + Json.text(status, "message"));
            this.code = code;
            this.status = status;
        }

        int code() {
            return code;
        }

        String reason() {
            return Json.text(status, "reason");
        }
    }

    private final HttpClient client;
    private final String address;
    private final Encoding encoding;

    KubeletApi(SharedServer server, Encoding encoding) {
        this.client = server.client();
        this.address = server.address();
        this.encoding = encoding;
    }

    Encoding encoding() {
        return encoding;
    }

    ObjectNode get(String path) {
        return send("GET", path, null, "");
    }

    ObjectNode post(String path, ObjectNode body) {
        return send("POST", path, encoded(body), encoding.type);
    }

    ObjectNode put(String path, ObjectNode body) {
        return send("PUT", path, encoded(body), encoding.type);
    }

    ObjectNode delete(String path, ObjectNode options) {
        return send("DELETE", path, encoded(options), encoding.type);
    }

    ObjectNode patch(String path, String strategicMerge) {
        return send(
                "PATCH",
                path,
                strategicMerge.getBytes(StandardCharsets.UTF_8),
                "application/strategic-merge-patch+json");
    }

    private byte[] encoded(ObjectNode body) {
        return encoding == Encoding.JSON ? Json.encode(body) : ProtobufTrees.encode(body);
    }

    private ObjectNode send(String method, String path, byte[] body, String type) {
        HttpRequest.Builder request = request(path)
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            String answered = response.headers().firstValue("Content-Type").orElse("");
            ObjectNode tree = answered.startsWith(Encoding.PROTOBUF.type)
                    ? ProtobufTrees.decode(response.body())
                    : Json.parse(response.body());
            if (response.statusCode() >= 300) {
                throw new Refused(method + " " + path, response.statusCode(), tree);
            }
            if (!answered.startsWith(encoding.type)) {
                throw new IllegalStateException(method + " " + path + " is answered in " + answered);
            }
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .header("Accept", encoding.accept)
                .header("User-Agent", "kubelet/v1.35.0 (linux/amd64) kubernetes/test");
    }

    /** Opens a watch and gives each event to the consumer, on a thread of its own, until the watch ends. */
    Closeable watch(String path, Consumer<ObjectNode> events) {
        try {
            HttpResponse<InputStream> response =
                    client.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + response.statusCode() + " "
                        + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            Thread reader = new Thread(() -> read(response.body(), events), "watch " + path);
            reader.setDaemon(true);
            reader.start();
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(InputStream in, Consumer<ObjectNode> events) {
        try (DataInputStream frames = new DataInputStream(in)) {
            while (true) {
                events.accept(
                        encoding == Encoding.JSON
                                ? Json.parse(line(frames))
                                : ProtobufTrees.decodeEvent(frames.readNBytes(frames.readInt())));
            }
        } catch (EOFException ended) {
            // As watches do.
        } catch (IOException closed) {
            // By the test.
        }
    }

    private static byte[] line(DataInputStream in) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.write(next);
        }
        return line.toByteArray();
    }
}
