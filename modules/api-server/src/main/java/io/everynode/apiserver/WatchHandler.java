package io.everynode.apiserver;

import io.everynode.apiserver.form.Encoding;
import io.everynode.apiserver.form.JsonForm;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Begins watches: decides where one starts and what it sends first. */
final class WatchHandler {

    /** What a refused client should wait: others must go first. */
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ControlPlane controlPlane;
    private final ReadVersions versions;
    private final ApiServerSettings settings;
    private final OpenWatches open;
    private final InstantSource clock;

    WatchHandler(ControlPlane controlPlane, ApiServerSettings settings, OpenWatches open, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.versions = new ReadVersions(controlPlane);
        this.settings = settings;
        this.open = open;
        this.clock = clock;
    }

    CompletionStage<HttpResponse> watch(Call call, ResourcePath path) {
        ObjectForm form = ContentNegotiation.watchForm(call, path.kind(), clock);
        ListOptions options = ListOptions.parse(path.kind(), call.query(), true);
        ObjectFilter filter = new ObjectFilter(path.kind(), path.namespace(), options.labels(), options.fields());
        if (open.isClosed()) {
            throw new ApiFailure(ApiStatus.unavailable("the server is stopping", RETRY_AFTER_SECONDS));
        }
        open.of(call).requireRoom("watches");
        boolean resume = options.version() > 0 && options.sendInitialEvents() == null;
        if (resume) {
            return CompletableFuture.completedFuture(answer(
                    call,
                    form,
                    options,
                    filter,
                    options.version(),
                    List.<StoredObject>of().iterator()));
        }
        return versions.notOlderThan(options.version()).thenApply(catalog -> {
            boolean initial = options.sendInitialEvents() == null || options.sendInitialEvents();
            // A watch that begins at a version without its objects begins at the one asked for, if there is one.
            long start = initial || options.version() <= 0 ? catalog.resourceVersion() : options.version();
            return answer(
                    call,
                    form,
                    options,
                    filter,
                    start,
                    initial ? present(catalog, filter) : List.<StoredObject>of().iterator());
        });
    }

    private static Iterator<StoredObject> present(Catalog catalog, ObjectFilter filter) {
        return Page.candidates(catalog, filter, null);
    }

    private HttpResponse answer(
            Call call,
            ObjectForm form,
            ListOptions options,
            ObjectFilter filter,
            long start,
            Iterator<StoredObject> initial) {
        WatchFrames framed = new WatchFrames(filter, form);
        Optional<WatchCursor> cursor = controlPlane.watch(filter.selection(), start);
        if (cursor.isEmpty()) {
            // An event, not the answer's code: once the options are right, upstream tells every failure so.
            ApiStatus expired = ApiStatus.expired("too old resource version: " + start + " ("
                    + controlPlane.catalog().resourceVersion() + ")");
            return WatchSocket.answer(call, contentType(form), Source.single(framed.error(expired)));
        }
        boolean initialEnd = Boolean.TRUE.equals(options.sendInitialEvents()) && options.allowBookmarks();
        OpenWatches.Opening opening = open.of(call);
        WatchStream.Plan plan = new WatchStream.Plan(
                cursor.get(),
                Seat.of(call).until(initial),
                initialEnd,
                start,
                options.allowBookmarks() ? settings.bookmarkInterval() : null,
                shorter(timeout(options), opening.left()),
                settings.watchStallTimeout());
        Source<ByteString, NotUsed> frames = Source.fromGraph(new WatchStream(plan, framed, opening));
        // Rows are made for each watcher; that must not hold up other streams of the same HTTP/2 connection.
        Source<ByteString, NotUsed> own = form instanceof JsonForm ? frames : frames.async();
        return WatchSocket.answer(call, contentType(form), own);
    }

    private static ContentType contentType(ObjectForm form) {
        return form.encoding() == Encoding.JSON
                ? ContentTypes.APPLICATION_JSON
                : Answers.contentType(form.encoding().mediaType() + ";stream=watch");
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Duration timeout(ListOptions options) {
        if (options.timeoutSeconds() > 0) {
            // Bounded, as timers cannot count the longest numbers that parse.
            return Duration.ofSeconds(
                    Math.min(options.timeoutSeconds(), Duration.ofDays(7).toSeconds()));
        }
        long least = settings.watchTimeout().toMillis();
        return Duration.ofMillis(least + ThreadLocalRandom.current().nextLong(least + 1));
    }
}
