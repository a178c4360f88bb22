package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.AccountTokens.Reference;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The subresource token of ServiceAccounts (pkg/registry/core/serviceaccount/storage/token.go): makes a token of the
 * account. Kubelets ask for those of the volumes that they project.
 */
final class TokenRequestHandler {

    private static final long DEFAULT_SECONDS = 3600;
    private static final long SHORTEST_SECONDS = 600;
    private static final long LONGEST_SECONDS = 1L << 32;
    private static final Kind KIND = ActionSubresource.TOKEN.body();

    private final ControlPlane controlPlane;
    private final Bodies bodies;
    private final Executor executor;
    private final InstantSource clock;
    private final AccountTokens tokens;
    private final WriteGuard guard;

    TokenRequestHandler(
            ControlPlane controlPlane,
            Bodies bodies,
            Executor executor,
            InstantSource clock,
            AccountTokens tokens,
            WriteGuard guard) {
        this.guard = guard;
        this.controlPlane = controlPlane;
        this.bodies = bodies;
        this.executor = executor;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** @param path names the account; refusals are {@link ApiFailure}s */
    CompletionStage<HttpResponse> post(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, KIND, clock);
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> decoded = ApiFailure.done(ObjectDecoder.decodeAction(
                                    ActionSubresource.TOKEN, call.mediaType(), body, options.fieldValidation()));
                            ObjectNode request = decoded.value();
                            return controlPlane.currentCatalog().thenApply(catalog -> {
                                guard.requireToken(call.user(), path, request.path("spec"), catalog);
                                fill(request, path, catalog);
                                return Answers.withWarnings(
                                        Answers.json(call, 201, form.one(Shown.of(request))), decoded.warnings());
                            });
                        },
                        executor);
    }

    private void fill(ObjectNode request, ResourcePath path, Catalog catalog) {
        StoredObject account = catalog.get(Kinds.SERVICE_ACCOUNT, path.namespace(), path.name())
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(Kinds.SERVICE_ACCOUNT, path.name())));
        ObjectNode meta = Json.child(request, "metadata");
        named(meta, "name", path.name(), path.name());
        named(meta, "namespace", path.namespace(), path.name());
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        meta.put("creationTimestamp", now.toString());
        ObjectNode spec = Json.child(request, "spec");
        if (spec.path("audiences").isEmpty()) {
            spec.putArray("audiences").add(AccountTokens.ISSUER);
        }
        if (!spec.path("expirationSeconds").isNumber()) {
            spec.put("expirationSeconds", DEFAULT_SECONDS);
        }
        long seconds = spec.path("expirationSeconds").asLong();
        duration(seconds);
        StoredObject bound = bound(spec.path("boundObjectRef"), path, catalog);
        Reference node = bound != null && bound.kind().equals(Kinds.POD) ? node(bound, catalog) : null;
        List<String> audiences = ReviewHandler.texts(spec.path("audiences"));
        Instant until = now.plusSeconds(seconds);
        ObjectNode status = request.putObject("status");
        status.put("token", tokens.make(account, bound, node, audiences, now, until));
        status.put("expirationTimestamp", until.toString());
    }

    private static void named(ObjectNode meta, String part, String value, String account) {
        String given = Json.text(meta, part);
        if (!given.isEmpty() && !given.equals(value)) {
            String what = part.equals("name") ? "name" : "namespace";
            throw new ApiFailure(ApiStatus.invalid(
                    KIND,
                    account,
                    List.of(Cause.invalid(
                            "metadata." + part, given, "must match the service account " + what + " if specified"))));
        }
        meta.put(part, value);
    }

    private static void duration(long seconds) {
        List<Cause> causes = new ArrayList<>();
        if (seconds < SHORTEST_SECONDS) {
            causes.add(Cause.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"));
        }
        if (seconds > LONGEST_SECONDS) {
            causes.add(Cause.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"));
        }
        ReviewChecks.refuse(KIND, causes);
    }

    /** Null when the token is to be bound to nothing. */
    private static StoredObject bound(JsonNode reference, ResourcePath path, Catalog catalog) {
        if (!reference.isObject()) {
            return null;
        }
        String name = Json.text(reference, "name");
        Kind kind = kind(reference);
        StoredObject object = catalog.get(kind, kind.namespaced() ? path.namespace() : "", name)
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(kind, name)));
        if (kind.equals(Kinds.POD)
                && !Json.text(object.tree(), "spec", "serviceAccountName").equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest("cannot bind token for serviceaccount \"" + path.name()
                    + "\" to pod running with different serviceaccount name."));
        }
        String uid = Json.text(reference, "uid");
        if (!uid.isEmpty() && !uid.equals(object.uid())) {
            throw new ApiFailure(ApiStatus.conflict(
                    kind,
                    name,
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record. The object"
                            + " might have been deleted and then recreated"));
        }
        return object;
    }

    /** Null for a Pod that waits for one. */
    private static Reference node(StoredObject pod, Catalog catalog) {
        String name = Json.text(pod.tree(), "spec", "nodeName");
        return name.isEmpty()
                ? null
                : new Reference(
                        name,
                        catalog.get(Kinds.NODE, "", name).map(StoredObject::uid).orElse(""));
    }

    private static Kind kind(JsonNode reference) {
        String version = Json.text(reference, "apiVersion");
        String kind = Json.text(reference, "kind");
        if (version.equals("v1") && kind.equals("Pod")) {
            return Kinds.POD;
        }
        if (version.equals("v1") && kind.equals("Secret")) {
            return Kinds.SECRET;
        }
        if (version.equals("v1") && kind.equals("Node")) {
            return Kinds.NODE;
        }
        throw new ApiFailure(ApiStatus.badRequest("cannot bind token to object of type " + version + ", Kind=" + kind));
    }
}
