package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.core.authorization.User;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.decode.ObjectDecoder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The reviews of authorization.k8s.io and authentication.k8s.io: a question is posted and comes back with its answer
 * (pkg/registry/authorization, pkg/registry/authentication). Nothing is kept.
 */
final class ReviewHandler {

    private final Bodies bodies;
    private final Executor executor;
    private final InstantSource clock;
    private final TokenChecks tokens;
    private final AccessDecisions access;

    ReviewHandler(Bodies bodies, Executor executor, InstantSource clock, TokenChecks tokens, AccessDecisions access) {
        this.access = access;
        this.bodies = bodies;
        this.executor = executor;
        this.clock = clock;
        this.tokens = tokens;
    }

    /**
     * The path of a review's collection; its subresource is empty and its name too.
     *
     * @param rest the decoded segments after the version
     */
    static Optional<ResourcePath> collection(String group, String version, List<String> rest) {
        boolean within = rest.size() == 3 && rest.get(0).equals("namespaces");
        if (!within && rest.size() != 1) {
            return Optional.empty();
        }
        return PostedKinds.review(group, version, rest.get(rest.size() - 1))
                .filter(kind -> kind.namespaced() == within)
                .map(kind -> new ResourcePath(kind, within ? rest.get(1) : "", "", ""));
    }

    /** Refusals are {@link ApiFailure}s. */
    CompletionStage<HttpResponse> post(Call call, ResourcePath path) {
        Kind kind = path.kind();
        ObjectForm form = ContentNegotiation.form(call, kind, clock);
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> decoded = ApiFailure.done(
                                    ObjectDecoder.decode(kind, call.mediaType(), body, options.fieldValidation()));
                            ObjectNode review = decoded.value();
                            WriteHandler.placeInNamespace(path, review);
                            return answered(call, kind, review).thenApply(status -> {
                                review.set("status", status);
                                return Answers.withWarnings(
                                        Answers.json(call, 201, form.one(Shown.of(review))), decoded.warnings());
                            });
                        },
                        executor);
    }

    private CompletionStage<ObjectNode> answered(Call call, Kind kind, ObjectNode review) {
        User asking = call.user();
        JsonNode spec = review.path("spec");
        if (kind.equals(PostedKinds.TOKEN_REVIEW)) {
            if (Json.text(spec, "token").isEmpty()) {
                throw new ApiFailure(ApiStatus.badRequest("token is required for TokenReview in authentication"));
            }
            return tokens.review(Json.text(spec, "token"), texts(spec.path("audiences")));
        }
        ObjectNode status;
        if (kind.equals(PostedKinds.SELF_SUBJECT_REVIEW)) {
            status = Json.object();
            status.set("userInfo", UserInfo.of(asking));
        } else if (kind.equals(PostedKinds.SELF_SUBJECT_RULES_REVIEW)) {
            String namespace = Json.text(spec, "namespace");
            if (namespace.isEmpty()) {
                throw new ApiFailure(ApiStatus.badRequest("no namespace on request"));
            }
            status = access.rules(asking, namespace);
        } else {
            ReviewChecks.accessReview(kind, review);
            boolean self = kind.equals(PostedKinds.SELF_SUBJECT_ACCESS_REVIEW);
            status = access.decide(self ? asking : named(spec), spec);
        }
        return java.util.concurrent.CompletableFuture.completedFuture(status);
    }

    private static User named(JsonNode spec) {
        Map<String, List<String>> extra = new TreeMap<>();
        spec.path("extra").properties().forEach(fact -> extra.put(fact.getKey(), texts(fact.getValue())));
        return new User(Json.text(spec, "user"), Json.text(spec, "uid"), texts(spec.path("groups")), extra);
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
