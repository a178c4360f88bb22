package io.everynode.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ResourceStateTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final EventMeta META = new EventMeta(1, new Caller("u", ""), "c", "", "", 0, 0);

    private static ObjectNode lease(String holder) {
        ObjectNode lease =
                Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata").put("name", "l").put("namespace", "d");
        lease.putObject("spec").put("holderIdentity", holder).put("leaseDurationSeconds", 15);
        return lease;
    }

    private static Decision<ResourceEvent, WriteReply> decide(ResourceState state, ObjectWrite write, boolean dryRun) {
        return state.decide(Kinds.LEASE, "l", write, dryRun, NOW);
    }

    private static ResourceState after(ResourceState state, ObjectWrite write, long sequence) {
        return state.evolve(META, decide(state, write, false).events().get(0), sequence);
    }

    @Test
    void createChangeRemoveAndCreateAnew() {
        ResourceState state = after(ResourceState.ABSENT, new ObjectWrite.Create(lease("a"), "u1"), 1);
        assertThat(state.sequenceNumber()).isEqualTo(1);
        state = after(state, new ObjectWrite.Replace("", lease("b"), new Precondition("", 1)), 2);
        assertThat(state.object().toString())
                .contains("\"holderIdentity\":\"b\"")
                .contains("\"uid\":\"u1\"");
        ObjectWrite delete = new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.BACKGROUND);
        assertThat(decide(state, delete, false).events()).containsExactly(new ResourceEvent.Removed("u1"));
        assertThat(((WriteReply.Done) decide(state, delete, false).reply()).removed())
                .isTrue();
        state = after(state, delete, 3);
        assertThat(state).isEqualTo(ResourceState.ABSENT);
        state = after(state, new ObjectWrite.Create(lease("c"), "u2"), 4);
        assertThat(state.object().toString()).contains("\"uid\":\"u2\"");
        assertThat(state.sequenceNumber()).isEqualTo(4);
    }

    /** Clients elect leaders by it. */
    @Test
    void ofTwoThatSawTheSameOnlyOneWins() {
        ResourceState state = after(ResourceState.ABSENT, new ObjectWrite.Create(lease(""), "u1"), 1);
        ObjectWrite first = new ObjectWrite.Replace("", lease("a"), new Precondition("", 1));
        ObjectWrite second = new ObjectWrite.Replace("", lease("b"), new Precondition("", 1));
        ResourceState won = after(state, first, 2);
        assertThat(decide(won, second, false).reply())
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().reason()).isEqualTo("Conflict"));
        assertThat(decide(won, second, false).events()).isEmpty();
    }

    @Test
    void dryRunsAndNoChangesPersistNothing() {
        ResourceState state = after(ResourceState.ABSENT, new ObjectWrite.Create(lease("a"), "u1"), 1);
        var dry = decide(state, new ObjectWrite.Replace("", lease("b"), Precondition.NONE), true);
        assertThat(dry.events()).isEmpty();
        assertThat(((WriteReply.DryRun) dry.reply()).object().toString()).contains("\"holderIdentity\":\"b\"");
        var same = decide(state, new ObjectWrite.Replace("", lease("a"), Precondition.NONE), false);
        assertThat(same.events()).isEmpty();
        assertThat(same.reply()).isInstanceOf(WriteReply.Done.class);
        assertThat(decide(ResourceState.ABSENT, new ObjectWrite.Create(lease("a"), "u"), true)
                        .events())
                .isEmpty();
    }
}
