package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourcesTest {

    /**
     * C(cpu) and M(memory) stand for a container with these requests, I for one that stays though an init container.
     */
    @ParameterizedTest(name = "{0} -> {1} mCPU, {2} bytes")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                                | 0    | 0",
                "{containers: [{name: a}]}                                                         | 0    | 0",
                "{containers: [{resources: {requests: {cpu: 100m, memory: 1Ki}}}]}                 | 100  | 1024",
                "{containers: [{resources: {requests: {cpu: 1}}}, {resources: {requests: {cpu: 0.5}}}]} | 1500 | 0",
                // Init containers run one by one: the largest counts, if it is more than all containers together.
                "{initContainers: [{resources: {requests: {cpu: 2}}}, {resources: {requests: {cpu: 3}}}], "
                        + "containers: [{resources: {requests: {cpu: 1, memory: 5}}}]}             | 3000 | 5",
                "{initContainers: [{resources: {requests: {cpu: 1}}}], "
                        + "containers: [{resources: {requests: {cpu: 1}}}, {resources: {requests: {cpu: 1}}}]} | 2000 | 0",
                // A sidecar counts with the containers, and beside the init containers after it but not before it.
                "{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 1}}}], "
                        + "containers: [{resources: {requests: {cpu: 1}}}]}                        | 2000 | 0",
                "{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 1}}}, "
                        + "{resources: {requests: {cpu: 2}}}], containers: [{resources: {requests: {cpu: 1}}}]} | 3000 | 0",
                "{initContainers: [{resources: {requests: {cpu: 2}}}, "
                        + "{restartPolicy: Always, resources: {requests: {cpu: 1}}}], "
                        + "containers: [{resources: {requests: {cpu: 1}}}]}                        | 2000 | 0",
                "{overhead: {cpu: 250m, memory: 7}, containers: [{resources: {requests: {cpu: 1}}}]} | 1250 | 7",
                // Limits stand in for requests that are not given.
                "{containers: [{resources: {limits: {cpu: 1, memory: 9}, requests: {cpu: 200m}}}]} | 200  | 9",
                // The Pod's own requests replace the sum, overhead comes on top; its limits fill gaps only.
                "{resources: {requests: {cpu: 3}}, overhead: {cpu: 1}, "
                        + "containers: [{resources: {requests: {cpu: 1, memory: 5}}}]}             | 4000 | 5",
                "{resources: {limits: {cpu: 3, memory: 8}}, "
                        + "containers: [{resources: {requests: {memory: 5}}}]}                     | 3000 | 5",
                "{containers: [{resources: {requests: {cpu: lots, memory: 5}}}]}                   | 0    | 5",
            })
    void requestsOfAPod(String spec, long milliCpu, long memory) {
        assertThat(Resources.requestsOf(Yaml.object(spec))).isEqualTo(new Resources(milliCpu, memory, 0, Map.of()));
    }

    @Test
    void countsOtherResourcesByName() {
        Resources requests = Resources.requestsOf(Yaml.object("""
                resources: {requests: {hugepages-2Mi: 8Mi, ephemeral-storage: 3}}
                containers:
                - resources: {requests: {ephemeral-storage: 1Gi, example.com/gpu: 2, hugepages-2Mi: 4Mi, example.com/none: 0}}
                - resources: {requests: {example.com/gpu: 1}}
                """));
        assertThat(requests)
                .isEqualTo(new Resources(0, 0, 1L << 30, Map.of("example.com/gpu", 3L, "hugepages-2Mi", 8L << 20)));
        assertThat(requests.extended().keySet()).containsExactly("example.com/gpu", "hugepages-2Mi");
    }

    @Test
    void saturates() {
        Resources most = new Resources(Long.MAX_VALUE, 1, 0, Map.of("x", Long.MAX_VALUE));
        assertThat(most.plus(most)).isEqualTo(new Resources(Long.MAX_VALUE, 2, 0, Map.of("x", Long.MAX_VALUE)));
        Resources least = new Resources(Long.MIN_VALUE, 0, 0, Map.of());
        assertThat(least.minus(most).milliCpu()).isEqualTo(Long.MIN_VALUE);
    }

    @Property
    void minusUndoesPlus(@ForAll("amounts") Resources one, @ForAll("amounts") Resources other) {
        assertThat(one.plus(other)).isEqualTo(other.plus(one));
        assertThat(one.plus(other).minus(other)).isEqualTo(one);
        assertThat(one.minus(one)).isEqualTo(Resources.ZERO);
    }

    @Provide
    Arbitrary<Resources> amounts() {
        Arbitrary<Long> amount = Arbitraries.longs().between(0, 1L << 50);
        return Combinators.combine(
                        amount,
                        amount,
                        amount,
                        Arbitraries.maps(Arbitraries.of("a", "b", "c"), amount).ofMaxSize(3))
                .as(Resources::new);
    }
}
