package io.everynode.apiserver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.apply.FieldManager;
import io.everynode.objects.decode.JsonSyntax;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.patch.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Create, update and patch: reads the body, checks that it fits the address, and leaves the rest to the entity. Bodies
 * are decoded on the executor, not in the connection's stream.
 */
final class WriteHandler {

    private final Writes writes;
    private final Bodies bodies;
    private final Executor executor;
    private final InstantSource clock;
    private final ApplyHandler applies;

    WriteHandler(Writes writes, Bodies bodies, Executor executor, InstantSource clock) {
        this.writes = writes;
        this.bodies = bodies;
        this.executor = executor;
        this.clock = clock;
        this.applies = new ApplyHandler(writes, bodies, executor, clock);
    }

    CompletionStage<HttpResponse> create(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.then(
                call,
                body -> {
                    Outcome.Done<ObjectNode> decoded = decode(call, path, body, options);
                    ObjectNode object = decoded.value();
                    placeInNamespace(path, object);
                    UserInfo.signInto(path.kind(), object, call.user());
                    String version = Json.text(object, "metadata", "resourceVersion");
                    // A dry run stops before the store, which is what minds.
                    if (!version.isEmpty() && !version.equals("0") && !options.dryRun()) {
                        throw new ApiFailure(
                                ApiStatus.badRequest("resourceVersion should not be set on objects to be created"));
                    }
                    ObjectNode owned =
                            FieldManager.created(path.kind(), object, manager(call, options), clock.instant());
                    ObjectWrite create =
                            new ObjectWrite.Create(owned, UUID.randomUUID().toString());
                    String name = Json.text(object, "metadata", "name");
                    return writes.write(call, path, name, create, 0, options.dryRun())
                            .thenApply(result ->
                                    Answers.withWarnings(writes.answer(call, form, 201, result), decoded.warnings()));
                },
                executor);
    }

    CompletionStage<HttpResponse> update(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        WriteOptions options = WriteOptions.parse("UpdateOptions", call.query());
        return bodies.then(
                call,
                body -> {
                    Outcome.Done<ObjectNode> decoded = decode(call, path, body, options);
                    ObjectNode object = decoded.value();
                    placeInNamespace(path, object);
                    checkName(path, object);
                    JsonNode meta = object.path("metadata");
                    ObjectWrite replace = new ObjectWrite.Replace(
                            path.subresource(),
                            object,
                            new Precondition(meta.path("uid").asText(""), 0),
                            manager(call, options));
                    long version = version(path, meta.path("resourceVersion"));
                    return writes.write(call, path, path.name(), replace, version, options.dryRun())
                            .thenApply(result ->
                                    Answers.withWarnings(writes.answer(call, form, 200, result), decoded.warnings()));
                },
                executor);
    }

    CompletionStage<HttpResponse> patch(Call call, ResourcePath path) {
        if (call.mediaType().equals(ApplyHandler.MEDIA_TYPE)) {
            return applies.apply(call, path);
        }
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        WriteOptions options = WriteOptions.ofPatch(call.query(), false);
        // The body is read first in any case, so that a refusal finds the connection in order.
        return bodies.then(
                call,
                body -> {
                    PatchType type = patchType(call.mediaType());
                    PatchConditions conditions = PatchConditions.takeFrom(type, parse(type, body));
                    ObjectWrite patch = new ObjectWrite.Patch(
                            path.subresource(),
                            type,
                            conditions.patch(),
                            options.fieldValidation(),
                            Precondition.NONE,
                            manager(call, options));
                    long version = version(path, conditions.resourceVersion());
                    return writes.write(call, path, path.name(), patch, version, options.dryRun())
                            .thenApply(result -> writes.answer(call, form, 200, result));
                },
                executor);
    }

    private static String manager(Call call, WriteOptions options) {
        return FieldManagerName.of(options.fieldManager(), call.caller().client());
    }

    private static Outcome.Done<ObjectNode> decode(Call call, ResourcePath path, byte[] body, WriteOptions options) {
        return ApiFailure.done(ObjectDecoder.decode(path.kind(), call.mediaType(), body, options.fieldValidation()));
    }

    /** rest.EnsureObjectNamespaceMatchesRequestNamespace of apiserver/pkg/registry/rest/meta.go. */
    static void placeInNamespace(ResourcePath path, ObjectNode object) {
        ObjectNode meta = Json.child(object, "metadata");
        String named = meta.path("namespace").asText("");
        if (!path.kind().namespaced()) {
            meta.remove("namespace");
        } else if (named.isEmpty()) {
            meta.put("namespace", path.namespace());
        } else if (!named.equals(path.namespace())) {
            throw new ApiFailure(ApiStatus.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"));
        }
    }

    /** checkName of apiserver/pkg/endpoints/handlers/rest.go. */
    private static void checkName(ResourcePath path, ObjectNode object) {
        String name = Json.text(object, "metadata", "name");
        if (name.isEmpty()) {
            throw new ApiFailure(ApiStatus.badRequest("the name of the object (" + path.name()
                    + " based on URL) was undeterminable: name must be provided"));
        }
        if (!name.equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + path.name() + ")"));
        }
    }

    static long version(ResourcePath path, JsonNode version) {
        String text = version.asText("");
        if (text.isEmpty() || version.isNull()) {
            return 0;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        Kind kind = path.kind();
        throw new ApiFailure(ApiStatus.invalid(
                kind,
                path.name(),
                List.of(ApiStatus.Cause.invalid(
                        "metadata.resourceVersion", text, "must be a version that was read from this server"))));
    }

    private static PatchType patchType(String mediaType) {
        return PatchType.of(mediaType)
                .orElseThrow(() -> new ApiFailure(StatusResponses.unsupportedMediaType("415: Unsupported Media Type")));
    }

    private static JsonNode parse(PatchType type, byte[] body) {
        // Upstream tells of merge patches that it could not read them, and for the others only why.
        String before = type == PatchType.MERGE ? "error decoding patch: " : "";
        try {
            JsonNode patch = Json.mapper().readTree(body);
            if (patch != null && !patch.isMissingNode()) {
                return patch;
            }
            throw new ApiFailure(ApiStatus.badRequest(before + "unexpected end of JSON input"));
        } catch (JacksonException e) {
            throw new ApiFailure(
                    ApiStatus.badRequest(before + JsonSyntax.problem(body).orElseGet(e::getOriginalMessage)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
