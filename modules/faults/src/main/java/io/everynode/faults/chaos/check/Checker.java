package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Judges a record. Pure: the same record gives the same breaks, in the same order. */
public final class Checker {

    private Checker() {}

    public static List<Break> check(RunRecord record) {
        Map<String, History> histories = History.of(record.stretches());
        List<Break> breaks = new ArrayList<>(OnePodCheck.of(histories));
        breaks.addAll(DurableCheck.of(histories, record.ops()));
        histories.values().forEach(history -> breaks.addAll(WatchCheck.of(history)));
        breaks.addAll(ListCheck.of(histories, record.listings()));
        breaks.addAll(ReadCheck.of(histories, record.ops()));
        breaks.addAll(BudgetCheck.of(histories, record.ops()));
        breaks.addAll(LeaderCheck.of(record.claims()));
        breaks.addAll(AnswerCheck.of(record.ops(), record.faults()));
        return breaks;
    }
}
