package io.everynode.core.daemonset;

import io.everynode.core.node.ConvergeReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which Nodes were asked for what and still owe an answer. At most a fixed number do at a time; silence is followed by
 * the same message again, with the same id. A Node that owes an answer is asked again only for something else.
 *
 * <p>Soft state: after a restart it is filled again from what is wanted. Mutable and confined to one actor; without a
 * clock. Queued requests go out by rank, then by the node's name, then by UID.
 */
final class ConvergeWindow {

    /** The first repetition; each one waits twice as long as the one before, up to {@link #LONGEST_SILENCE}. */
    static final Duration FIRST_SILENCE = Duration.ofSeconds(2);

    static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /**
     * After an answer the catalog should soon show the result; if what is wanted does not change by then, it is asked
     * for anew.
     */
    static final Duration QUIET_AFTER_ANSWER = Duration.ofSeconds(10);

    /** One Node as seen by one incarnation of the DaemonSet. */
    record Target(String uid, String node) {}

    /** What is to be sent now. */
    record Due(Target target, NodeAction action, String reason, String id) {}

    private enum Phase {
        QUEUED,
        OUTSTANDING,
        ANSWERED,
        REFUSED
    }

    private static final class Entry {
        private final Target target;
        private NodeAction action;
        private int rank;
        private String reason;
        private Phase phase = Phase.QUEUED;
        private String id = "";
        private int sent;
        private long nextAt = Long.MAX_VALUE;

        Entry(Target target) {
            this.target = target;
        }
    }

    private record Place(int rank, Target target) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Integer.compare(rank, other.rank);
            return order != 0 ? order : compare(target, other.target);
        }
    }

    private record Timer(long at, Target target) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int order = Long.compare(at, other.at);
            return order != 0 ? order : compare(target, other.target);
        }
    }

    private static int compare(Target a, Target b) {
        int byNode = a.node().compareTo(b.node());
        return byNode != 0 ? byNode : a.uid().compareTo(b.uid());
    }

    private final int capacity;
    private final Map<Target, Entry> entries = new HashMap<>();
    private final NavigableSet<Place> queue = new TreeSet<>();
    private final NavigableSet<Timer> timers = new TreeSet<>();
    private int outstanding;
    private long requests;

    ConvergeWindow(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Asks for something, or goes on asking for it. A refusal is asked about again at once, as the node has changed.
     */
    void want(Target target, NodeAction action, int rank, String reason) {
        Entry entry = entries.computeIfAbsent(target, Entry::new);
        boolean same = action.equals(entry.action);
        if (same && (entry.phase == Phase.OUTSTANDING || entry.phase == Phase.ANSWERED)) {
            return;
        }
        leave(entry);
        entry.action = action;
        entry.rank = rank;
        entry.reason = reason;
        enqueue(entry);
    }

    /** Nothing is wanted of it any more. An answer that still comes is ignored. */
    void withdraw(Target target) {
        Entry entry = entries.remove(target);
        if (entry != null) {
            leave(entry);
        }
    }

    /** Nothing is wanted any more of any node in this incarnation's name. */
    void withdrawAll(String uid) {
        List<Target> targets = entries.keySet().stream()
                .filter(target -> target.uid().equals(uid))
                .toList();
        targets.forEach(this::withdraw);
    }

    /** @param id of the message that is answered; answers to others are ignored */
    void answered(Target target, String id, ConvergeReply reply, Instant now) {
        Entry entry = entries.get(target);
        if (entry == null || entry.phase != Phase.OUTSTANDING || !entry.id.equals(id)) {
            return;
        }
        leave(entry);
        long until = now.plus(QUIET_AFTER_ANSWER).toEpochMilli();
        if (reply instanceof ConvergeReply.Deferred deferred) {
            // A clock that is behind must not make it ask in a loop.
            until = Math.max(deferred.untilMillis(), now.plusMillis(100).toEpochMilli());
        }
        entry.phase = reply instanceof ConvergeReply.Refused ? Phase.REFUSED : Phase.ANSWERED;
        startTimer(entry, until);
    }

    /** What is not answered is due at once: it was withheld, and need not be any more. */
    void askAgain(Instant now) {
        for (Entry entry : entries.values()) {
            if (entry.phase == Phase.OUTSTANDING) {
                timers.remove(new Timer(entry.nextAt, entry.target));
                entry.sent = 0;
                startTimer(entry, now.toEpochMilli());
            }
        }
    }

    /** Takes what is to be sent now: repetitions, then queued requests as far as there is room. */
    List<Due> takeDue(Instant now) {
        long millis = now.toEpochMilli();
        List<Due> due = new ArrayList<>();
        while (!timers.isEmpty() && timers.first().at() <= millis) {
            Entry entry = entries.get(timers.first().target());
            if (entry.phase == Phase.OUTSTANDING) {
                leave(entry);
                send(entry, millis, due);
            } else {
                leave(entry);
                enqueue(entry);
            }
        }
        while (outstanding < capacity && !queue.isEmpty()) {
            Entry entry = entries.get(queue.first().target());
            leave(entry);
            entry.sent = 0;
            // Short, as it stands in the journal with every Pod; the node and the DaemonSet stand beside it there.
            entry.id =
                    Long.toString(millis, Character.MAX_RADIX) + "-" + Long.toString(++requests, Character.MAX_RADIX);
            send(entry, millis, due);
        }
        return due;
    }

    private void send(Entry entry, long now, List<Due> due) {
        entry.phase = Phase.OUTSTANDING;
        outstanding++;
        long silence = Math.min(FIRST_SILENCE.toMillis() << Math.min(entry.sent, 10), LONGEST_SILENCE.toMillis());
        entry.sent++;
        startTimer(entry, now + silence);
        due.add(new Due(entry.target, entry.action, entry.reason, entry.id));
    }

    private void enqueue(Entry entry) {
        entry.phase = Phase.QUEUED;
        queue.add(new Place(entry.rank, entry.target));
    }

    private void startTimer(Entry entry, long at) {
        entry.nextAt = at;
        timers.add(new Timer(at, entry.target));
    }

    private void leave(Entry entry) {
        if (entry.phase == Phase.QUEUED) {
            queue.remove(new Place(entry.rank, entry.target));
        } else if (entry.phase == Phase.OUTSTANDING) {
            outstanding--;
            entry.phase = Phase.QUEUED;
        }
        if (entry.nextAt != Long.MAX_VALUE) {
            timers.remove(new Timer(entry.nextAt, entry.target));
            entry.nextAt = Long.MAX_VALUE;
        }
    }

    int outstanding() {
        return outstanding;
    }

    /** Whether requests wait for room. */
    boolean full() {
        return outstanding >= capacity && !queue.isEmpty();
    }

    /** Epoch milliseconds of the next repetition or renewed request. */
    OptionalLong nextDeadline() {
        return timers.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(timers.first().at());
    }
}
