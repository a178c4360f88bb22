package io.everynode.loadtest.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that an Everynode server plays in its own JVM: those it was started with, and further ones, made here as Nodes
 * that ask to be played (docs/hollow-nodes.md, "A node that joins").
 */
final class ServerFleet implements Fleet {

    private static final String LEASES = "apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String NODES = "api/v1/nodes";
    private static final long PAUSE_MILLIS = 500;

    private final ApiClient api;
    private final BoundedCalls calls;
    private final String prefix;
    private final List<String> found;
    private final List<String> made = new ArrayList<>();

    /** @param found names of the nodes that are there */
    ServerFleet(ApiClient api, BoundedCalls calls, String prefix, List<String> found) {
        this.api = api;
        this.calls = calls;
        this.prefix = prefix;
        this.found = List.copyOf(found);
    }

    /** Names of all Nodes, once no more of the server's own come. */
    static List<String> settled(ApiClient api) throws IOException, InterruptedException {
        long before;
        do {
            before = count(api, NODES);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } while (count(api, NODES) != before);
        return list(api);
    }

    /** Names of all Nodes, page by page. */
    static List<String> list(ApiClient api) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = api.get(NODES + "?limit=500"
                    + (next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8)));
            page.path("items").forEach(node -> names.add(Json.text(node, "metadata", "name")));
            next = Json.text(page, "metadata", "continue");
        } while (!next.isEmpty());
        return names;
    }

    @Override
    public List<String> names() {
        List<String> all = new ArrayList<>(found);
        all.addAll(made);
        return all;
    }

    @Override
    public List<String> own() {
        return List.copyOf(made);
    }

    @Override
    public void join(int count) throws IOException, InterruptedException {
        List<ApiCall> posts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + String.format("%05d", made.size() + 1);
            made.add(name);
            ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
            ObjectNode metadata = node.putObject("metadata").put("name", name);
            metadata.putObject("annotations").put("everynode.io/hollow", "true");
            metadata.putObject("labels").put("kubernetes.io/hostname", name);
            posts.add(new ApiCall("POST nodes", "POST", NODES, ApiCall.JSON, node));
        }
        calls.send(posts, 0);
    }

    @Override
    public void settle(Duration timeout, Progress progress) throws IOException, InterruptedException {
        int all = found.size() + made.size();
        long begin = System.nanoTime();
        for (long leases = count(api, LEASES); leases < all; leases = count(api, LEASES)) {
            if (System.nanoTime() - begin > timeout.toNanos()) {
                throw new IOException("only " + leases + " of " + all + " nodes have a Lease");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** How long a list is, without fetching it. */
    private static long count(ApiClient api, String path) throws IOException, InterruptedException {
        JsonNode page = api.get(path + "?limit=1");
        return page.path("items").size()
                + page.path("metadata").path("remainingItemCount").asLong(0);
    }

    @Override
    public void close() {
        // The server plays on.
    }
}
