package io.everynode.nodes;

/** Keeps one copy of texts that many nodes and Pods have alike; with 100,000 of them they are most of the memory. */
final class SharedText {

    private SharedText() {}

    /** An equal text, the same one for all callers; the JVM forgets it with its last user. */
    static String of(String text) {
        return text.intern();
    }
}
