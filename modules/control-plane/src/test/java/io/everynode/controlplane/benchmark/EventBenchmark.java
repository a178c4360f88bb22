package io.everynode.controlplane.benchmark;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The bytes of a hollow Pod's report: made, packed, read, and the count that the tail looks at. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventBenchmark {

    private final Recorded<? extends Event> report = Samples.recorded(Samples.reported("pod-uid", true), 1);
    private final String manifest = EventTypes.of(report.event()).manifest();
    private final byte[] plain = EventCodec.encode(report);
    private final byte[] packed = EventCodec.packed(report);

    @Benchmark
    public byte[] encode() {
        return EventCodec.encode(report);
    }

    @Benchmark
    public byte[] encodeAndPack() {
        return EventCodec.packed(report);
    }

    @Benchmark
    public Object decodePlain() {
        return EventCodec.decode(manifest, plain);
    }

    @Benchmark
    public Object decodePacked() {
        return EventCodec.decode(manifest, packed);
    }

    @Benchmark
    public int following() {
        return EventCodec.following(packed);
    }
}
