package io.everynode.apiserver;

import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.japi.function.Procedure;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a watch's answer: first the objects that are there, then changes as the cursor gives them, bookmarks in
 * between. Asks the cursor only when the client takes more, so a slow reader costs one batch of references and nothing
 * else. Closes the cursor when the client goes or reads no more, the time is over or the server stops. Used once.
 */
final class WatchStream extends GraphStage<SourceShape<ByteString>> {

    /**
     * What to send.
     *
     * @param initial objects to send as ADDED first
     * @param initialEnd whether a bookmark tells that these were all
     * @param start the version of the initial objects
     * @param bookmarkInterval null for no bookmarks
     * @param timeout after which the watch ends
     * @param stallTimeout after which it is cut when the client takes nothing of what was sent
     */
    record Plan(
            WatchCursor cursor,
            Iterator<StoredObject> initial,
            boolean initialEnd,
            long start,
            Duration bookmarkInterval,
            Duration timeout,
            Duration stallTimeout) {}

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    /** Frames are sent together up to this size; one larger object still goes whole. */
    private static final int PIECE = 64 * 1024;

    private static final String BOOKMARK_TIMER = "bookmark";
    private static final String END_TIMER = "end";
    private static final String LAST_BOOKMARK_TIMER = "last bookmark";
    private static final String STALL_TIMER = "stall";

    /** As upstream, so that a client resumes from a version that is not old. */
    private static final Duration LAST_BOOKMARK_BEFORE_END = Duration.ofSeconds(2);

    private final Outlet<ByteString> out = Outlet.create("WatchStream.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final Plan plan;
    private final WatchFrames frames;
    private final OpenWatches.Opening open;

    WatchStream(Plan plan, WatchFrames frames, OpenWatches.Opening open) {
        this.plan = plan;
        this.frames = frames;
        this.open = open;
    }

    @Override
    public SourceShape<ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {

        private record Batch(List<Change> changes, Throwable failure) {}

        private final AsyncCallback<Batch> arrived = createAsyncCallback((Procedure<Batch>) this::arrived);
        private final AsyncCallback<Runnable> endings = createAsyncCallback((Procedure<Runnable>) r -> completeStage());
        private final Runnable ending = () -> endings.invoke(this.endingMark());
        private CompletableFuture<List<Change>> asked;
        private Iterator<Change> batch = List.<Change>of().iterator();
        private boolean initialEndDue = plan.initialEnd();
        private boolean bookmarkDue;

        /** Whether the client has taken something since the last look. */
        private boolean moved = true;

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pulled();
                }
            });
        }

        private Runnable endingMark() {
            return ending;
        }

        @Override
        public void preStart() {
            open.opened(ending);
            if (plan.bookmarkInterval() != null) {
                scheduleAtFixedRate(BOOKMARK_TIMER, plan.bookmarkInterval(), plan.bookmarkInterval());
                Duration last = plan.timeout().minus(LAST_BOOKMARK_BEFORE_END);
                if (last.compareTo(Duration.ZERO) > 0) {
                    scheduleOnce(LAST_BOOKMARK_TIMER, last);
                }
            }
            scheduleAtFixedRate(STALL_TIMER, plan.stallTimeout(), plan.stallTimeout());
            scheduleOnce(END_TIMER, plan.timeout());
        }

        @Override
        public void postStop() {
            open.ended(ending);
            plan.cursor().close();
        }

        @Override
        public void onTimer(Object key) {
            if (key.equals(END_TIMER)) {
                completeStage();
                return;
            }
            if (key.equals(STALL_TIMER)) {
                // Something waits to be taken, and has done so since the last look at least.
                if (!moved && !isAvailable(out)) {
                    failStage(new TimeoutException("nothing of the watch was read for " + plan.stallTimeout()));
                }
                moved = false;
                return;
            }
            bookmarkDue = true;
            if (isAvailable(out)) {
                pushBookmark();
            }
        }

        private void pulled() {
            moved = true;
            ByteString piece = ByteString.emptyByteString();
            while (plan.initial().hasNext() && piece.size() < PIECE) {
                piece = piece.concat(frames.initial(plan.initial().next()));
            }
            if (initialEndDue && !plan.initial().hasNext()) {
                initialEndDue = false;
                piece = piece.concat(frames.bookmark(plan.start(), true));
            }
            while (batch.hasNext() && piece.size() < PIECE) {
                piece = piece.concat(frames.changed(batch.next()));
            }
            if (!piece.isEmpty()) {
                push(out, piece);
            } else if (!pushBookmark()) {
                ask();
            }
        }

        /**
         * A bookmark must not say more than was sent: the cursor's position counts a batch as soon as the cursor has
         * returned it, which may be before this stage has seen it. So the position is read first, and used only if
         * nothing has been returned by then.
         */
        private boolean pushBookmark() {
            if (!bookmarkDue || batch.hasNext() || plan.initial().hasNext()) {
                return false;
            }
            long position = plan.cursor().position();
            if (asked != null && asked.isDone()) {
                return false;
            }
            bookmarkDue = false;
            push(out, frames.bookmark(Math.max(position, plan.start()), false));
            return true;
        }

        private void ask() {
            if (asked == null) {
                asked = plan.cursor().next().toCompletableFuture();
                asked.whenComplete((changes, failure) -> arrived.invoke(new Batch(changes, failure)));
            }
        }

        private void arrived(Batch returned) {
            asked = null;
            if (returned.failure() != null) {
                emit(out, frames.error(status(returned.failure())), this::completeStage);
            } else if (returned.changes().isEmpty()) {
                completeStage();
            } else {
                batch = returned.changes().iterator();
                if (isAvailable(out)) {
                    pulled();
                }
            }
        }

        private ApiStatus status(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof WatchCursor.Expired) {
                return ApiStatus.expired("The resourceVersion for the provided watch is too old.");
            }
            LOG.error("a watch failed", cause);
            return ApiStatus.internal("the watch failed; the server's log tells more");
        }
    }
}
