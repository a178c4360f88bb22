package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.WatchLog;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Watches one resource at one address as an informer does: a list, then watches that each resume from the last version
 * seen; another list only when told that this version is gone (410).
 */
final class Watcher implements Runnable {

    /** Short enough that every run sees watches end by themselves and go on. */
    private static final int WATCH_SECONDS = 60;

    private static final long PAUSE_MILLIS = 250;

    private final Api api;
    private final String resource;
    private final String namespace;
    private final Recorder recorder;
    private final WatchLog log;
    private final String name;
    private volatile boolean ended;
    private volatile InputStream open;
    private int connections;
    private int gone;

    Watcher(Api api, String resource, String namespace, Recorder recorder) {
        this.api = api;
        this.resource = resource;
        this.namespace = namespace;
        this.recorder = recorder;
        this.name = "watch of " + resource + " at " + api.endpoint();
        this.log = recorder.watch(name, resource);
    }

    String name() {
        return name;
    }

    String resource() {
        return resource;
    }

    /** Up to which version it has seen all. */
    long through() {
        return log.through();
    }

    /** How often it had to list anew. */
    int gone() {
        return gone;
    }

    int connections() {
        return connections;
    }

    @Override
    public void run() {
        boolean listed = false;
        try {
            while (!ended) {
                try {
                    listed = listed || list();
                    listed = listed && follow();
                } catch (IOException broken) {
                    // Resumes from where it was.
                }
                if (!ended) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    private boolean list() throws InterruptedException {
        Answer answer = api.list(name, resource, namespace);
        if (!answer.isDone()) {
            return false;
        }
        List<Snapshot> objects = new ArrayList<>();
        answer.body().path("items").forEach(item -> objects.add(Snapshot.of(resource, item)));
        log.listed(answer.version(), objects);
        return true;
    }

    /** False when the version is gone. */
    private boolean follow() throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = api.watch(resource, namespace, log.through(), WATCH_SECONDS);
        connections++;
        try (InputStream stream = answer.body()) {
            open = stream;
            if (answer.statusCode() != 200) {
                return answer.statusCode() != 410 || isGone();
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), 1 << 16);
            for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
                if (!line.isEmpty() && !take(line)) {
                    return isGone();
                }
            }
        } finally {
            open = null;
        }
        return true;
    }

    private boolean isGone() {
        gone++;
        return false;
    }

    /** False for 410. A line that was cut off by a broken connection is no event. */
    private boolean take(String line) throws IOException {
        JsonNode event = Json.mapper().readTree(line);
        String type = Json.text(event, "type");
        JsonNode object = event.path("object");
        if (type.equals("ERROR")) {
            if (object.path("code").asInt() == 410) {
                return false;
            }
            throw new IOException(Json.text(object, "message"));
        }
        if (type.equals("BOOKMARK")) {
            log.bookmark(Json.at(object, "metadata", "resourceVersion").asLong());
        } else {
            log.saw(new Seen(recorder.now(), Seen.Type.valueOf(type), Snapshot.of(resource, object)));
        }
        return true;
    }

    /** From another thread. */
    void end() {
        ended = true;
        InputStream stream = open;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
    }
}
