package io.everynode.faults.killloop;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a server has acknowledged, and what it was asked for without having answered. Each ConfigMap of the load holds a
 * number that grows by one with each write, so that what is lost, done twice or done without being asked for shows.
 * Thread-safe.
 */
final class Ledger {

    /** A ConfigMap that every namespace has by itself. */
    private static final String OF_THE_CLUSTER = "kube-root-ca.crt";

    /**
     * What is known of one ConfigMap.
     *
     * @param uid "" while no creation was acknowledged
     * @param number the last acknowledged one; 0 while there is none
     * @param version the resourceVersion of that write
     * @param asked the number that was asked for last; more than {@code number} while no answer came
     */
    record Entry(String uid, long number, long version, long asked) {

        static final Entry NOTHING = new Entry("", 0, 0, 0);
    }

    private final Map<String, Entry> entries = new TreeMap<>();
    private long acknowledged;

    synchronized Entry entry(String name) {
        return entries.getOrDefault(name, Entry.NOTHING);
    }

    /** To be called before the request is sent. */
    synchronized void asked(String name, long number) {
        Entry entry = entry(name);
        entries.put(name, new Entry(entry.uid(), entry.number(), entry.version(), number));
    }

    /** The server said yes, and this is the object that it answered with. */
    synchronized void acknowledged(String name, JsonNode object) {
        acknowledged++;
        notifyAll();
        entries.put(name, of(object));
    }

    /** How many writes were acknowledged so far. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** Returns once so many writes were acknowledged, or after that time. */
    synchronized void awaitAcknowledged(long count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long left = patience.toMillis(); acknowledged < count && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    private static Entry of(JsonNode object) {
        long number = object.path("data").path("number").asLong();
        JsonNode metadata = object.path("metadata");
        return new Entry(
                Json.text(metadata, "uid"), number, Long.parseLong(Json.text(metadata, "resourceVersion")), number);
    }

    /**
     * Compares with what a server has after it came back, and goes on from there.
     *
     * @param list all ConfigMaps of the load's namespace
     * @return a line for each thing that is wrong
     */
    synchronized List<String> settle(JsonNode list) {
        Map<String, Entry> found = new TreeMap<>();
        for (JsonNode item : list.path("items")) {
            String name = Json.text(item, "metadata", "name");
            if (!name.equals(OF_THE_CLUSTER)) {
                found.put(name, of(item));
            }
        }
        List<String> wrong = new ArrayList<>();
        long version = Long.parseLong(Json.text(list, "metadata", "resourceVersion"));
        for (Map.Entry<String, Entry> known : entries.entrySet()) {
            Entry had = known.getValue();
            Entry has = found.getOrDefault(known.getKey(), Entry.NOTHING);
            if (has.number() != had.number() && has.number() != had.asked()) {
                wrong.add(known.getKey() + " holds " + has.number() + ", but " + had.number() + " was acknowledged and "
                        + had.asked() + " asked for");
            } else if (!had.uid().isEmpty() && !has.uid().equals(had.uid())) {
                wrong.add(known.getKey() + " has the UID " + has.uid() + " instead of " + had.uid());
            } else if (has.number() == had.number() && has.version() != had.version()) {
                wrong.add(known.getKey() + " is at version " + has.version() + ", but " + had.version()
                        + " was acknowledged");
            }
            if (version < had.version()) {
                wrong.add("the list is at version " + version + ", before that of " + known.getKey() + ", "
                        + had.version());
            }
        }
        found.keySet().stream()
                .filter(name -> !entries.containsKey(name))
                .forEach(name -> wrong.add(name + " was never asked for"));
        entries.replaceAll((name, had) -> found.getOrDefault(name, Entry.NOTHING));
        return wrong;
    }
}
