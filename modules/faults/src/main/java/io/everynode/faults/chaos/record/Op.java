package io.everynode.faults.chaos.record;

import java.util.Locale;

/**
 * One request of a client, a single try.
 *
 * @param endpoint the member's number as text ({@code 1}, {@code 2}, ...), or {@code haproxy}
 * @param key for a list with an empty name
 * @param start in nanoseconds of the run, before anything was sent
 * @param end when the whole answer was there, or when the client gave up
 * @param status of the answer, or 0 when there was none
 * @param version of the object in the answer, of the list for a list; 0 when there is none
 * @param expected the resourceVersion that a write demanded, or 0
 * @param value what the write was to set, or ""; see {@link Snapshot#value}
 * @param note the refusal's message or what failed, or ""
 */
public record Op(
        String client,
        String endpoint,
        Verb verb,
        Key key,
        long start,
        long end,
        int status,
        String uid,
        long version,
        long expected,
        String value,
        String note) {

    @Override
    public String toString() {
        return seconds(start) + " to " + seconds(end) + " " + client + " at " + endpoint + ": " + verb + " " + key
                + (expected == 0 ? "" : " expecting " + expected) + (value.isEmpty() ? "" : " = " + value) + " -> "
                + (status == 0 ? "no answer" : status) + (version == 0 ? "" : " at " + version)
                + (uid.isEmpty() ? "" : " uid " + uid) + (note.isEmpty() ? "" : " (" + note + ")");
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }

    /** What was asked. */
    public enum Verb {
        GET,
        LIST,
        CREATE,
        UPDATE,
        PATCH,
        DELETE;

        public boolean isWrite() {
            return this != GET && this != LIST;
        }
    }

    /** Answered with success. */
    public boolean isDone() {
        return status >= 200 && status < 300;
    }

    public boolean isDoneWrite() {
        return verb.isWrite() && isDone();
    }
}
