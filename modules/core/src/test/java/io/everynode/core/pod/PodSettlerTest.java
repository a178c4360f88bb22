package io.everynode.core.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a Pod's owner does for its claims, and when. */
class PodSettlerTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final EventMeta META = new EventMeta(0, Caller.controller("test"), "", "", "", 0, 0);

    private final PodSettler settler = new PodSettler("Pod|d/web", "d", "web");
    private PodState state = PodState.ABSENT;
    private long sequence;

    private void happened(PodEvent event) {
        state = state.evolve(META, event, ++sequence);
    }

    private void proposed() {
        happened(new PodEvent.Stored(JsonBytes.of(Json.parse(
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"uid\":\"u1\"},\"spec\":{\"containers\":[]}}"
                        .getBytes(StandardCharsets.UTF_8)))));
        happened(new PodEvent.BindingProposed("u1", "n1", 1));
    }

    @Test
    void nothingIsDoneForWhatIsSettled() {
        assertThat(settler.steps(state, NOW)).isEmpty();
        proposed();
        happened(new PodEvent.Bound("u1", "n1", 1, state.object()));
        assertThat(settler.steps(state, NOW)).isEmpty();
    }

    @Test
    void aReleaseWaitsUntilNoQuestionCanBeUnderWay() {
        proposed();
        PodSettler.Ask ask = (PodSettler.Ask) settler.steps(state, NOW).get(0);
        long deadline = ask.command().meta().deadlineMillis();
        assertThat(deadline).isEqualTo(NOW.plus(PodSettler.NODE_PATIENCE).toEpochMilli());
        assertThat(ask.answered("no").attempt()).isEqualTo(1);
        happened(new PodEvent.BindingRefused("u1", "n1", 1, "no"));
        PodSettler.Wait wait =
                (PodSettler.Wait) settler.steps(state, NOW.plusSeconds(1)).get(0);
        assertThat(NOW.plusSeconds(1).plus(wait.duration()).toEpochMilli()).isGreaterThan(deadline);
        List<PodSettler.Step> after = settler.steps(state, NOW.plusSeconds(1).plus(wait.duration()));
        assertThat(after).singleElement().isInstanceOf(PodSettler.GiveUp.class);
    }

    /** The start before this one may have asked just before it ended. */
    @Test
    void aNewStartWaitsWithReleasesToo() {
        proposed();
        happened(new PodEvent.BindingRefused("u1", "n1", 1, "no"));
        settler.started(NOW);
        assertThat(settler.steps(state, NOW)).singleElement().isInstanceOf(PodSettler.Wait.class);
        PodSettler.GiveUp giveUp = (PodSettler.GiveUp)
                settler.steps(state, NOW.plus(PodSettler.NODE_PATIENCE).plusMillis(1))
                        .get(0);
        assertThat(giveUp.released().podUid()).isEqualTo("u1");
        assertThat(giveUp.command().attempt()).isEqualTo(1);
    }
}
