package io.everynode.nodes.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.PodTokens.Token;
import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodTokensTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final JsonNode PROJECTION = Json.object().put("path", "token");

    private static PodView pod() {
        var tree = Json.object();
        tree.putObject("metadata").put("uid", "u1");
        return PodView.of(tree);
    }

    @Test
    void aTokenIsKeptForFourFifthsOfItsLife() throws ConfigProblem {
        List<Instant> asked = new ArrayList<>();
        Instant[] now = {START};
        PodTokens tokens = new PodTokens((pod, projection) -> {
            asked.add(now[0]);
            return Token.of("t" + asked.size(), now[0], Duration.ofSeconds(1000));
        });
        assertThat(tokens.nextRenewal("u1")).isNull();
        assertThat(tokens.token(pod(), PROJECTION, now[0])).isEqualTo("t1");
        assertThat(tokens.nextRenewal("u1")).isEqualTo(START.plusSeconds(800));
        now[0] = START.plusSeconds(799);
        assertThat(tokens.token(pod(), PROJECTION, now[0])).isEqualTo("t1");
        now[0] = START.plusSeconds(800);
        assertThat(tokens.token(pod(), PROJECTION, now[0])).isEqualTo("t2");
        tokens.forget("u1");
        assertThat(tokens.nextRenewal("u1")).isNull();
    }

    @Test
    void renewalIsNeitherEndlessNorEndlesslyOften() {
        assertThat(Token.of("t", START, Duration.ofDays(365)).renewAt()).isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(Token.of("t", START, Duration.ofHours(-1)).renewAt()).isEqualTo(START.plus(Duration.ofMinutes(1)));
        assertThat(Token.of("secret", START, Duration.ofHours(1)).toString()).doesNotContain("secret");
    }
}
