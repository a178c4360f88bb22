package io.everynode.core.fairness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Seats that users share: who may work on a request now, who waits, and whose turn it is when a seat gets free. The
 * users that wait take turns, whatever the number of requests that each has brought, so that between two turns of one
 * user every other one has one at the most. A seat is free only while nobody waits who may take it. Each step takes the
 * same short time, however many wait. Requests that wait are told apart by equals. Not thread-safe; knows no time.
 *
 * @param <T> a request that may have to wait
 */
public final class FairSeats<T> {

    /**
     * Bounds, each of them kept at every moment.
     *
     * @param seats requests that are being worked on
     * @param userSeats of these for one user
     * @param waiting requests that wait
     * @param userWaiting of these from one user
     */
    public record Limits(int seats, int userSeats, int waiting, int userWaiting) {

        public Limits {
            if (seats < 0 || userSeats < 0 || waiting < 0 || userWaiting < 0) {
                throw new IllegalArgumentException("limits are not negative");
            }
        }
    }

    /** What becomes of a request that comes. */
    public enum Arrival {
        SEATED,
        WAITS,
        /** Too many wait already. */
        FULL,
        /** Too many of the same user wait already. */
        USER_FULL
    }

    /** One user, as long as there are requests of it. */
    private static final class Party<T> {
        private int seated;

        /** Null until the first one waits: most users never do. */
        private LinkedHashSet<T> waiting;

        int waits() {
            return waiting == null ? 0 : waiting.size();
        }
    }

    private final Limits limits;
    private final Map<String, Party<T>> parties = new HashMap<>();

    /** Exactly the users of whom a request waits and who have not all the seats that one user may have. */
    private final LinkedHashSet<Party<T>> turns = new LinkedHashSet<>();

    private int seated;
    private int waiting;

    public FairSeats(Limits limits) {
        this.limits = limits;
    }

    /** @param request is kept only if it {@link Arrival#WAITS} */
    public Arrival arrive(String user, T request) {
        Party<T> party = parties.get(user);
        if (seated < limits.seats() && (party == null ? 0 : party.seated) < limits.userSeats()) {
            // Nobody else waits for this seat, or it would not be free.
            if (party == null) {
                party = new Party<>();
                parties.put(user, party);
            }
            party.seated++;
            seated++;
            return Arrival.SEATED;
        }
        if ((party == null ? 0 : party.waits()) >= limits.userWaiting()) {
            return Arrival.USER_FULL;
        }
        if (waiting >= limits.waiting()) {
            return Arrival.FULL;
        }
        if (party == null) {
            party = new Party<>();
            parties.put(user, party);
        }
        if (party.waiting == null) {
            party.waiting = new LinkedHashSet<>();
        }
        if (!party.waiting.add(request)) {
            throw new IllegalArgumentException("this request waits already");
        }
        waiting++;
        queue(party);
        return Arrival.WAITS;
    }

    /**
     * A seat of the user gets free.
     *
     * @return the requests that have it now: one at the most, unless none could before
     */
    public List<T> leave(String user) {
        Party<T> party = parties.get(user);
        if (party == null || party.seated == 0) {
            throw new IllegalStateException("the user has no seat");
        }
        party.seated--;
        seated--;
        queue(party);
        List<T> next = waiting == 0 ? List.of() : seatWaiting();
        forgetIdle(user, party);
        return next;
    }

    /** A request waits no longer; false when it did not wait. */
    public boolean withdraw(String user, T request) {
        Party<T> party = parties.get(user);
        if (party == null || party.waiting == null || !party.waiting.remove(request)) {
            return false;
        }
        waiting--;
        if (party.waiting.isEmpty()) {
            turns.remove(party);
        }
        forgetIdle(user, party);
        return true;
    }

    /** Behind all others, unless it is among them. */
    private void queue(Party<T> party) {
        if (party.waits() > 0 && party.seated < limits.userSeats()) {
            turns.add(party);
        }
    }

    private List<T> seatWaiting() {
        List<T> next = new ArrayList<>(1);
        while (seated < limits.seats() && !turns.isEmpty()) {
            Iterator<Party<T>> turn = turns.iterator();
            Party<T> party = turn.next();
            turn.remove();
            Iterator<T> first = party.waiting.iterator();
            next.add(first.next());
            first.remove();
            waiting--;
            party.seated++;
            seated++;
            queue(party);
        }
        return next;
    }

    private void forgetIdle(String user, Party<T> party) {
        if (party.seated == 0 && party.waits() == 0) {
            parties.remove(user);
        }
    }

    public int seated() {
        return seated;
    }

    public int waiting() {
        return waiting;
    }

    /** How many users have a request here; no others are remembered. */
    public int users() {
        return parties.size();
    }
}
