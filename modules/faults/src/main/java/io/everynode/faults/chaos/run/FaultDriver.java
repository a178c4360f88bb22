package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.plan.Fault;
import io.everynode.faults.chaos.plan.FaultPlan;
import io.everynode.faults.chaos.record.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Carries out the rounds of a plan in time. For one thread. */
final class FaultDriver {

    private record Step(Duration at, Fault fault, boolean begins) {}

    private final Injector injector;
    private final Recorder recorder;
    private final Consumer<String> told;

    FaultDriver(Injector injector, Recorder recorder, Consumer<String> told) {
        this.injector = injector;
        this.recorder = recorder;
        this.told = told;
    }

    /** Blocks through the round; afterwards there is no fault. */
    void run(FaultPlan.Round round) throws IOException, InterruptedException {
        long begun = recorder.now();
        List<Integer> spans = new ArrayList<>();
        List<Fault> begunFaults = new ArrayList<>();
        for (Step step : steps(round)) {
            long left = step.at().toNanos() - (recorder.now() - begun);
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            if (step.begins()) {
                told.accept("fault: " + step.fault());
                spans.add(recorder.began(step.fault()));
                begunFaults.add(step.fault());
                injector.begin(step.fault());
            } else {
                injector.heal(step.fault());
                recorder.healed(spans.get(begunFaults.indexOf(step.fault())));
                told.accept("healed: " + step.fault().kind().label());
            }
        }
        injector.healAll();
    }

    private static List<Step> steps(FaultPlan.Round round) {
        List<Step> steps = new ArrayList<>();
        Duration begin = Duration.ZERO;
        Duration end = Duration.ZERO;
        for (Fault fault : round.faults()) {
            begin = (fault.overlapping() ? begin : end).plus(fault.after());
            Duration over = begin.plus(fault.lasting());
            end = end.compareTo(over) > 0 ? end : over;
            steps.add(new Step(begin, fault, true));
            steps.add(new Step(over, fault, false));
        }
        steps.sort(Comparator.comparing(Step::at));
        return steps;
    }
}
