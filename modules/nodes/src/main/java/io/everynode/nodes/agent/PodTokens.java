package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Tokens of service accounts in Pods' volumes. Each is asked for again once 80 % of its life have passed, or a day
 * (kubernetes/pkg/kubelet/token/token_manager.go). Thread-safe. Its text names no token.
 */
final class PodTokens {

    private static final Duration LONGEST = Duration.ofHours(24);

    /** The API and this machine may not agree about the time. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** @param renewAt when another one is to take its place */
    record Token(String text, Instant renewAt) {
        /** @param lifetime of the token from when it was given */
        static Token of(String text, Instant given, Duration lifetime) {
            Duration most = lifetime.multipliedBy(4).dividedBy(5);
            Duration bounded = most.compareTo(LONGEST) > 0 ? LONGEST : most.compareTo(SHORTEST) < 0 ? SHORTEST : most;
            return new Token(text, given.plus(bounded));
        }

        @Override
        public String toString() {
            return "a token until " + renewAt;
        }
    }

    /** Asks the API. */
    interface Source {
        Token ask(PodView pod, JsonNode serviceAccountToken) throws ConfigProblem;
    }

    private final Source source;
    private final Map<String, Map<JsonNode, Token>> known = new HashMap<>();

    PodTokens(Source source) {
        this.source = source;
    }

    /**
     * The one that is there, unless it is time for another. Blocks while the API is asked.
     *
     * @param projection from a projected volume
     */
    String token(PodView pod, JsonNode projection, Instant now) throws ConfigProblem {
        synchronized (this) {
            Token there = known.getOrDefault(pod.uid(), Map.of()).get(projection);
            if (there != null && now.isBefore(there.renewAt())) {
                return there.text();
            }
        }
        Token fresh = source.ask(pod, projection);
        synchronized (this) {
            known.computeIfAbsent(pod.uid(), uid -> new HashMap<>()).put(projection, fresh);
        }
        return fresh.text();
    }

    /** When the first of a Pod's tokens is to be renewed; null when it has none. */
    synchronized Instant nextRenewal(String pod) {
        return known.getOrDefault(pod, Map.of()).values().stream()
                .map(Token::renewAt)
                .min(Instant::compareTo)
                .orElse(null);
    }

    synchronized void forget(String pod) {
        known.remove(pod);
    }
}
