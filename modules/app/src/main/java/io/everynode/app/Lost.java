package io.everynode.app;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a JVM ends that the cluster goes on without. */
final class Lost {

    /** Tells a supervisor to start it again; it comes back as another member. */
    static final int EXIT_CODE = 3;

    private static final Logger log = LoggerFactory.getLogger(Lost.class);

    private Lost() {}

    /**
     * Ends this JVM at once, without its shutdown hooks: nothing that it would still do in order is wanted any more,
     * and each answer might be wrong.
     */
    static void end(String reason) {
        log.error("The cluster goes on without this server, which ends with exit code {}: {}", EXIT_CODE, reason);
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext logback) {
            // Writes out what it holds.
            logback.stop();
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
