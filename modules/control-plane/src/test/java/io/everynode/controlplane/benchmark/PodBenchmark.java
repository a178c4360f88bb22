package io.everynode.controlplane.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Event;
import io.everynode.core.node.Converge;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeDecisions;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.SlotDecisions;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.template.TemplateEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one daemon Pod costs at its Node, in the catalog and on a watch, beside 15,000 others. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PodBenchmark {

    private static final int NODES = 15_000;
    private static final Instant NOW = Instant.ofEpochMilli(1_795_000_000_000L);
    private static final CommandMeta META =
            new CommandMeta("c", new Caller("system:node:n", "b"), "", Long.MAX_VALUE, 1);

    private final CatalogFold fold = new CatalogFold(CatalogVersion.EMPTY);
    private final long[] sequences = new long[NODES];
    private long ordering;
    private int next;
    private NodeState joined;
    private NodeState running;
    private NodeCommand.WritePod ready;
    private Converge converge;
    private StoredObject pod;

    @Setup
    public void setUp() {
        apply(
                PersistenceIds.encode(EntityIds.TEMPLATE, Samples.TEMPLATE),
                1,
                new TemplateEvent.Stored(Samples.template()));
        for (int i = 0; i < NODES; i++) {
            apply(i, Samples.node(name(i), "a"));
            apply(i, Samples.made(name(i)));
        }
        fold.takeChanges();
        var meta = Samples.recorded(Samples.made("n"), 0).meta();
        joined = NodeState.ABSENT.evolve(meta, Samples.node("n", "a"), 1);
        running = joined.evolve(meta, Samples.made("n"), 2).evolve(meta, Samples.reported("pod-n", false), 3);
        ObjectNode body = Json.object();
        body.set("status", Samples.status(true));
        ready = new NodeCommand.WritePod(
                META,
                "kube-system",
                "agent-n",
                new ObjectWrite.Patch(
                        "status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, new Precondition("pod-n", 0)),
                false,
                null);
        converge = new Converge(
                META,
                "ds-uid",
                "kube-system",
                "agent",
                1,
                new Converge.Run(
                        "rev1",
                        Samples.TEMPLATE,
                        1,
                        PodRequirements.ofTemplate(Samples.template().tree()),
                        30,
                        false),
                "no Pod yet");
        pod = fold.version().get(Kinds.POD, "kube-system", "agent-" + name(7)).orElseThrow();
    }

    private static String name(int i) {
        return "node-" + (100_000 + i);
    }

    private void apply(int node, Event event) {
        apply(PersistenceIds.encode(EntityIds.NODE, name(node)), ++sequences[node], event);
    }

    private void apply(String id, long sequence, Event event) {
        fold.apply(++ordering, id, sequence, Samples.recorded(event, ordering));
    }

    /** A DaemonSet asks a node for its Pod. */
    @Benchmark
    public Object converge() {
        return SlotDecisions.decide(joined, converge, 1, NOW);
    }

    /** A kubelet patches the status of a Pod that has become ready. */
    @Benchmark
    public Object statusPatch() {
        return NodeDecisions.writePod(running, "n", ready, NOW);
    }

    /** A report, in the catalog. */
    @Benchmark
    public void fold() {
        next = (next + 1) % NODES;
        apply(next, Samples.reported("pod-" + name(next), next % 2 == 0));
        if (next == 0) {
            fold.takeChanges();
        }
    }

    /** A Pod's object as a tree, and its text: what a watch was sent before texts were put together. */
    @Benchmark
    public byte[] textOfTree() {
        return Json.encode(pod.tree());
    }
}
