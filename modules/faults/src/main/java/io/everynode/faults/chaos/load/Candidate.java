package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.record.Claim;
import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Wants to be the leader, by client-go's rules: whoever sees a Lease unchanged for its duration, on its own clock, may
 * take it; the holder renews it, and stops to lead when it could not for the renewal deadline, counted from the begin
 * of the last renewal that succeeded.
 */
final class Candidate extends Worker {

    static final String LEASE = "leader";

    private static final Duration DURATION = Duration.ofSeconds(8);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Recorder recorder;
    private String observed = "";
    private long observedAt;

    Candidate(Api api, Gate gate, long seed, Recorder recorder) {
        super("candidate-" + api.endpoint(), List.of(api), gate, seed, 1000);
        this.recorder = recorder;
    }

    @Override
    void work() throws InterruptedException {
        Api api = any();
        Key key = key("leases", LEASE);
        long start = recorder.now();
        Answer read = api.get(name, key, DEADLINE);
        if (read.status() == 404) {
            claim(start, api.create(name, key, lease(Json.object(), 0), name, DEADLINE));
            return;
        }
        if (!read.isDone()) {
            return;
        }
        String holder = Json.text(read.body(), "spec", "holderIdentity");
        String record = read.body().path("spec").toString();
        if (!record.equals(observed)) {
            observed = record;
            observedAt = recorder.now();
        }
        boolean own = holder.equals(name);
        if (own || holder.isEmpty() || recorder.now() > observedAt + DURATION.toNanos()) {
            int transitions = Json.at(read.body(), "spec", "leaseTransitions").asInt() + (own ? 0 : 1);
            claim(start, api.replace(name, key, lease(read.body().deepCopy(), transitions), name, DEADLINE));
        }
    }

    private void claim(long start, Answer answer) {
        long now = recorder.now();
        long until = start + DEADLINE.toNanos();
        if (answer.isDone() && now < until) {
            recorder.add(new Claim(name, now, until));
        }
    }

    private ObjectNode lease(ObjectNode object, int transitions) {
        object.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        object.withObject("/metadata").put("name", LEASE).put("namespace", NAMESPACE);
        String now = MICROS.format(Instant.now());
        ObjectNode spec = object.withObject("/spec");
        if (!Json.text(spec, "holderIdentity").equals(name)) {
            spec.put("acquireTime", now);
        }
        spec.put("holderIdentity", name)
                .put("leaseDurationSeconds", (int) DURATION.toSeconds())
                .put("leaseTransitions", transitions)
                .put("renewTime", now);
        return object;
    }
}
