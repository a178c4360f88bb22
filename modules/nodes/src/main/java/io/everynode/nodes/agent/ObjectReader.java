package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.agent.plan.PodObjects;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.PullSecrets;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.AgentApi.Answer;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads of the API what Pods refer to. Blocks; thread-safe. Nothing is kept: a container is made of what holds then.
 */
final class ObjectReader {

    private static final int NOT_FOUND = 404;
    private static final long PATIENCE_SECONDS = 60;

    private final AgentApi api;

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
    String token(PodView pod, JsonNode source) throws ConfigProblem {
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
        Answer answer = ask("POST", path, request);
        if (!answer.ok()) {
            throw new ConfigProblem("no token for the service account \"" + account + "\": " + answer.message());
        }
        return Json.text(answer.body(), "status", "token");
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
