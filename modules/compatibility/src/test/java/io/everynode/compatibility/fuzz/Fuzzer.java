package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.compatibility.fuzz.FuzzConnection.Answer;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the requests of a seed to a server, batch after batch, with a few workers at once, and checks every answer:
 * never a 5xx, always in time, failures as a Status, and what was accepted can be read back. After a batch, those that
 * were refused (or only tried out) are sent again to the resting server, which must not change by them.
 */
final class Fuzzer {

    /** So many batches are checked for changes by refused requests; all of them would double the run. */
    private static final int CHECKED = 5;

    private static final int BATCH = 400;

    /** Trees of the fuzzer may nest deeper than any that a server takes. */
    private static final long STACK_BYTES = 64L << 20;

    private final ClusterAccess access;
    private final RequestMaker maker;
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentSkipListMap<Integer, AtomicInteger> codes = new ConcurrentSkipListMap<>();
    private final AtomicInteger readBack = new AtomicInteger();
    private int sentAgain;

    Fuzzer(ClusterAccess access, long seed) {
        this.access = access;
        this.maker = new RequestMaker(seed);
    }

    /** Each with its request. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** How often each status came. */
    Map<Integer, Integer> codes() {
        Map<Integer, Integer> counts = new TreeMap<>();
        codes.forEach((code, count) -> counts.put(code, count.get()));
        return counts;
    }

    /** How many accepted objects were read back. */
    int readBack() {
        return readBack.get();
    }

    /** How many requests that were refused were sent once more. */
    int sentAgain() {
        return sentAgain;
    }

    void prepare() throws IOException {
        try (FuzzConnection connection = new FuzzConnection(access)) {
            for (int worker = 0; worker < RequestMaker.WORKERS; worker++) {
                JsonNode namespace =
                        Json.mapper().readTree("{\"metadata\":{\"name\":\"" + RequestMaker.namespace(worker) + "\"}}");
                connection.send(ServerState.request("POST", "/api/v1/namespaces", namespace));
            }
        }
    }

    /** Sends the requests from the first to before the last; ends early after ten failures. */
    void run(int first, int last) throws IOException, InterruptedException {
        int batches = 0;
        for (int from = first; from < last && failures.size() < 10; from += BATCH) {
            List<FuzzRequest> harmless = batch(from, Math.min(last, from + BATCH));
            if (batches++ % CHECKED == 0) {
                checkUnchanged(harmless);
            }
        }
    }

