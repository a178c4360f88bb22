package io.everynode.faults.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.faults.chaos.plan.Fault;
import io.everynode.faults.chaos.plan.FaultKind;
import io.everynode.faults.chaos.record.Claim;
import io.everynode.faults.chaos.record.FaultSpan;
import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Listing;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.RunRecord;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each kind of break, planted in a record that has none, is found, and nothing else is. */
class CheckerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<Op> ops = new ArrayList<>();
    private final List<Listing> listings = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<FaultSpan> faults = new ArrayList<>();
    private final List<Stretch> stretches = new ArrayList<>();

    private List<Break> check() {
        return Checker.check(new RunRecord(ops, stretches, listings, claims, faults));
    }

    private void assertBroken(String rule, String what) {
        assertThat(check()).singleElement().satisfies(found -> {
            assertThat(found.rule()).isEqualTo(rule);
            assertThat(found.what()).contains(what);
            assertThat(found.evidence()).isNotEmpty();
        });
    }

    private static Snapshot map(String name, long version, String counter) {
        return new Snapshot(
                new Key("configmaps", "chaos", name), "uid-" + name, version, false, false, false, "", "", "", counter);
    }

    private static Snapshot pod(String name, String node, long version, String revision) {
        return new Snapshot(
                new Key("pods", "chaos", name), "uid-" + name, version, false, false, true, "ds", node, revision, "");
    }

    private static Snapshot ending(Snapshot pod, long version) {
        return new Snapshot(
                pod.key(), pod.uid(), version, true, false, pod.ready(), "ds", pod.node(), pod.revision(), "");
    }

    private static Snapshot daemonSet(String budget) {
        return new Snapshot(new Key("daemonsets", "chaos", "agent"), "ds", 2, false, false, false, "", "", "", budget);
    }

    private static Snapshot node(String name, long version) {
        return new Snapshot(new Key("nodes", "", name), "uid-" + name, version, false, false, true, "", "", "", "");
    }

    private static Seen added(Snapshot object) {
        return new Seen(0, Seen.Type.ADDED, object);
    }

    private static Seen modified(Snapshot object) {
        return new Seen(0, Seen.Type.MODIFIED, object);
    }

    private static Seen deleted(Snapshot object) {
        return new Seen(0, Seen.Type.DELETED, object);
    }

    private void watched(String watcher, String resource, Seen... events) {
        long through = events.length == 0
                ? 10
                : Math.max(events[events.length - 1].object().version(), 20);
        stretches.add(new Stretch(watcher, resource, 5, List.of(), List.of(events), through));
    }

    private static Op op(Op.Verb verb, String name, long start, long end, int status, long version) {
        return new Op(
                "c",
                "1",
                verb,
                new Key("configmaps", "chaos", name),
                start,
                end,
                status,
                status == 200 || status == 201 ? "uid-" + name : "",
                version,
                0,
                "",
                "");
    }

    private static Op set(String name, long expected, long version, String value) {
        return new Op(
                "c",
                "1",
                Op.Verb.UPDATE,
                new Key("configmaps", "chaos", name),
                1,
                2,
                200,
                "uid-" + name,
                version,
                expected,
                value,
                "");
    }

    @Test
    void aCleanRecordHasNoBreaks() {
        Seen[] events = {added(map("a", 6, "1")), modified(map("a", 8, "2")), deleted(map("a", 9, "2"))};
        watched("w1", "configmaps", events);
        watched("w2", "configmaps", events);
        ops.add(op(Op.Verb.CREATE, "a", 0, 1, 201, 6));
        ops.add(set("a", 6, 8, "2"));
        ops.add(op(Op.Verb.GET, "a", 3, 4, 200, 8));
        ops.add(op(Op.Verb.DELETE, "a", 5, 6, 200, 9));
        ops.add(op(Op.Verb.GET, "a", 7, 8, 404, 0));
        listings.add(new Listing("1", "configmaps", 8, Map.of(new Key("configmaps", "chaos", "a"), 8L)));
        claims.add(new Claim("x", 0, 10));
        claims.add(new Claim("y", 10, 20));

        assertThat(check()).isEmpty();
    }

    @Test
    void twoPodsOnANode() {
        watched("w1", "pods", added(pod("p", "n", 6, "r")), added(pod("q", "n", 7, "r")));
        assertBroken("I1", "2 Pods of DaemonSet ds on node n");
    }

    @Test
    void aPodThatIsEndingDoesNotCount() {
        Snapshot first = pod("p", "n", 6, "r");
        watched("w1", "pods", added(first), modified(ending(first, 7)), added(pod("q", "n", 8, "r")));
        assertThat(check()).isEmpty();
    }

    @Test
    void aSurgeMayHaveOneOfEachRevision() {
        stretches.add(new Stretch("w1", "daemonsets", 5, List.of(daemonSet("0/1")), List.of(), 20));
        watched("w1", "pods", added(pod("p", "n", 6, "r")), added(pod("q", "n", 7, "s")));
        assertThat(check()).isEmpty();

        watched("w2", "pods", added(pod("p", "n", 6, "r")), added(pod("q", "n", 7, "s")), added(pod("s", "n", 8, "s")));
        assertThat(check())
                .anyMatch(found -> found.rule().equals("I1") && found.what().contains("3 Pods"));
    }

    @Test
    void aLostAcknowledgedWrite() {
        watched("w1", "configmaps", added(map("a", 6, "1")));
        ops.add(set("a", 6, 8, "2"));
        assertBroken("I3", "an acknowledged write is not in the history");
    }

    @Test
    void anAcknowledgedWriteWithAnotherValue() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "7")));
        ops.add(set("a", 6, 8, "2"));
        assertBroken("I3", "has another value in the history");
    }

    @Test
    void aCompareAndSetThatWentOverAnother() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 7, "2")), modified(map("a", 8, "2")));
        ops.add(set("a", 6, 8, "2"));
        assertBroken("I3", "was done after another one");
    }

    @Test
    void aDeletionThatDidNotHappen() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 7, "2")));
        ops.add(op(Op.Verb.DELETE, "a", 1, 2, 200, 0));
        assertBroken("I3", "an acknowledged deletion is not in the history");
    }

    @Test
    void aWatchThatMissesAnEvent() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")), modified(map("a", 9, "3")));
        watched("w2", "configmaps", added(map("a", 6, "1")), modified(map("a", 9, "3")));
        assertBroken("I4", "w2 was never told a change");
    }

    @Test
    void aWatchThatRepeatsAnEvent() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")), modified(map("a", 8, "2")));
        assertBroken("I4", "w1 was told a change twice");
    }

    @Test
    void aWatchOutOfOrder() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 9, "2")), modified(map("a", 8, "2")));
        assertBroken("I4", "w1 was told a change out of order");
    }

    @Test
    void twoWatchesThatDisagree() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        watched("w2", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "3")));
        assertBroken("I4", "two watchers saw different things at version 8");
    }

    @Test
    void anEventThatDoesNotFollow() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("b", 8, "2")));
        assertBroken("I4", "w1 was told what does not follow");
    }

    @Test
    void aListThatDiffersFromTheWatches() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        listings.add(new Listing("2", "configmaps", 9, Map.of(new Key("configmaps", "chaos", "a"), 6L)));
        assertBroken("I4", "a list of configmaps from 2 at 9 differs");
    }

    @Test
    void aReadOlderThanAnAnswer() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        ops.add(set("a", 6, 8, "2"));
        ops.add(op(Op.Verb.GET, "a", 3, 4, 200, 6));
        assertBroken("I5", "a read is older");
    }

    @Test
    void aReadThatBeganBeforeTheAnswerMayBeOlder() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        ops.add(set("a", 6, 8, "2"));
        ops.add(op(Op.Verb.GET, "a", 2, 4, 200, 6));
        assertThat(check()).isEmpty();
    }

    @Test
    void aListOlderThanAWriteOfAnything() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        ops.add(set("a", 6, 8, "2"));
        ops.add(new Op("c", "2", Op.Verb.LIST, new Key("pods", "chaos", ""), 3, 4, 200, "", 7, 0, "", ""));
        assertBroken("I5", "a read is older");
    }

    @Test
    void anObjectThatIsNotFoundThoughNobodyDeletedIt() {
        watched("w1", "configmaps", added(map("a", 6, "1")), modified(map("a", 8, "2")));
        ops.add(set("a", 6, 8, "2"));
        ops.add(op(Op.Verb.GET, "a", 3, 4, 404, 0));
        assertBroken("I5", "an object is not found");
    }

    @Test
    void aRolloutThatTakesTooMany() {
        stretches.add(new Stretch("w1", "daemonsets", 5, List.of(daemonSet("1/0")), List.of(), 20));
        stretches.add(new Stretch("w1", "nodes", 5, List.of(node("n", 1), node("m", 1)), List.of(), 20));
        Snapshot first = pod("p", "n", 6, "r");
        Snapshot second = pod("q", "m", 7, "r");
        watched("w1", "pods", added(first), added(second), modified(ending(first, 8)), modified(ending(second, 9)));
        assertBroken("I6", "2 ready Pods of daemonsets/chaos/agent ended at a time, of 1 allowed");
    }

    @Test
    void aRolloutThatWaitsForEachPodIsWithinItsBudget() {
        stretches.add(new Stretch("w1", "daemonsets", 5, List.of(daemonSet("1/0")), List.of(), 20));
        stretches.add(new Stretch("w1", "nodes", 5, List.of(node("n", 1), node("m", 1)), List.of(), 20));
        Snapshot first = pod("p", "n", 6, "r");
        Snapshot second = pod("q", "m", 7, "r");
        watched(
                "w1",
                "pods",
                added(first),
                added(second),
                modified(ending(first, 8)),
                deleted(ending(first, 9)),
                added(pod("s", "n", 10, "t")),
                modified(ending(second, 11)));
        assertThat(check()).isEmpty();
    }

    @Test
    void whatAClientDidToANodeIsNoRollout() {
        stretches.add(new Stretch("w1", "daemonsets", 5, List.of(daemonSet("1/0")), List.of(), 20));
        stretches.add(new Stretch(
                "w1",
                "nodes",
                5,
                List.of(node("n", 1), node("m", 1)),
                List.of(deleted(node("n", 8)), added(node("n", 9))),
                20));
        Snapshot first = pod("p", "n", 6, "r");
        Snapshot second = pod("q", "m", 7, "r");
        watched(
                "w1",
                "pods",
                added(first),
                added(second),
                deleted(pod("p", "n", 10, "r")),
                modified(ending(second, 11)));
        assertThat(check()).isEmpty();
    }

    @Test
    void twoLeaders() {
        claims.add(new Claim("x", 0, 10));
        claims.add(new Claim("x", 5, 15));
        claims.add(new Claim("y", 14, 20));
        assertBroken("leader", "two leaders at a time");
    }

    @Test
    void anAnswerThatTookTooLong() {
        ops.add(op(Op.Verb.GET, "a", 0, 31 * SECOND, 0, 0));
        assertBroken("answers", "took over 30 s");
    }

    @Test
    void aRequestToAStoppedJvmMayGoWithoutAnswer() {
        ops.add(op(Op.Verb.GET, "a", 0, 31 * SECOND, 0, 0));
        Fault pause = new Fault(FaultKind.PAUSE, List.of(1), Duration.ZERO, Duration.ofSeconds(5), false);
        faults.add(new FaultSpan(pause, 20 * SECOND, 25 * SECOND));
        assertThat(check()).isEmpty();

        faults.clear();
        Fault other = new Fault(FaultKind.PAUSE, List.of(2), Duration.ZERO, Duration.ofSeconds(5), false);
        faults.add(new FaultSpan(other, 20 * SECOND, 25 * SECOND));
        assertBroken("answers", "took over 30 s");
    }

    @Test
    void anInternalError() {
        ops.add(op(Op.Verb.GET, "a", 0, 1, 500, 0));
        assertBroken("answers", "internal error");
    }
}
