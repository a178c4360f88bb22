package io.everynode.faults.killloop;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What a server has acknowledged, and what it was asked for without having answered, of one kind of objects. Each
 * object of the load holds a number that grows by one with each write, so that what is lost, done twice or done without
 * being asked for shows; one that was deleted may be made again, from one on, as another object. Thread-safe.
 */
final class Ledger {

    /** What is asked for of an object that is to go. */
    static final long GONE = 0;

    /** A ConfigMap that every namespace has by itself. */
    private static final String OF_THE_CLUSTER = "kube-root-ca.crt";

    /**
     * What is known of one object.
     *
     * @param uid "" while no creation was acknowledged
     * @param number the last acknowledged one; 0 while there is none
     * @param version the resourceVersion of that write
     * @param asked the number that was asked for last; more than {@code number} while no answer came
     */
    record Entry(String uid, long number, long version, long asked) {

        static final Entry NOTHING = new Entry("", 0, 0, 0);
    }

    private final ToLongFunction<JsonNode> numbers;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Set<String> deleted = new TreeSet<>();
    private long acknowledged;

    /** @param numbers which number an object holds */
    private Ledger(ToLongFunction<JsonNode> numbers) {
        this.numbers = numbers;
    }

    static Ledger ofConfigMaps() {
        return new Ledger(object -> object.path("data").path("number").asLong());
    }

    /** Whose values the server has to be able to decrypt. */
    static Ledger ofSecrets() {
        return new Ledger(object -> {
            byte[] number = Base64.getDecoder()
                    .decode(object.path("data").path("number").asText());
            return number.length == 0 ? -1 : Long.parseLong(new String(number, StandardCharsets.US_ASCII));
        });
    }

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

    /** The server said that it is gone. */
    synchronized void gone(String name) {
        acknowledged++;
        notifyAll();
        deleted.add(entry(name).uid());
        entries.put(name, Entry.NOTHING);
    }

    /** UIDs of what is gone for good. */
    synchronized Set<String> deleted() {
        return Set.copyOf(deleted);
    }

    /** UIDs of what is there, after {@link #settle}. */
    synchronized Set<String> living() {
        return entries.values().stream()
                .map(Entry::uid)
                .filter(uid -> !uid.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
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

    private Entry of(JsonNode object) {
        long number = numbers.applyAsLong(object);
        JsonNode metadata = object.path("metadata");
        return new Entry(
                Json.text(metadata, "uid"), number, Long.parseLong(Json.text(metadata, "resourceVersion")), number);
    }

    /**
     * Compares with what a server has after it came back, and goes on from there.
     *
     * @param list all objects of the kind in the load's namespace
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
            } else if (has.equals(Entry.NOTHING) && had.asked() == GONE) {
                // Nothing was asked for, or it went without an answer.
                if (!had.uid().isEmpty()) {
                    deleted.add(had.uid());
                }
            } else if (deleted.contains(has.uid())) {
                wrong.add(known.getKey() + " is there with the UID " + has.uid() + ", which was deleted");
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
