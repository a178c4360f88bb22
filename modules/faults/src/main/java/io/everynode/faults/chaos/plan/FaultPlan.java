package io.everynode.faults.chaos.plan;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is done to a cluster when, as a function of the seed: rounds of a few faults, with a calm after each round in
 * which everything is healed and the cluster must converge. Kinds are dealt like cards, so that each comes before one
 * comes twice.
 */
public record FaultPlan(long seed, List<Round> rounds) {

    /** A calm is counted with so much: the cluster may take up to 30 s to converge, but mostly does not. */
    static final Duration CALM = Duration.ofSeconds(20);

    private static final int MOST_IN_A_ROUND = 4;
    private static final double OVERLAPPING = 0.25;

    /** A few faults, after which everything is healed. */
    public record Round(List<Fault> faults) {
        public Round {
            faults = List.copyOf(faults);
        }

        /** From the first fault's begin to the last one's end. */
        public Duration length() {
            Duration begin = Duration.ZERO;
            Duration end = Duration.ZERO;
            for (Fault fault : faults) {
                begin = (fault.overlapping() ? begin : end).plus(fault.after());
                Duration over = begin.plus(fault.lasting());
                end = end.compareTo(over) > 0 ? end : over;
            }
            return end;
        }
    }

    public FaultPlan {
        rounds = List.copyOf(rounds);
    }

    /**
     * Draws a plan.
     *
     * @param total how long it should take with its calms; it is exceeded by less than one round
     * @param kinds from which is drawn, at least one
     * @param members how many server JVMs there are, at least 2 if a kind needs two
     */
    public static FaultPlan draw(long seed, Duration total, Set<FaultKind> kinds, int members) {
        Random random = new Random(seed);
        Deque<FaultKind> cards = new ArrayDeque<>();
        List<Round> rounds = new ArrayList<>();
        Duration planned = Duration.ZERO;
        while (planned.compareTo(total) < 0) {
            Duration left = total.minus(planned).minus(CALM);
            Round round = round(random, cards, List.copyOf(new TreeSet<>(kinds)), members, left);
            rounds.add(round);
            planned = planned.plus(round.length()).plus(CALM);
        }
        return new FaultPlan(seed, rounds);
    }

    private static Round round(
            Random random, Deque<FaultKind> cards, List<FaultKind> kinds, int members, Duration left) {
        int count = 1 + random.nextInt(MOST_IN_A_ROUND);
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < count) {
            if (cards.isEmpty()) {
                List<FaultKind> deck = new ArrayList<>(kinds);
                Collections.shuffle(deck, random);
                cards.addAll(deck);
            }
            FaultKind kind = cards.removeFirst();
            boolean overlapping = !faults.isEmpty() && random.nextDouble() < OVERLAPPING;
            Duration after = Duration.ofMillis(500 + random.nextInt(8000));
            faults.add(new Fault(kind, targets(random, kind, members), after, lasting(random, kind), overlapping));
            if (new Round(faults).length().compareTo(left) >= 0) {
                break;
            }
        }
        return new Round(faults);
    }

    private static List<Integer> targets(Random random, FaultKind kind, int members) {
        List<Integer> all = new ArrayList<>();
        for (int member = 1; member <= members; member++) {
            all.add(member);
        }
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(kind.targets(), members));
    }

    /** Short ones are as likely as long ones: what a time decides lies anywhere between a second and a minute. */
    private static Duration lasting(Random random, FaultKind kind) {
        double least = Math.log(kind.leastSeconds());
        double most = Math.log(kind.mostSeconds());
        return Duration.ofMillis(Math.round(1000 * Math.exp(least + random.nextDouble() * (most - least))));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("seed " + seed + "\n");
        for (int number = 0; number < rounds.size(); number++) {
            Round round = rounds.get(number);
            text.append("round ")
                    .append(number + 1)
                    .append(", ")
                    .append(round.length().toSeconds())
                    .append(" s\n");
            round.faults().forEach(fault -> text.append("  ").append(fault).append('\n'));
        }
        return text.toString();
    }
}
