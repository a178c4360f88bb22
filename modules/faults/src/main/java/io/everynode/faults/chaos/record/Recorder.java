package io.everynode.faults.chaos.record;

import io.everynode.faults.chaos.plan.Fault;
import java.util.ArrayList;
import java.util.List;

/** Collects what happens in a run. Thread-safe; its clock is the one of the whole record. */
public final class Recorder {

    private final long begun = System.nanoTime();
    private final List<Op> ops = new ArrayList<>();
    private final List<Listing> listings = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<FaultSpan> faults = new ArrayList<>();
    private final List<WatchLog> watches = new ArrayList<>();

    /** Nanoseconds of the run. */
    public long now() {
        return System.nanoTime() - begun;
    }

    public synchronized void add(Op op) {
        ops.add(op);
    }

    public synchronized void add(Listing listing) {
        listings.add(listing);
    }

    public synchronized void add(Claim claim) {
        claims.add(claim);
    }

    public synchronized WatchLog watch(String watcher, String resource) {
        WatchLog log = new WatchLog(watcher, resource);
        watches.add(log);
        return log;
    }

    /** The fault begins now; the answer is for {@link #healed}. */
    public synchronized int began(Fault fault) {
        faults.add(new FaultSpan(fault, now(), Long.MAX_VALUE));
        return faults.size() - 1;
    }

    public synchronized void healed(int number) {
        FaultSpan span = faults.get(number);
        faults.set(number, new FaultSpan(span.fault(), span.start(), now()));
    }

    /** How many requests there were so far. */
    public synchronized int requests() {
        return ops.size();
    }

    /**
     * All until now. The watches are read after the requests, so that what a request did is not missed by them alone.
     */
    public RunRecord record() {
        RunRecord rest;
        List<WatchLog> logs;
        synchronized (this) {
            rest = new RunRecord(ops, List.of(), listings, claims, faults);
            logs = List.copyOf(watches);
        }
        List<Stretch> stretches = new ArrayList<>();
        logs.forEach(log -> stretches.addAll(log.stretches()));
        return new RunRecord(rest.ops(), stretches, rest.listings(), rest.claims(), rest.faults());
    }
}
