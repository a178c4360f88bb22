package io.everynode.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.core.fairness.FairSeats.Arrival;
import io.everynode.core.fairness.FairSeats.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FairSeatsTest {

    /** Each request is its user's name and a number. */
    private static String user(String request) {
        return request.substring(0, 1);
    }

    @Test
    void usersTakeTurnsHoweverMuchEachBrings() {
        FairSeats<String> seats = new FairSeats<>(new Limits(1, 1, 100, 50));
        assertThat(seats.arrive("a", "a0")).isEqualTo(Arrival.SEATED);
        for (int i = 1; i <= 50; i++) {
            assertThat(seats.arrive("a", "a" + i)).isEqualTo(Arrival.WAITS);
        }
        assertThat(seats.arrive("a", "a51")).isEqualTo(Arrival.USER_FULL);
        assertThat(seats.arrive("b", "b1")).isEqualTo(Arrival.WAITS);
        assertThat(seats.arrive("c", "c1")).isEqualTo(Arrival.WAITS);
        assertThat(seats.arrive("b", "b2")).isEqualTo(Arrival.WAITS);

        List<String> order = new ArrayList<>();
        String working = "a0";
        for (int i = 0; i < 5; i++) {
            working = seats.leave(user(working)).get(0);
            order.add(working);
        }
        // When a leaves, it goes behind those who wait already.
        assertThat(order).containsExactly("b1", "c1", "a1", "b2", "a2");
    }

    @Test
    void aUserThatHasItsSeatsLeavesTheOthersToOthers() {
        FairSeats<String> seats = new FairSeats<>(new Limits(3, 2, 10, 10));
        assertThat(seats.arrive("a", "a1")).isEqualTo(Arrival.SEATED);
        assertThat(seats.arrive("a", "a2")).isEqualTo(Arrival.SEATED);
        assertThat(seats.arrive("a", "a3")).isEqualTo(Arrival.WAITS);
        assertThat(seats.arrive("b", "b1")).isEqualTo(Arrival.SEATED);
        assertThat(seats.leave("b")).isEmpty();
        assertThat(seats.leave("a")).containsExactly("a3");
    }

    @Test
    void whoWithdrawsIsNotSeatedAndNotRemembered() {
        FairSeats<String> seats = new FairSeats<>(new Limits(1, 1, 10, 10));
        seats.arrive("a", "a1");
        seats.arrive("b", "b1");
        assertThat(seats.withdraw("b", "b1")).isTrue();
        assertThat(seats.withdraw("b", "b1")).isFalse();
        assertThat(seats.users()).isEqualTo(1);
        assertThat(seats.leave("a")).isEmpty();
        assertThat(seats.users()).isZero();
        assertThatThrownBy(() -> seats.leave("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutRoomToWaitThereIsARefusal() {
        FairSeats<String> none = new FairSeats<>(new Limits(0, 0, 0, 0));
        assertThat(none.arrive("a", "a1")).isEqualTo(Arrival.USER_FULL);
        FairSeats<String> one = new FairSeats<>(new Limits(0, 0, 1, 1));
        assertThat(one.arrive("a", "a1")).isEqualTo(Arrival.WAITS);
        assertThat(one.arrive("b", "b1")).isEqualTo(Arrival.FULL);
        assertThat(one.users()).isEqualTo(1);
    }

    /** What has to hold after each step, against a count of one's own. */
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void boundsHoldNobodyStarvesAndNoSeatIsIdleForNothing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int all,
            @ForAll @IntRange(min = 1, max = 5) int each,
            @ForAll @IntRange(max = 12) int room,
            @ForAll @IntRange(max = 6) int ownRoom) {
        Limits limits = new Limits(all, each, room, ownRoom);
        FairSeats<String> seats = new FairSeats<>(limits);
        Random random = new Random(seed);
        List<String> seated = new ArrayList<>();
        Map<String, Deque<String>> waiting = new HashMap<>();
        // How often each other user was seated since this one could have been and was not.
        Map<String, Map<String, Integer>> passedBy = new HashMap<>();
        for (int step = 0; step < 200; step++) {
            String someone = String.valueOf((char) ('a' + random.nextInt(5)));
            int what = random.nextInt(10);
            List<String> next = List.of();
            if (what < 5) {
                String request = someone + step;
                long own = seated.stream().filter(r -> user(r).equals(someone)).count();
                int waits = waiting.values().stream().mapToInt(Deque::size).sum();
                int ownWaits = waiting.getOrDefault(someone, new ArrayDeque<>()).size();
                Arrival expected = seated.size() < all && own < each
                        ? Arrival.SEATED
                        : ownWaits >= ownRoom ? Arrival.USER_FULL : waits >= room ? Arrival.FULL : Arrival.WAITS;
                assertThat(seats.arrive(someone, request)).isEqualTo(expected);
                if (expected == Arrival.SEATED) {
                    assertThat(ownWaits).as("nobody overtakes themselves").isZero();
                    seated.add(request);
                } else if (expected == Arrival.WAITS) {
                    waiting.computeIfAbsent(someone, u -> new ArrayDeque<>()).add(request);
                }
            } else if (what < 9 && !seated.isEmpty()) {
                String leaving = seated.remove(random.nextInt(seated.size()));
                next = seats.leave(user(leaving));
                assertThat(next).hasSizeLessThanOrEqualTo(1);
            } else if (waiting.containsKey(someone) && !waiting.get(someone).isEmpty()) {
                String first = waiting.get(someone).poll();
                assertThat(seats.withdraw(someone, first)).isTrue();
            }
            for (String request : next) {
                String user = user(request);
                assertThat(waiting.get(user).poll())
                        .as("in the order in which they came")
                        .isEqualTo(request);
                seated.add(request);
                passedBy.remove(user);
                for (String other : waiting.keySet()) {
                    long has =
                            seated.stream().filter(r -> user(r).equals(other)).count();
                    if (!other.equals(user) && !waiting.get(other).isEmpty() && has < each) {
                        int turns = passedBy.computeIfAbsent(other, u -> new HashMap<>())
                                .merge(user, 1, Integer::sum);
                        assertThat(turns)
                                .as("turns of %s while %s waits", user, other)
                                .isLessThanOrEqualTo(1);
                    } else {
                        passedBy.remove(other);
                    }
                }
            }
            waiting.forEach((user, queue) -> {
                if (queue.isEmpty()) {
                    passedBy.remove(user);
                }
            });
            assertThat(seats.seated()).isEqualTo(seated.size()).isLessThanOrEqualTo(all);
            assertThat(seats.waiting())
                    .isEqualTo(waiting.values().stream().mapToInt(Deque::size).sum())
                    .isLessThanOrEqualTo(room);
            for (String user : List.of("a", "b", "c", "d", "e")) {
                long has = seated.stream().filter(r -> user(r).equals(user)).count();
                int waits = waiting.getOrDefault(user, new ArrayDeque<>()).size();
                assertThat(has).isLessThanOrEqualTo(each);
                assertThat(waits).isLessThanOrEqualTo(ownRoom);
                if (waits > 0 && has < each) {
                    assertThat(seated).as("a free seat while %s waits", user).hasSize(all);
                }
            }
            assertThat(seats.users()).isEqualTo((int) List.of("a", "b", "c", "d", "e").stream()
                    .filter(user -> seated.stream().anyMatch(r -> user(r).equals(user))
                            || !waiting.getOrDefault(user, new ArrayDeque<>()).isEmpty())
                    .count());
        }
    }
}