    private List<FuzzRequest> batch(int from, int to) throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        ConcurrentLinkedQueue<FuzzRequest> harmless = new ConcurrentLinkedQueue<>();
        for (int worker = 0; worker < RequestMaker.WORKERS; worker++) {
            int own = worker;
            Thread thread = new Thread(
                    null,
                    () -> {
                        try (FuzzConnection connection = new FuzzConnection(access)) {
                            for (int i = from; i < to; i++) {
                                if (i % RequestMaker.WORKERS == own && one(connection, maker.make(i))) {
                                    harmless.add(maker.make(i));
                                }
                            }
                        } catch (IOException | RuntimeException | Error e) {
                            failures.add("a worker ended: " + e);
                        }
                    },
                    "fuzz-" + worker,
                    STACK_BYTES);
            thread.start();
            workers.add(thread);
        }
        for (Thread thread : workers) {
            thread.join();
        }
        return new ArrayList<>(harmless);
    }

    /** Sends one and checks the answer; returns whether it was a write that must not have changed anything. */
    private boolean one(FuzzConnection connection, FuzzRequest request) {
        try {
            Answer answer = connection.send(request);
            codes.computeIfAbsent(answer.code(), code -> new AtomicInteger()).incrementAndGet();
            Optional<String> wrong = wrong(request, answer);
            wrong.ifPresent(what -> failures.add(what + "\n" + request));
            if (wrong.isEmpty()
                    && answer.code() < 300
                    && request.isWrite()
                    && !request.isDryRun()
                    && request.broken() == null) {
                readBack(connection, request, answer);
            }
            return request.isWrite() && (answer.code() >= 400 || request.isDryRun());
        } catch (IOException | RuntimeException e) {
            failures.add(e + "\n" + request);
            return false;
        }
    }

    static Optional<String> wrong(FuzzRequest request, Answer answer) {
        int code = answer.code();
        if (code >= 500) {
            // A client that asks for a version that is still to come, or for an answer at once, is told to come back.
            boolean asked = code == 504
                    && (answer.text().contains("Too large resource version")
                            || request.target().contains("timeout="));
            return asked ? Optional.empty() : Optional.of("gave " + code + ": " + answer.text());
        }
        // Below no group and version, Go's own words are the answer.
        boolean nowhere = code == 404 && answer.text().equals("404 page not found\n");
        if (code < 400
                || nowhere
                || request.broken() != null
                || request.method().equals("HEAD")) {
            return Optional.empty();
        }
        if (!answer.isJson() && isOtherForm(request, answer)) {
            return Optional.empty();
        }
        try {
            JsonNode status = answer.isJson() ? Json.mapper().readTree(answer.body()) : Json.object();
            boolean complete = status.path("kind").asText().equals("Status")
                    && status.path("status").asText().equals("Failure")
                    && status.path("code").asInt() == code
                    && !status.path("reason").asText().isEmpty()
                    && !status.path("message").asText().isEmpty();
            return complete
                    ? Optional.empty()
                    : Optional.of("gave " + code + " without a whole Status: " + answer.text());
        } catch (JacksonException e) {
            return Optional.of("gave " + code + " with broken JSON: " + answer.text());
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** A Status in YAML or protobuf for who asks for that, and plain text where no API is. */
    private static boolean isOtherForm(FuzzRequest request, Answer answer) {
        boolean api = request.target().startsWith("/api");
        String text = answer.text();
        return text.contains("Status") && text.contains("Failure")
                || !api && answer.code() == 404 && text.equals("404 page not found\n");
    }

    private void readBack(FuzzConnection connection, FuzzRequest request, Answer answer) throws IOException {
        if (request.method().equals("DELETE") || !answer.isJson()) {
            return;
        }
        JsonNode object = Json.mapper().readTree(answer.body());
        JsonNode meta = object.path("metadata");
        Optional<Kind> kind = Kinds.byName(
                object.path("apiVersion").asText(), object.path("kind").asText());
        String namespace = meta.path("namespace").asText();
        boolean own = kind.isPresent()
                && (kind.get().namespaced()
                        ? namespace.equals(RequestMaker.namespace(request.index()))
                        : meta.path("name").asText().endsWith("-" + request.index() % RequestMaker.WORKERS));
        // Controllers may remove these at once.
        boolean passing = meta.has("deletionTimestamp")
                || meta.has("ownerReferences")
                || object.path("spec").has("nodeName")
                || meta.path("uid").asText().isEmpty();
        if (!own || passing) {
            return;
        }
        String name = URLEncoder.encode(meta.path("name").asText(), StandardCharsets.UTF_8)
                .replace("+", "%20");
        Answer read =
                connection.send(ServerState.request("GET", ServerState.path(kind.get(), namespace) + "/" + name, null));
        JsonNode found = read.code() == 200 ? Json.mapper().readTree(read.body()) : Json.object();
        if (!found.path("metadata").path("uid").equals(meta.path("uid"))) {
            failures.add("accepted, but reading it back gave " + read.code() + " " + read.text() + "\n" + request
                    + "\nanswer: " + answer.text());
        }
        readBack.incrementAndGet();
    }

    private void checkUnchanged(List<FuzzRequest> harmless) throws IOException {
        try (FuzzConnection connection = new FuzzConnection(access)) {
            ServerState state = new ServerState(connection);
            Map<String, String> before = state.settled();
            boolean refused = sendAgain(connection, harmless);
            Map<String, String> after = state.objects();
            if (refused && !after.equals(before)) {
                blame(connection, state, harmless);
            }
        }
    }

    /** Whether all were refused again: what is there decides, too, and others' writes are in the batch. */
    private boolean sendAgain(FuzzConnection connection, List<FuzzRequest> requests) {
        boolean refused = true;
        for (FuzzRequest request : requests) {
            sentAgain++;
            refused &= one(connection, request);
        }
        return refused;
    }

    /**
     * Finds the one that changes something, each between two looks at a server that rests. It has to do so twice: a
     * node without a kubelet is given up by its own, some time.
     */
    private void blame(FuzzConnection connection, ServerState state, List<FuzzRequest> harmless) throws IOException {
        for (FuzzRequest request : harmless) {
            if (!changes(connection, state, request).isEmpty()) {
                Map<String, String> again = changes(connection, state, request);
                if (!again.isEmpty()) {
                    failures.add("was refused, and yet there is a change: " + again + "\n" + request);
                }
            }
        }
    }

    /** What is there otherwise after the request, if it is refused. */
    private Map<String, String> changes(FuzzConnection connection, ServerState state, FuzzRequest request)
            throws IOException {
        Map<String, String> before = state.settled();
        boolean refused = one(connection, request);
        Map<String, String> after = state.objects();
        Map<String, String> changes = new TreeMap<>(after);
        changes.entrySet().removeAll(before.entrySet());
        before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(key -> changes.put(key, "gone"));
        return refused ? changes : Map.of();
    }
}
