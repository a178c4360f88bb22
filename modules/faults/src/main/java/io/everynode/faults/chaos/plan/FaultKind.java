package io.everynode.faults.chaos.plan;

import java.util.Locale;

/** What can be done to a cluster. The name in lower case with hyphens is the one of {@code --faults}. */
public enum FaultKind {
    /** SIGKILL of one server JVM; its supervisor starts it again. */
    KILL(1, 1, 3),
    /** SIGKILL of two at once. */
    KILL_TWO(2, 1, 3),
    /** SIGTERM of one. */
    TERMINATE(1, 1, 3),
    /** SIGSTOP of one, SIGCONT at the end. */
    PAUSE(1, 1, 60),
    /** SIGSTOP of two. */
    PAUSE_TWO(2, 1, 45),
    /** What one member sends to another is lost; the other way works. */
    CUT_ONE_WAY(2, 5, 40),
    /** One member and the rest cannot reach each other; all reach the database. */
    CUT_OFF(1, 5, 40),
    /** No member reaches another. */
    CUT_ALL(0, 5, 30),
    /** One member and the database cannot reach each other. */
    CUT_DATABASE(1, 3, 30),
    /** All that goes between one member and the others or the database takes longer. */
    SLOW(1, 5, 40),
    /** A member that mostly does not run: stopped for nine tenths of the time, in pulses. */
    SHORT_OF_CPU(1, 5, 30),
    /** SIGKILL of PostgreSQL, all processes of it, started again at the end. */
    DATABASE_KILL(0, 1, 15),
    /** SIGSTOP of all processes of PostgreSQL. */
    DATABASE_FREEZE(0, 1, 30),
    /** All connections of PostgreSQL are taken by somebody else. */
    DATABASE_CONNECTIONS(0, 3, 20),
    /** PostgreSQL cannot write a byte more to its files. */
    DATABASE_FULL(0, 3, 20),
    /** SIGKILL of a process that plays nodes, started again at the end. */
    HOLLOW_KILL(0, 1, 20);

    private final int targets;
    private final int leastSeconds;
    private final int mostSeconds;

    FaultKind(int targets, int leastSeconds, int mostSeconds) {
        this.targets = targets;
        this.leastSeconds = leastSeconds;
        this.mostSeconds = mostSeconds;
    }

    /** How many members it is done to; 0 when it is not done to single members. */
    public int targets() {
        return targets;
    }

    public int leastSeconds() {
        return leastSeconds;
    }

    public int mostSeconds() {
        return mostSeconds;
    }

    /** Whether connections of clients to a target may stay without an answer by the fault itself. */
    public boolean silencesTargets() {
        return this == PAUSE || this == PAUSE_TWO || this == SHORT_OF_CPU;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The kind of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FaultKind of(String label) {
        for (FaultKind kind : values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no fault is called " + label);
    }
}
