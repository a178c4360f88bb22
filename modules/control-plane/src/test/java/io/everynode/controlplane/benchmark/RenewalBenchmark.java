package io.everynode.controlplane.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

/** What it takes to see that a write only renews a Lease; a kubelet's, which it puts whole, and a patch of the time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RenewalBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String LEASE = """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"creationTimestamp":\
            "2026-01-01T00:00:00Z","name":"n","namespace":"kube-node-lease","ownerReferences":[{"apiVersion":"v1",\
            "kind":"Node","name":"n","uid":"4c1f1b47-4c0b-4d3e-8f7c-2a9d5b1e6f30"}],"resourceVersion":"7",\
            "uid":"0b7c2d54-9a5e-4e0e-b0a7-6a3f6b8f9e11"},"spec":{"holderIdentity":"n","leaseDurationSeconds":40,\
            "renewTime":"2026-01-01T00:00:00.000000Z"}}""";

    private final byte[] stored = LEASE.getBytes(StandardCharsets.UTF_8);
    private final ObjectWrite put = new ObjectWrite.Replace(
            "", LeaseRenewal.withTime(Json.parse(stored), "2026-01-01T00:00:10.000000Z"), Precondition.NONE);
    private final ObjectWrite patch =
            new ObjectWrite.Patch("", PatchType.MERGE, patchOfTheTime(), FieldValidation.STRICT, Precondition.NONE);

    private static ObjectNode patchOfTheTime() {
        ObjectNode body = Json.object();
        body.putObject("spec").put("renewTime", "2026-01-01T00:00:10.000000Z");
        return body;
    }

    @Benchmark
    public String put() {
        return LeaseRenewal.of(Json.parse(stored), put, NOW);
    }

    @Benchmark
    public String patch() {
        return LeaseRenewal.of(Json.parse(stored), patch, NOW);
    }
}
