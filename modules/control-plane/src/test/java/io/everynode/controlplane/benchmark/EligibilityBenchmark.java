package io.everynode.controlplane.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Eligibility;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One pass over all nodes: is each eligible, and how many are. The figure is the time of one node. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EligibilityBenchmark {

    private static final int NODES = 15_000;

    /** Terms of required node affinity, each a NotIn of its own label. */
    @Param({"0", "6"})
    public int notIn;

    private final NodeFacts[] nodes = new NodeFacts[NODES];
    private PodRequirements daemon;

    @Setup
    public void setUp() {
        for (int i = 0; i < NODES; i++) {
            nodes[i] = NodeFacts.of(
                    Samples.node("node-" + i, "zone-" + i % 3).object().tree());
        }
        ObjectNode template = Samples.template().tree();
        if (notIn > 0) {
            ArrayNode expressions = Json.child(Json.child(Json.child(template, "spec"), "affinity"), "nodeAffinity")
                    .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                    .putArray("nodeSelectorTerms")
                    .addObject()
                    .putArray("matchExpressions");
            for (int i = 0; i < notIn; i++) {
                expressions
                        .addObject()
                        .put("key", i == 0 ? "zone" : "label-" + i)
                        .put("operator", "NotIn")
                        .putArray("values")
                        .add("a")
                        .add("b");
            }
        }
        daemon = PodRequirements.ofTemplate(template);
    }

    @Benchmark
    @OperationsPerInvocation(NODES)
    public int pass() {
        int desired = 0;
        for (NodeFacts node : nodes) {
            desired += Eligibility.of(node, daemon, 1_795_000_000_000L).shouldRun() ? 1 : 0;
        }
        if (desired != NODES) {
            throw new IllegalStateException("only " + desired + " are eligible");
        }
        return desired;
    }
}
