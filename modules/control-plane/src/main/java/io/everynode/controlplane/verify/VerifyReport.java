package io.everynode.controlplane.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a verification has found. For one thread until it is complete, immutable then. */
public final class VerifyReport {

    /** One check: how often it was made, how often it failed, and the first failures. */
    public static final class Result {
        private final Check check;
        private final List<JournalBreak> breaks = new ArrayList<>();
        private long looked;
        private long broken;

        private Result(Check check) {
            this.check = check;
        }

        public Check check() {
            return check;
        }

        public long looked() {
            return looked;
        }

        public long broken() {
            return broken;
        }

        /** At most as many as the verification was asked to keep. */
        public List<JournalBreak> breaks() {
            return Collections.unmodifiableList(breaks);
        }
    }

    private final Map<Check, Result> results = new EnumMap<>(Check.class);
    private final int keep;
    long events;
    long entities;
    long first;
    long last;
    long objects;
    long notFolded;

    VerifyReport(int keep) {
        this.keep = keep;
        for (Check check : Check.values()) {
            results.put(check, new Result(check));
        }
    }

    void looked(Check check) {
        results.get(check).looked++;
    }

    void broken(JournalBreak found) {
        Result result = results.get(found.check());
        result.broken++;
        if (result.breaks.size() < keep) {
            result.breaks.add(found);
        }
    }

    /** One for each check, in order. */
    public List<Result> results() {
        return List.copyOf(results.values());
    }

    public boolean clean() {
        return results.values().stream().allMatch(result -> result.broken == 0);
    }

    public long events() {
        return events;
    }

    public long entities() {
        return entities;
    }

    /** The first ordering, 0 when there are no events. */
    public long first() {
        return first;
    }

    public long last() {
        return last;
    }

    /** How many objects the API shows in the end. */
    public long objects() {
        return objects;
    }

    /** Events that were not folded, as one of the same entity before them could not be. */
    public long notFolded() {
        return notFolded;
    }
}
