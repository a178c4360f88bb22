package io.everynode.apiserver;

import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.object.ObjectWrite;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Hands writes to the control plane and turns results into answers. */
final class Writes {

    private final WriteGuard guard;
    private final Duration longest;
    private final InstantSource clock;

    Writes(WriteGuard guard, Duration longest, InstantSource clock) {
        this.guard = guard;
        this.longest = longest;
        this.clock = clock;
    }

    CompletionStage<WriteResult> write(
            Call call, ResourcePath path, String name, ObjectWrite write, long resourceVersion, boolean dryRun) {
        return guard.write(
                call.user(),
                new WriteRequest(
                        path.kind(),
                        path.namespace(),
                        name,
                        write,
                        resourceVersion,
                        dryRun,
                        call.caller(),
                        call.cause(path.kind(), path.subresource()),
                        deadline(call)));
    }

    /** Counted from now, not from the request's arrival: its body may have taken its time. */
    private Instant deadline(Call call) {
        Duration asked = Durations.parse(call.query().text("timeout"));
        return clock.instant().plus(asked.isZero() || asked.compareTo(longest) > 0 ? longest : asked);
    }

    /** The answer of create, update and patch. */
    HttpResponse answer(Call call, ObjectForm form, int code, WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            return Answers.withWarnings(
                    Answers.json(call, stored.created() ? 201 : code, form.one(Shown.of(stored.object()))),
                    stored.warnings());
        }
        if (result instanceof WriteResult.DryRun dry) {
            return Answers.withWarnings(
                    Answers.json(call, dry.created() ? 201 : code, form.one(Shown.of(dry.object()))), dry.warnings());
        }
        if (result instanceof WriteResult.Removed removed) {
            // A change can take the last finalizer away; what is shown is the object as it was last.
            return Answers.withWarnings(
                    Answers.json(call, code, form.one(Shown.of(removed.last()))), removed.warnings());
        }
        throw new ApiFailure(((WriteResult.Refused) result).status());
    }
}
