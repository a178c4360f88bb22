package io.everynode.controlplane.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.RecentCommands;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeDecisions;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.SlotDecisions;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restart and compare: a Node that lives and one that is recovered from the journal's bytes are equal after every step. */
class RestartTest {

    private final Random random = new Random();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private NodeState live = NodeState.ABSENT;
    private NodeState recovered = NodeState.ABSENT;
    private RecentCommands liveCommands = RecentCommands.NONE;
    private RecentCommands recoveredCommands = RecentCommands.NONE;
    private long sequence;

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private CommandMeta meta() {
        return new CommandMeta(
                "c" + sequence,
                new Caller("admin", "test"),
                "",
                now.plusSeconds(9).toEpochMilli(),
                7);
    }

    private void apply(Decision<NodeEvent, ?> decision) {
        int more = decision.events().size();
        for (NodeEvent event : decision.events()) {
            sequence++;
            EventMeta meta = new EventMeta(
                    now.toEpochMilli(), new Caller("admin", "test"), "c" + sequence, "", decision.reason(), 7, --more);
            live = live.evolve(meta, event, sequence);
            liveCommands = liveCommands.evolve(meta, sequence);
            byte[] bytes = EventCodec.encode(new Recorded<>(meta, event));
            Recorded<? extends Event> row =
                    EventCodec.decode(EventTypes.of(event).manifest(), bytes);
            recovered = recovered.evolve(row.meta(), (NodeEvent) row.event(), sequence);
            recoveredCommands = recoveredCommands.evolve(row.meta(), sequence);
            assertThat(recovered).as("%s", event).isEqualTo(live);
        }
        assertThat(recoveredCommands).isEqualTo(liveCommands);
    }

    private void write(ObjectWrite write) {
        apply(NodeDecisions.write(live, "n1", new NodeCommand.Write(meta(), write, false), now));
    }

    private static PodRequirements requirements(int milliCpu, int hostPort) {
        return PodRequirements.ofTemplate(
                json(("{'spec':{'tolerations':[{'operator':'Exists'}],'containers':[{'name':'c',"
                                + "'image':'i','ports':[{'hostPort':%d,'containerPort':1}],'resources':{'requests':{"
                                + "'cpu':'%dm','example.com/gpu':'1','memory':'1Mi'}}}]}}")
                        .formatted(hostPort, milliCpu)));
    }

    private void somePod(ObjectWrite write) {
        List<DaemonPod> pods = List.copyOf(live.pods().values());
        if (!pods.isEmpty()) {
            DaemonPod pod = pods.get(random.nextInt(pods.size()));
            apply(NodeDecisions.writePod(
                    live,
                    "n1",
                    new NodeCommand.WritePod(meta(), pod.namespace(), pod.name(), write, false, null),
                    now));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aRecoveredNodeIsTheNodeThatLived(long seed) {
        random.setSeed(seed);
        for (int step = 0; step < 300; step++) {
            now = now.plusMillis(random.nextInt(3_000));
            String uid = "ds-" + random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0, 1, 2 ->
                    apply(SlotDecisions.decide(
                            live,
                            new Converge(
                                    meta(),
                                    uid,
                                    "d",
                                    "agent",
                                    sequence / 30,
                                    random.nextInt(9) == 0
                                            ? new Converge.Retire()
                                            : new Converge.Run(
                                                    "r" + random.nextInt(2),
                                                    "t",
                                                    1,
                                                    requirements(random.nextInt(900), 9000 + random.nextInt(3)),
                                                    30,
                                                    random.nextBoolean()),
                                    "planned"),
                            sequence,
                            now));
                case 3, 4 ->
                    somePod(new ObjectWrite.Patch(
                            "status",
                            PatchType.MERGE,
                            json("{'status':{'phase':'"
                                    + List.of("Running", "Failed", "Succeeded").get(random.nextInt(3))
                                    + "','conditions':[{'type':'Ready','status':'True'}]}}"),
                            FieldValidation.STRICT,
                            Precondition.NONE));
                case 5 ->
                    somePod(new ObjectWrite.Delete(
                            Precondition.NONE, random.nextBoolean() ? 0L : null, ObjectWrite.Propagation.BACKGROUND));
                case 6 -> {
                    apply(NodeDecisions.reserve(
                            live,
                            new NodeCommand.Reserve(
                                    meta(), "p" + random.nextInt(3), "d", "web", sequence, requirements(300, 8000)),
                            now));
                    apply(NodeDecisions.release(
                            live, new NodeCommand.Release(meta(), "p" + random.nextInt(3), sequence)));
                }
                default -> {
                    if (!live.exists()) {
                        write(new ObjectWrite.Create(
                                json(
                                        "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'},'status':{'allocatable':{"
                                                + "'cpu':'2','pods':'4','memory':'1Gi','example.com/gpu':'3'}}}"),
                                "uid-" + sequence));
                    } else if (random.nextInt(6) == 0) {
                        write(new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.BACKGROUND));
                    }
                }
            }
        }
        assertThat(sequence).isGreaterThan(50);
    }
}
