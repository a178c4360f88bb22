package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * I5: a read that begins after an answer shows at least what that answer told, on whichever JVM. A list must be at
 * least as new as every write and every list answered before it began, a get as the writes and gets of its object; "not
 * found" needs a deletion that explains it.
 */
final class ReadCheck {

    private final Map<String, History> histories;
    private final List<Break> breaks = new ArrayList<>();
    private final Map<Key, Op> newest = new HashMap<>();
    private Op newestOfAll;

    private ReadCheck(Map<String, History> histories) {
        this.histories = histories;
    }

    static List<Break> of(Map<String, History> histories, List<Op> ops) {
        return new ReadCheck(histories).check(ops);
    }

    private List<Break> check(List<Op> ops) {
        List<Op> answers = ops.stream()
                .filter(op -> op.isDone() && op.version() > 0)
                .sorted(Comparator.comparingLong(Op::end))
                .toList();
        List<Op> reads = ops.stream()
                .filter(op -> !op.verb().isWrite() && (op.isDone() || op.status() == 404))
                .sorted(Comparator.comparingLong(Op::start))
                .toList();
        int next = 0;
        for (Op read : reads) {
            while (next < answers.size() && answers.get(next).end() < read.start()) {
                remember(answers.get(next++));
            }
            judge(read);
        }
        return breaks;
    }

    private void remember(Op answer) {
        if (newestOfAll == null || answer.version() > newestOfAll.version()) {
            newestOfAll = answer;
        }
        newest.merge(answer.key(), answer, (old, now) -> now.version() > old.version() ? now : old);
    }

    private void judge(Op read) {
        Op before = read.verb() == Op.Verb.LIST ? newestOfAll : newest.get(read.key());
        if (before == null) {
            return;
        }
        if (read.isDone()) {
            if (read.version() < before.version()) {
                breaks.add(Break.of("I5", "a read is older than what was answered before it began", before, read));
            }
        } else if (read.verb() == Op.Verb.GET && !explained(read, before)) {
            breaks.add(Break.of("I5", "an object is not found, and nothing deleted it", before, read));
        }
    }

    /** An answer to a deletion is one, too; else a watch must have told it. */
    private boolean explained(Op read, Op before) {
        History history = histories.get(read.key().resource());
        return before.verb() == Op.Verb.DELETE
                || history == null
                || !history.covers(before.version())
                || history.changesOf(read.key()).tailMap(before.version(), true).values().stream()
                        .anyMatch(seen -> seen.type() == Seen.Type.DELETED);
    }
}
