package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Serves the {@link PostedAction}s: reads the body, has the write done and answers with a Status. */
final class ActionHandler {

    private final Writes writes;
    private final Bodies bodies;
    private final Executor executor;

    ActionHandler(Writes writes, Bodies bodies, Executor executor) {
        this.writes = writes;
        this.bodies = bodies;
        this.executor = executor;
    }

    /** Acts on the object that the path, or without a name in it the body, names; refusals are {@link ApiFailure}s. */
    CompletionStage<HttpResponse> post(PostedAction action, Call call, ResourcePath path) {
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> decoded = ApiFailure.done(ObjectDecoder.decodeAction(
                                    action.subresource(), call.mediaType(), body, options.fieldValidation()));
                            PostedAction.Asked asked = action.asked(path, decoded.value(), call.query(), options);
                            ResourcePath object = new ResourcePath(path.kind(), path.namespace(), asked.name(), "");
                            return writes.write(
                                            call,
                                            object,
                                            asked.name(),
                                            asked.write(),
                                            asked.resourceVersion(),
                                            asked.dryRun())
                                    .thenApply(
                                            result -> Answers.withWarnings(answer(call, result), decoded.warnings()));
                        },
                        executor);
    }

    private static HttpResponse answer(Call call, WriteResult result) {
        if (result instanceof WriteResult.Refused refused) {
            throw new ApiFailure(refused.status());
        }
        return Answers.created(call);
    }
}
