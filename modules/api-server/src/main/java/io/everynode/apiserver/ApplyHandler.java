package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ApplyBody;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Server-side apply: reads the configuration, checks that it fits the address, and leaves the rest to the entity. */
final class ApplyHandler {

    static final String MEDIA_TYPE = "application/apply-patch+yaml";

    private final Writes writes;
    private final Bodies bodies;
    private final Executor executor;
    private final InstantSource clock;

    ApplyHandler(Writes writes, Bodies bodies, Executor executor, InstantSource clock) {
        this.writes = writes;
        this.bodies = bodies;
        this.executor = executor;
        this.clock = clock;
    }

    CompletionStage<HttpResponse> apply(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        WriteOptions options = WriteOptions.ofPatch(call.query(), true);
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> read =
                                    ApiFailure.done(ApplyBody.read(body, options.fieldValidation()));
                            ObjectNode config = read.value();
                            JsonNode version = check(path, config);
                            if (path.subresource().isEmpty()) {
                                // It may be a creation.
                                UserInfo.signInto(path.kind(), config, call.user());
                            }
                            ObjectWrite apply = new ObjectWrite.Apply(
                                    path.subresource(),
                                    config,
                                    options.fieldValidation(),
                                    Precondition.NONE,
                                    options.fieldManager(),
                                    options.force());
                            return writes.write(
                                            call,
                                            path,
                                            path.name(),
                                            apply,
                                            WriteHandler.version(path, version),
                                            options.dryRun())
                                    .thenApply(result -> Answers.withWarnings(
                                            writes.answer(call, form, 200, result), read.warnings()));
                        },
                        executor);
    }

    /** Takes the resourceVersion, which is a condition, out of the configuration. */
    private static JsonNode check(ResourcePath path, ObjectNode config) {
        if (!(config.get("metadata") instanceof ObjectNode metadata)) {
            return MissingNode.getInstance();
        }
        String name = Json.text(metadata, "name");
        if (metadata.path("name").isTextual() && !name.isEmpty() && !name.equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + path.name() + ")"));
        }
        String namespace = metadata.path("namespace").isTextual() ? Json.text(metadata, "namespace") : "";
        if (path.kind().namespaced() && !namespace.isEmpty() && !namespace.equals(path.namespace())) {
            throw new ApiFailure(ApiStatus.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"));
        }
        JsonNode version = metadata.path("resourceVersion");
        metadata.remove("resourceVersion");
        return version;
    }
}
