package io.everynode.controlplane.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.controlplane.secrets.TestSecrets;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.core.placement.NodeRequirements;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Toleration;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.StorageFailure;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What all entities have from AggregateEntity, shown by a Resource and a Node on a journal in memory. */
@Timeout(30)
class EntityTest {

    static {
        JournalAccess.quiet();
    }

    private static final ActorTestKit KIT = ActorTestKit.create(PersistenceTestKitPlugin.getInstance()
            .config()
            .withFallback(ConfigFactory.parseString("pekko.actor.provider = local\n"
                    + "pekko.persistence.journal.auto-start-journals = []\n"
                    + "pekko.persistence.snapshot-store.plugin = \"\"\n"
                    + "pekko.persistence.snapshot-store.auto-start-snapshot-stores = []"))
            .withFallback(ConfigFactory.parseResources("everynode-control-plane.conf"))
            .withFallback(ConfigFactory.load()));

    private static final PersistenceTestKit JOURNAL = PersistenceTestKit.create(KIT.system());
    private static final PodRequirements ANYWHERE = new PodRequirements(
            NodeRequirements.ANY, List.of(new Toleration("", "Exists", "", "", null)), null, List.of(), 0);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final FormatGate gate = new FormatGate();
    private final AtomicInteger grew = new AtomicInteger();
    private final EntityServices services =
            new EntityServices(Clock.fixed(NOW, ZoneOffset.UTC), gate, TestSecrets.keys(gate), grew::incrementAndGet);
    private final String name = "n" + UUID.randomUUID();
    private final TestProbe<WriteReply> replies = KIT.createTestProbe(WriteReply.class);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private void open() {
        gate.members(List.of(Set.of(FormatGate.role(EventTypes.READABLE_FORMAT))));
    }

    private ActorRef<ResourceEntity.Message> resource() {
        return KIT.spawn(ResourceEntity.create(EntityIds.resource(Kinds.CONFIG_MAP, "d", name), services));
    }

    private String persistenceId() {
        return EntityIds.RESOURCE + "|" + EntityIds.resource(Kinds.CONFIG_MAP, "d", name);
    }

    private int persisted(String id) {
        return JOURNAL.persistedInStorage(id).size();
    }

    private static CommandMeta meta(String id, long secondsLeft) {
        return new CommandMeta(
                id,
                new Caller("admin", "test"),
                "request 1",
                NOW.plusSeconds(secondsLeft).toEpochMilli(),
                0);
    }

