package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.logs.ContainerLogOptions;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HollowLogsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final FakeControlPlane controlPlane = new FakeControlPlane();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    /**
     * An hour after the start there are five first lines and about 1800 rounds; the last is from within two seconds.
     */
    @ParameterizedTest
    @CsvSource({
        // timestamps, since seconds, since time, tail lines, limit, lines from, lines to
        "false,     ,                    ,     ,    , 1700, 1810",
        "false,  100,                    ,     ,    ,   48,   52",
        "false,     ,2026-01-01T00:59:00Z,     ,    ,   28,   32",
        "false,     ,2027-01-01T00:59:00Z,     ,    ,    0,    0",
        "true,      ,                    ,   10,    ,   10,   10",
        "true,    10,                    , 1000,    ,    4,    6",
        "false,     ,                    ,    0,    ,    0,    0",
        "false,9223372036854775807,      ,    3,    ,    3,    3",
    })
    void givesThePartThatIsAskedFor(
            boolean timestamps, Long sinceSeconds, Instant sinceTime, Long tail, Long limit, int from, int to) {
        String all = read(pod(), new ContainerLogOptions(false, false, timestamps, null, null, null, null, false));
        String log = read(
                pod(), new ContainerLogOptions(false, false, timestamps, sinceSeconds, sinceTime, tail, limit, false));

        assertThat((int) log.lines().count()).isBetween(from, to);
        assertThat(all).endsWith(log);
    }

    @ParameterizedTest
    @CsvSource({"1", "57", "20000", "999999999"})
    void endsAfterSoManyBytes(long limit) {
        String all = read(pod(), new ContainerLogOptions(false, false, false, null, null, null, null, false));
        String log = read(pod(), new ContainerLogOptions(false, false, false, null, null, null, limit, false));

        assertThat(log).isEqualTo(all.substring(0, (int) Math.min(limit, all.length())));
    }

    @Test
    void aFollowedLogOfARunThatHasEndedEnds() {
        ObjectNode pod = pod();
        ObjectNode status = (ObjectNode) pod.at("/status/containerStatuses/0");
        status.putObject("state")
                .putObject("terminated")
                .put("containerID", "hollow://1")
                .put("startedAt", START.toString())
                .put("finishedAt", START.plusSeconds(1).toString())
                .put("exitCode", 1);

        assertThat(read(pod, new ContainerLogOptions(true, false, false, null, null, null, null, false)))
                .endsWith("code=1\n")
                .hasLineCount(6);
    }

    @Test
    void linesThatComeWhileALogIsReadAreNotInIt() {
        controlPlane.put(Kinds.POD, pod());
        AtomicLong hours = new AtomicLong();
        assertThat(text(new HollowLogs(controlPlane, () -> START.plusSeconds(3600 * hours.incrementAndGet()))
                        .read(request(
                                stored(pod()),
                                new ContainerLogOptions(false, false, false, null, null, 3L, null, false)))))
                .hasLineCount(3);
    }

    @Test
    void aFollowedLogEndsWithItsPod() {
        ObjectNode pod = pod();
        controlPlane.put(Kinds.POD, pod);
        StoredObject asked = stored(pod);
        controlPlane.remove(Kinds.POD, "kube-system", "p");

        assertThat(text(new HollowLogs(controlPlane, InstantSource.fixed(START.plusSeconds(3)))
                        .read(request(
                                asked, new ContainerLogOptions(true, false, false, null, null, null, null, false)))))
                .hasLineCount(6);
    }

    private String read(ObjectNode pod, ContainerLogOptions options) {
        controlPlane.put(Kinds.POD, pod);
        return text(new HollowLogs(controlPlane, InstantSource.fixed(START.plusSeconds(3600)))
                .read(request(stored(pod), options)));
    }

    private StoredObject stored(ObjectNode pod) {
        return controlPlane
                .catalog()
                .get(Kinds.POD, "kube-system", Json.text(pod, "metadata", "name"))
                .orElseThrow();
    }

    private static ContainerLogRequest request(StoredObject pod, ContainerLogOptions options) {
        return new ContainerLogRequest(pod, pod, "main", options);
    }

    private static String text(java.util.concurrent.CompletionStage<Outcome<Source<ByteString, NotUsed>>> answer) {
        try {
            Outcome<Source<ByteString, NotUsed>> outcome =
                    answer.toCompletableFuture().get(5, TimeUnit.SECONDS);
            Source<ByteString, NotUsed> source = ((Outcome.Done<Source<ByteString, NotUsed>>) outcome).value();
            List<ByteString> pieces = source.runWith(org.apache.pekko.stream.javadsl.Sink.seq(), KIT.system())
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            return pieces.stream().map(ByteString::utf8String).reduce("", String::concat);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode pod() {
        ObjectNode pod = Pods.pod("p", "uid-1", "n", "owner");
        ObjectNode status =
                Json.child(pod, "status").putArray("containerStatuses").addObject();
        status.put("name", "main").put("containerID", "hollow://1");
        status.putObject("state").putObject("running").put("startedAt", START.toString());
        return pod;
    }
}
