package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.agent.plan.PodObjects;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.PullSecrets;
import io.everynode.nodes.agent.plan.ServiceEnvironment;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.AgentApi.Answer;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of the API what Pods refer to. Blocks; thread-safe. Of what may be secret nothing is kept: a container is made
 * of what holds then.
 */
final class ObjectReader {

    private static final Logger log = LoggerFactory.getLogger(ObjectReader.class);
    private static final int NOT_FOUND = 404;
    private static final long PATIENCE_SECONDS = 60;

    private final AgentApi api;
    /** By namespace, of those that have had Pods here. */
    private final Map<String, List<JsonNode>> servicesRead = new ConcurrentHashMap<>();

    ObjectReader(AgentApi api) {
        this.api = api;
    }

    /** @throws ConfigProblem when it cannot be told what is there */
    PodObjects read(PodView pod, Set<ObjectRef> refs) throws ConfigProblem {
        Map<ObjectRef, JsonNode> found = new HashMap<>();
        for (ObjectRef ref : refs) {
            String path = "/api/v1/namespaces/" + pod.namespace() + "/" + ref.plural() + "/" + ref.name();
            Answer answer = ask("GET", path, null);
            if (answer.ok()) {
                found.put(ref, answer.body());
            } else if (answer.code() != NOT_FOUND) {
                throw new ConfigProblem(ref.plural() + " \"" + ref.name() + "\" cannot be read: " + answer.message());
            }
        }
        return new PodObjects(found);
    }

    /** @param source of a projected volume */
    PodTokens.Token token(PodView pod, JsonNode source) throws ConfigProblem {
        String account = Json.at(pod.tree(), "spec", "serviceAccountName").asText("default");
        ObjectNode request =
                Json.object().put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        ObjectNode spec = request.putObject("spec");
        if (source.hasNonNull("audience")) {
            spec.putArray("audiences").add(Json.text(source, "audience"));
        }
        spec.put("expirationSeconds", source.path("expirationSeconds").asLong(3600));
        spec.putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", pod.name())
                .put("uid", pod.uid());
        String path = "/api/v1/namespaces/" + pod.namespace() + "/serviceaccounts/" + account + "/token";
        Instant asked = Instant.now();
        Answer answer = ask("POST", path, request);
        if (!answer.ok()) {
            throw new ConfigProblem("no token for the service account \"" + account + "\": " + answer.message());
        }
        JsonNode given = answer.body().path("status");
        Duration lifetime = Duration.ofSeconds(spec.path("expirationSeconds").asLong());
        try {
            lifetime = Duration.between(asked, Instant.parse(Json.text(given, "expirationTimestamp")));
        } catch (DateTimeParseException e) {
            log.debug("a token without a time at which it expires", e);
        }
        return PodTokens.Token.of(Json.text(given, "token"), asked, lifetime);
    }

    /**
     * Services whose variables the Pod's containers get; the API server's own is among them. While the API is away they
     * are those that were read last in this namespace: a container that ends then must not wait for it.
     */
    List<JsonNode> services(PodView pod) throws ConfigProblem {
        String key = pod.namespace() + "/" + ServiceEnvironment.links(pod);
        List<JsonNode> services = new ArrayList<>();
        boolean told = true;
        if (ServiceEnvironment.links(pod)) {
            Answer answer = ask("GET", "/api/v1/namespaces/" + pod.namespace() + "/services", null);
            answer.body().path("items").forEach(services::add);
            told = told(answer);
        }
        if (told && !(ServiceEnvironment.links(pod) && pod.namespace().equals("default"))) {
            Answer answer = ask("GET", "/api/v1/namespaces/default/services/kubernetes", null);
            if (answer.ok()) {
                services.add(answer.body());
            }
            told = answer.code() == NOT_FOUND || told(answer);
        }
        if (!told) {
            return servicesRead.getOrDefault(key, List.of());
        }
        servicesRead.put(key, List.copyOf(services));
        return services;
    }

    /** @return false while the API is away */
    private static boolean told(Answer answer) throws ConfigProblem {
        if (!answer.ok() && !answer.passing()) {
            throw new ConfigProblem(
                    "services have not yet been read at least once, cannot construct envvars: " + answer.message());
        }
        return answer.ok();
    }

    /** Those of the Pod's imagePullSecrets for the image's registry; a Secret that is missing is passed over. */
    List<Engine.Credentials> pullCredentials(PodView pod, String image) {
        List<Engine.Credentials> known = new ArrayList<>();
        for (JsonNode named : Json.at(pod.tree(), "spec", "imagePullSecrets")) {
            ObjectRef ref = ObjectRef.secret(Json.text(named, "name"));
            try {
                PodObjects found = read(pod, Set.of(ref));
                found.data(ref)
                        .ifPresent(data -> PullSecrets.of(data, image)
                                .ifPresent(one -> known.add(new Engine.Credentials(
                                        one.registry(), one.user(), one.password(), one.identityToken()))));
            } catch (ConfigProblem | IllegalArgumentException e) {
                // As a kubelet: the pull is tried without, and its own message tells.
                continue;
            }
        }
        return known;
    }

    private Answer ask(String method, String path, JsonNode body) throws ConfigProblem {
        try {
            return api.sendNow(method, path, body == null ? "" : "application/json", body)
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigProblem("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new ConfigProblem("the API server gives no answer");
        }
    }
}
