package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeLogTest {

    private static Change change(long version) {
        StoredObject object = StoredJson.of(
                Kinds.CONFIG_MAP,
                JsonBytes.of(TestJournal.json("{'metadata':{'name':'a','namespace':'d'}}")),
                version,
                "p",
                version);
        return new Change(version, Change.Type.MODIFIED, object, null);
    }

    /** Each version twice, as an event may change objects of two kinds. */
    @Test
    void holdsTheLastChangesAndKnowsFromWhereOn() {
        ChangeLog log = new ChangeLog(6, 10);
        assertThat(log.holdsAfter(9)).isFalse();
        assertThat(log.holdsAfter(10)).isTrue();
        assertThat(log.positionAfter(10)).isEqualTo(log.end()).isZero();
        List<Change> all = new ArrayList<>();
        for (long version = 20; version < 100; version += 10) {
            List<Change> two = List.of(change(version), change(version));
            all.addAll(two);
            log.append(two);
            long floor = all.size() <= 6 ? 10 : all.get(all.size() - 7).version();
            assertThat(log.floor()).isEqualTo(floor);
            for (long after = 0; after <= version + 5; after += 5) {
                assertThat(log.holdsAfter(after)).isEqualTo(after >= floor);
                if (after >= floor) {
                    long wanted = after;
                    List<Change> expected =
                            all.stream().filter(c -> c.version() > wanted).toList();
                    List<Change> found = new ArrayList<>();
                    for (long position = log.positionAfter(after); position < log.end(); position++) {
                        assertThat(log.holds(position)).isTrue();
                        found.add(log.at(position));
                    }
                    assertThat(found).isEqualTo(expected);
                }
            }
        }
        assertThat(log.holds(log.end() - 6)).isTrue();
        assertThat(log.holds(log.end() - 7)).isFalse();
    }

    /** However it was filled, from the front or from behind, it holds the newest and knows from where on. */
    @Test
    void changesBeforeTheFirstAreAsIfTheyHadComeBeforeIt() {
        List<Change> all = new ArrayList<>();
        for (long version = 10; version <= 100; version += 10) {
            all.add(change(version));
            all.add(change(version));
        }
        for (int first = 0; first <= all.size(); first += 2) {
            for (int middle = 0; middle <= first; middle += 2) {
                ChangeLog whole = new ChangeLog(11, 0);
                whole.append(all);
                long startsAt = first == 0 ? 0 : all.get(first - 1).version();
                long middleAt = middle == 0 ? 0 : all.get(middle - 1).version();
                ChangeLog filled = new ChangeLog(11, startsAt);
                filled.append(all.subList(first, all.size()));
                if (filled.prepend(all.subList(middle, first), middleAt, startsAt)) {
                    filled.prepend(all.subList(0, middle), 0, middleAt);
                }
                assertThat(filled.floor()).isEqualTo(whole.floor());
                assertThat(filled.room()).isEqualTo(whole.room());
                for (long after = whole.floor(); after <= 100; after += 5) {
                    List<Change> expected = new ArrayList<>();
                    List<Change> found = new ArrayList<>();
                    for (long at = whole.positionAfter(after); at < whole.end(); at++) {
                        expected.add(whole.at(at));
                    }
                    for (long at = filled.positionAfter(after); at < filled.end(); at++) {
                        assertThat(filled.holds(at)).isTrue();
                        found.add(filled.at(at));
                    }
                    assertThat(found).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void nothingIsPutBeforeAGap() {
        ChangeLog log = new ChangeLog(2, 10);
        log.append(List.of(change(20), change(30), change(40)));
        assertThat(log.prepend(List.of(change(5)), 0, 10)).isFalse();
        assertThat(log.floor()).isEqualTo(20);
    }

    /** One of two changes of a version fell out: a watch from before that version has missed something. */
    @Test
    void aVersionHalfHeldIsNotHeld() {
        ChangeLog log = new ChangeLog(3, 0);
        log.append(List.of(change(10), change(10), change(20), change(20)));
        assertThat(log.holdsAfter(9)).isFalse();
        assertThat(log.holdsAfter(10)).isTrue();
        assertThat(log.at(log.positionAfter(10)).version()).isEqualTo(20);
    }

    @Test
    void findsTheNewestWithinItsReach() {
        ChangeLog log = new ChangeLog(4, 0);
        assertThat(log.newest(c -> true, 10)).isNull();
        for (long version = 1; version <= 6; version++) {
            log.append(List.of(change(version)));
        }
        assertThat(log.newest(c -> true, 10).version()).isEqualTo(6);
        assertThat(log.newest(c -> c.version() <= 4, 10).version()).isEqualTo(4);
        assertThat(log.newest(c -> c.version() <= 4, 2)).isNull();
        assertThat(log.newest(c -> c.version() <= 2, 10)).as("fell out").isNull();
    }
}