    private ObjectNode configMap() {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name).put("namespace", "d");
        return object;
    }

    private WriteReply create(ActorRef<ResourceEntity.Message> entity, CommandMeta meta) {
        entity.tell(new ResourceEntity.Write(meta, new ObjectWrite.Create(configMap(), "u"), false, replies.getRef()));
        return replies.receiveMessage();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int code(WriteReply reply) {
        return ((WriteReply.Rejected) reply).status().code();
    }

    @Test
    void whatAMemberCannotReadIsNotWritten() {
        ActorRef<ResourceEntity.Message> entity = resource();
        assertThat(code(create(entity, meta("c1", 30))))
                .as("membership unknown")
                .isEqualTo(503);
        gate.members(List.of(Set.of(FormatGate.role(1)), Set.of("control-plane")));
        assertThat(code(create(entity, meta("c1", 30))))
                .as("a member without the role")
                .isEqualTo(503);
        assertThat(persisted(persistenceId())).isZero();
        open();
        assertThat(create(entity, meta("c1", 30)))
                .as("the entity lives on, and the refused command was not done")
                .isEqualTo(new WriteReply.Done(persistenceId(), 1, false, List.of()));
    }

    @Test
    void aRepeatedCommandIsDoneOnceAlsoAfterARestart() {
        open();
        ActorRef<ResourceEntity.Message> entity = resource();
        WriteReply first = create(entity, meta("c1", 30));
        assertThat(create(entity, meta("c1", 30))).isEqualTo(first);
        KIT.stop(entity);
        ActorRef<ResourceEntity.Message> again = resource();
        assertThat(create(again, meta("c1", 30))).isEqualTo(first);
        assertThat(persisted(persistenceId())).isEqualTo(1);
        assertThat(grew).as("told after the persist").hasValue(1);
        assertThat(code(create(again, meta("c2", 30)))).as("another command").isEqualTo(409);
    }

    @Test
    void aLateCommandIsRefused() {
        open();
        ActorRef<ResourceEntity.Message> entity = resource();
        assertThat(code(create(entity, meta("c1", -1)))).isEqualTo(504);
        assertThat(persisted(persistenceId())).isZero();
        assertThat(create(entity, meta("c1", 0))).isInstanceOf(WriteReply.Done.class);
    }

    @Test
    void stopsAlsoWhenThatComesDuringAPersistThatFails() {
        open();
        ActorRef<ResourceEntity.Message> entity = resource();
        CountDownLatch stopSent = new CountDownLatch(1);
        JOURNAL.withPolicy((id, operation) -> {
            if (!(operation instanceof WriteEvents)) {
                return ProcessingSuccess.getInstance();
            }
            // This is the journal's thread: its answer comes to the entity after the message that it is to stop.
            await(stopSent);
            return StorageFailure.create();
        });
        try {
            entity.tell(new ResourceEntity.Write(
                    meta("c1", 30), new ObjectWrite.Create(configMap(), "u"), false, replies.getRef()));
            entity.tell(ResourceEntity.Stop.INSTANCE);
            stopSent.countDown();
            assertThat(code(replies.receiveMessage())).isEqualTo(503);
            replies.expectTerminated(entity);
        } finally {
            JOURNAL.resetPolicy();
        }
    }

    @Test
    void aDecisionIsOnePersistWithItsEnvelope() {
        open();
        String node = "node-" + name;
        ActorRef<NodeEntity.Message> entity = joined(node);
        TestProbe<NodeEntity.Converged> converged = KIT.createTestProbe(NodeEntity.Converged.class);
        for (String uid : List.of("a", "b")) {
            Converge converge = new Converge(
                    meta("converge " + uid, 30),
                    uid,
                    "d",
                    "ds",
                    1,
                    new Converge.Run("r", "t", 1, ANYWHERE, 30, false),
                    "node joined");
            entity.tell(new NodeEntity.ConvergeNode(converge, converged.getRef()));
            assertThat(converged.receiveMessage().reply()).isInstanceOf(ConvergeReply.Applied.class);
        }
        entity.tell(new NodeEntity.Write(
                new NodeCommand.Write(
                        meta("c2", 30),
                        new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.BACKGROUND),
                        false),
                replies.getRef()));
        assertThat(((WriteReply.Done) replies.receiveMessage()).sequenceNumber())
                .isEqualTo(6);
        List<Recorded<?>> rows = JOURNAL.persistedInStorage(EntityIds.NODE + "|" + EntityIds.node(node)).stream()
                .<Recorded<?>>map(row -> (Recorded<?>) row)
                .toList();
        assertThat(rows).hasSize(6);
        assertThat(rows.subList(3, 6)).extracting(row -> row.meta().more()).containsExactly(2, 1, 0);
        assertThat(rows.get(5).meta().reason()).isEqualTo("node deleted");
        assertThat(rows.get(5).meta().commandId()).isEqualTo("c2");
        assertThat(rows.get(5).meta().cause()).isEqualTo("request 1");
        assertThat(rows.get(5).meta().caller()).isEqualTo(new Caller("admin", "test"));
        assertThat(rows.get(5).meta().atMillis()).isEqualTo(NOW.toEpochMilli());
        assertThat(rows.get(1).meta().reason()).isEqualTo("node joined");
    }

    /** The newer one made no Pod, so that no event of the Node knows it. */
    @Test
    void aMessageThatWasOvertakenByANewerGenerationIsRefused() {
        open();
        ActorRef<NodeEntity.Message> entity = joined("node-" + name);
        Converge.Wish run = new Converge.Run("r", "t", 1, ANYWHERE, 30, true);
        Converge.Wish end = new Converge.End("gone", Converge.End.WHATEVER_READINESS, "");

        assertThat(converged(entity, 5, end)).isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(converged(entity, 4, run)).isInstanceOf(ConvergeReply.Refused.class);
        assertThat(converged(entity, 5, run)).isInstanceOf(ConvergeReply.Applied.class);
    }

    private ActorRef<NodeEntity.Message> joined(String node) {
        ActorRef<NodeEntity.Message> entity = KIT.spawn(NodeEntity.create(EntityIds.node(node), services));
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Node");
        object.putObject("metadata").put("name", node);
        object.putObject("status").putObject("allocatable").put("pods", "10");
        entity.tell(new NodeEntity.Write(
                new NodeCommand.Write(meta("c1", 30), new ObjectWrite.Create(object, "u"), false), replies.getRef()));
        assertThat(((WriteReply.Done) replies.receiveMessage()).sequenceNumber())
                .isEqualTo(1);
        return entity;
    }

    private static ConvergeReply converged(ActorRef<NodeEntity.Message> entity, long generation, Converge.Wish wish) {
        TestProbe<NodeEntity.Converged> converged = KIT.createTestProbe(NodeEntity.Converged.class);
        Converge converge =
                new Converge(meta(UUID.randomUUID().toString(), 30), "uid", "d", "ds", generation, wish, "planned");
        entity.tell(new NodeEntity.ConvergeNode(converge, converged.getRef()));
        return converged.receiveMessage().reply();
    }
}
