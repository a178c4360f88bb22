package io.everynode.controlplane.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.apply.FieldManager;
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

/** What it takes to record who set the fields of a Node that joins. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NodeBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String NODE = """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n","labels":{"kubernetes.io/arch":"amd64",\
            "kubernetes.io/hostname":"n","kubernetes.io/os":"linux"}},"spec":{"podCIDR":"10.1.0.0/24"},"status":{\
            "addresses":[{"type":"InternalIP","address":"10.0.0.1"},{"type":"Hostname","address":"n"}],\
            "capacity":{"cpu":"4","memory":"8Gi","pods":"110"},"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"},\
            "conditions":[%s,%s,%s,%s],"nodeInfo":{"architecture":"amd64","bootID":"b","containerRuntimeVersion":"c",\
            "kernelVersion":"5","kubeProxyVersion":"","kubeletVersion":"v1.35.0","machineID":"m",\
            "operatingSystem":"linux","osImage":"o","systemUUID":"u"}}}""".formatted(
                    condition("MemoryPressure", "False"),
                    condition("DiskPressure", "False"),
                    condition("PIDPressure", "False"),
                    condition("Ready", "True"));

    private final ObjectNode node = Json.parse(NODE.getBytes(StandardCharsets.UTF_8));

    private static String condition(String type, String status) {
        return """
                {"type":"%s","status":"%s","reason":"Kubelet","message":"so it is","lastHeartbeatTime":\
                "2026-01-01T00:00:00Z","lastTransitionTime":"2026-01-01T00:00:00Z"}""".formatted(type, status);
    }

    @Benchmark
    public ObjectNode created() {
        return FieldManager.created(Kinds.NODE, node, "kubelet", NOW);
    }
}
