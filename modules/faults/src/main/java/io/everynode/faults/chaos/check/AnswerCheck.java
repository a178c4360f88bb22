package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.FaultSpan;
import io.everynode.faults.chaos.record.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * No answer takes over 30 s, and what is refused is refused as Kubernetes does. A request to a JVM that was stopped may
 * go without an answer, as its connection has nobody at the other end.
 */
final class AnswerCheck {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private AnswerCheck() {}

    static List<Break> of(List<Op> ops, List<FaultSpan> faults) {
        List<Break> breaks = new ArrayList<>();
        for (Op op : ops) {
            if (op.end() - op.start() > LIMIT.toNanos() && !excused(op, faults)) {
                breaks.add(Break.of("answers", "a request took over " + LIMIT.toSeconds() + " s", op));
            }
            if (op.status() == 500) {
                breaks.add(Break.of("answers", "a request was answered with an internal error", op));
            }
        }
        return breaks;
    }

    private static boolean excused(Op op, List<FaultSpan> faults) {
        return faults.stream()
                .filter(span -> span.fault().kind().silencesTargets() && span.overlaps(op.start(), op.end()))
                .anyMatch(span -> reaches(op, span));
    }

    /** Behind the load balancer may be any of them. */
    private static boolean reaches(Op op, FaultSpan span) {
        return op.endpoint().equals("haproxy")
                || span.fault().targets().stream()
                        .anyMatch(member -> op.endpoint().equals(String.valueOf(member)));
    }
}
