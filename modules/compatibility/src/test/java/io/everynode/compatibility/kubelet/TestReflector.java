package io.everynode.compatibility.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * What client-go's reflector asks for: a list and then a watch, or with streaming lists one watch that begins with all
 * objects. Keeps the objects by UID.
 */
final class TestReflector implements Closeable {

    private static final String INITIAL_END = "k8s.io/initial-events-end";

    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> synced = new CompletableFuture<>();
    private final BiConsumer<String, ObjectNode> handler;
    private Closeable watch;

    private TestReflector(BiConsumer<String, ObjectNode> handler) {
        this.handler = handler;
    }

    /**
     * @param path the collection with its selector, such as {@code /api/v1/pods?fieldSelector=spec.nodeName%3Dx}
     * @param streaming one watch instead of a list and a watch
     * @param handler gets ADDED, MODIFIED or DELETED, and the object
     */
    static TestReflector start(KubeletApi api, String path, boolean streaming, BiConsumer<String, ObjectNode> handler) {
        TestReflector reflector = new TestReflector(handler);
        String more = path + (path.contains("?") ? "&" : "?");
        if (streaming) {
            reflector.watch = api.watch(
                    more + "allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true"
                            + "&timeoutSeconds=583&watch=true",
                    reflector::seen);
        } else {
            ObjectNode list = api.get(more + "limit=500&resourceVersion=0");
            for (JsonNode item : list.path("items")) {
                reflector.changed("ADDED", (ObjectNode) item);
            }
            reflector.synced.complete(null);
            reflector.watch = api.watch(
                    more + "allowWatchBookmarks=true&resourceVersion=" + Json.text(list, "metadata", "resourceVersion")
                            + "&timeoutSeconds=583&watch=true",
                    reflector::seen);
        }
        return reflector;
    }

    private void seen(ObjectNode event) {
        String type = Json.text(event, "type");
        ObjectNode object = (ObjectNode) event.path("object");
        if (!type.equals("BOOKMARK")) {
            changed(type, object);
        } else if (Json.text(object, "metadata", "annotations", INITIAL_END).equals("true")) {
            synced.complete(null);
        }
    }

    private void changed(String type, ObjectNode object) {
        String uid = Json.text(object, "metadata", "uid");
        if (type.equals("DELETED")) {
            objects.remove(uid);
        } else {
            objects.put(uid, object);
        }
        handler.accept(type, object);
    }

    boolean hasSynced() {
        return synced.isDone();
    }

    Map<String, ObjectNode> objects() {
        return objects;
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
