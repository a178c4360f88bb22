package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Delete and deletecollection. */
final class DeleteHandler {

    /** Deletions of one deletecollection that are under way at a time: enough for the journal's batches, no flood. */
    private static final int PARALLEL = 64;

    /** Kinds whose deletion is answered with the object even when it is gone at once (ReturnDeletedObject upstream). */
    private static final Set<Kind> SHOWN_WHEN_GONE = Set.of(Kinds.POD, Kinds.SERVICE, Kinds.SERVICE_ACCOUNT);

    private final ControlPlane controlPlane;
    private final Writes writes;
    private final Bodies bodies;
    private final ActorSystem<?> system;
    private final Executor executor;
    private final InstantSource clock;

    DeleteHandler(
            ControlPlane controlPlane,
            Writes writes,
            Bodies bodies,
            ActorSystem<?> system,
            Executor executor,
            InstantSource clock) {
        this.controlPlane = controlPlane;
        this.writes = writes;
        this.bodies = bodies;
        this.system = system;
        this.executor = executor;
        this.clock = clock;
    }

    CompletionStage<HttpResponse> delete(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            DeleteOptions options = DeleteOptions.parse(call, body);
                            ObjectWrite delete = new ObjectWrite.Delete(
                                    new Precondition(options.uid(), 0),
                                    options.gracePeriodSeconds(),
                                    options.propagation());
                            return writes.write(
                                            call,
                                            path,
                                            path.name(),
                                            delete,
                                            options.resourceVersion(),
                                            options.dryRun())
                                    .thenApply(result ->
                                            answer(call, path, form, options, otherVersion(path, options, result)));
                        },
                        executor);
    }

    /**
     * A deletion meant for another version is refused in words of its own, which name both; entities know neither
     * (rest.BeforeDelete of apiserver/pkg/registry/rest/delete.go).
     */
    private WriteResult otherVersion(ResourcePath path, DeleteOptions options, WriteResult result) {
        if (!(result instanceof WriteResult.Refused refused)
                || options.resourceVersion() == 0
                || !refused.status().equals(ApiStatus.modified(path.kind(), path.name()))) {
            return result;
        }
        long current = controlPlane
                .catalog()
                .get(path.kind(), path.namespace(), path.name())
                .map(StoredObject::resourceVersion)
                .orElse(0L);
        Kind kind = path.kind();
        String said = kind.equals(Kinds.NAMESPACE)
                ? "Operation cannot be fulfilled on namespaces \"" + path.name()
                        + "\": Precondition failed: ResourceVersion in precondition: " + options.resourceVersion()
                        + ", ResourceVersion in object meta: " + current
                : "Operation cannot be fulfilled on " + kind.qualifiedKind() + " \"" + path.name()
                        + "\": the ResourceVersion in the precondition (" + options.resourceVersion()
                        + ") does not match the ResourceVersion in record (" + current
                        + "). The object might have been modified";
        String named = kind.equals(Kinds.NAMESPACE) ? kind.plural() : kind.kind();
        return new WriteResult.Refused(new ApiStatus(
                409, "Conflict", said, new ApiStatus.Details(path.name(), kind.group(), named, "", List.of(), 0)));
    }

    private HttpResponse answer(
            Call call, ResourcePath path, ObjectForm form, DeleteOptions options, WriteResult result) {
        if (result instanceof WriteResult.Removed removed) {
            boolean shown = SHOWN_WHEN_GONE.contains(path.kind());
            ByteString body = shown
                    ? form.one(Shown.of(removed.last()))
                    : success(path, removed.last().uid());
            return Answers.withWarnings(Answers.json(call, 200, body), removed.warnings());
        }
        if (result instanceof WriteResult.DryRun dry
                && !dry.object().path("metadata").has("deletionTimestamp")
                && !SHOWN_WHEN_GONE.contains(path.kind())) {
            return Answers.withWarnings(
                    Answers.json(call, 200, success(path, Json.text(dry.object(), "metadata", "uid"))), dry.warnings());
        }
        // Still there, on its way. Clients of the old orphanDependents are told so by the code, as upstream does.
        int code = Boolean.FALSE.equals(options.orphanDependents()) ? 202 : 200;
        return writes.answer(call, form, code, result);
    }

    private static ByteString success(ResourcePath path, String uid) {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", path.name());
        if (!path.kind().group().isEmpty()) {
            details.put("group", path.kind().group());
        }
        details.put("kind", path.kind().plural()).put("uid", uid);
        return ByteString.fromArrayUnsafe(Json.encode(status));
    }

    /**
     * Deletes each object that the selectors match now; one that is gone or replaced meanwhile is passed over. The
     * first other refusal ends it, what was deleted by then stays deleted. Answers with the objects as they were.
     */
    CompletionStage<HttpResponse> deleteCollection(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.form(call, path.kind(), clock);
        ListOptions list = ListOptions.parse(path.kind(), call.query(), false);
        ObjectFilter filter = new ObjectFilter(path.kind(), path.namespace(), list.labels(), list.fields());
        return bodies.read(call)
                .thenApplyAsync(body -> DeleteOptions.parse(call, body), executor)
                .thenCompose(options -> controlPlane.currentCatalog().thenCompose(catalog -> {
                    ContinueToken after = list.continueToken().isEmpty()
                            ? null
                            : ContinueToken.decode(list.continueToken(), path.namespace());
                    Page page = Page.read(catalog, filter, list.limit(), after);
                    return deleteAll(call, page.objects(), options).thenApply(done -> page.answer(call, form));
                }));
    }

    private CompletionStage<?> deleteAll(Call call, List<StoredObject> objects, DeleteOptions options) {
        return Source.from(objects)
                .mapAsyncUnordered(PARALLEL, object -> deleteOne(call, object, options))
                .runWith(Sink.ignore(), system);
    }

    private CompletionStage<WriteResult> deleteOne(Call call, StoredObject object, DeleteOptions options) {
        ResourcePath path = new ResourcePath(object.kind(), object.namespace(), object.name(), "");
        String uid = options.uid().isEmpty() ? object.uid() : options.uid();
        ObjectWrite delete =
                new ObjectWrite.Delete(new Precondition(uid, 0), options.gracePeriodSeconds(), options.propagation());
        return writes.write(call, path, object.name(), delete, options.resourceVersion(), options.dryRun())
                .thenApply(result -> {
                    if (result instanceof WriteResult.Refused refused && !isGone(refused.status(), options)) {
                        throw new ApiFailure(refused.status());
                    }
                    return result;
                });
    }

    /** A conflict with the client's own precondition is told; else the object was replaced meanwhile. */
    private static boolean isGone(ApiStatus status, DeleteOptions options) {
        boolean own = options.uid().isEmpty() && options.resourceVersion() == 0;
        return status.code() == 404 || status.code() == 409 && own;
    }
}
