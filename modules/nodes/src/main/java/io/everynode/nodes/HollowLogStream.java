package io.everynode.nodes;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.logs.ContainerLogOptions;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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

/**
 * A {@link HollowLog} as bytes: what there is of it, then, when it is followed, each further line at its time until the
 * run ends. Lines are made as the reader takes them. Used once.
 */
final class HollowLogStream extends GraphStage<SourceShape<ByteString>> {

    /** Lines go together up to this size. */
    private static final int PIECE = 16 * 1024;

    private final Outlet<ByteString> out = Outlet.create("HollowLogStream.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final ControlPlane controlPlane;
    private final InstantSource clock;
    private final ContainerLogRequest request;
    private final HollowLog log;

    HollowLogStream(ControlPlane controlPlane, InstantSource clock, ContainerLogRequest request, HollowLog log) {
        this.controlPlane = controlPlane;
        this.clock = clock;
        this.request = request;
        this.log = log;
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

        private final ContainerLogOptions options = request.options();
        private final AsyncCallback<Batch> arrived = createAsyncCallback((Procedure<Batch>) this::arrived);
        private HollowLog lines = log;
        private long next;

        /** Where a log that is not followed ends, although lines come while it is read. */
        private long end = Long.MAX_VALUE;

        private long bytesLeft = options.limitBytes() == null ? Long.MAX_VALUE : options.limitBytes();
        private WatchCursor cursor;

        /** The Pod, or this run, is gone: nothing is written after this time. */
        private Instant gone;

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pulled();
                }
            });
        }

        @Override
        public void preStart() {
            Instant now = clock.instant();
            long written = lines.linesBy(now);
            end = options.follow() ? Long.MAX_VALUE : written;
            next = Math.max(0, written - HollowLog.KEPT_LINES);
            if (options.tailLines() != null) {
                next = Math.max(next, written - options.tailLines());
            }
            Instant since = options.sinceSeconds() != null
                    ? now.minusSeconds(Math.min(options.sinceSeconds(), now.getEpochSecond()))
                    : options.sinceTime();
            if (since != null) {
                next = Math.max(next, lines.firstSince(since, now));
            }
            if (options.follow()) {
                follow();
            }
        }

        @Override
        public void postStop() {
            if (cursor != null) {
                cursor.close();
            }
        }

        @Override
        public void onTimer(Object key) {
            if (isAvailable(out)) {
                pulled();
            }
        }

        private void pulled() {
            Instant now = gone == null ? clock.instant() : gone;
            long written = Math.min(end, lines.linesBy(now));
            StringBuilder piece = new StringBuilder();
            while (next < written && piece.length() < PIECE) {
                piece.append(lines.text(next++, options.timestamps()));
            }
            if (piece.length() > 0) {
                send(ByteString.fromString(piece.toString(), StandardCharsets.UTF_8));
            } else if (!options.follow() || gone != null || ended(now)) {
                complete(out);
            } else {
                // A little late rather than early: then the line is there.
                Duration wait = Duration.between(now, lines.timeOf(next)).plusMillis(1);
                scheduleOnce("line", wait);
            }
        }

        private void send(ByteString piece) {
            if (piece.size() < bytesLeft) {
                bytesLeft -= piece.size();
                push(out, piece);
            } else {
                push(out, piece.take((int) bytesLeft));
                complete(out);
            }
        }

        private boolean ended(Instant now) {
            Instant ended = lines.run().ended();
            return ended != null && !now.isBefore(ended);
        }

        /** From the newest catalog on; what happened to the Pod since it was asked for is seen there. */
        private void follow() {
            Catalog newest = controlPlane.catalog();
            StoredObject asked = request.pod();
            seen(newest.get(Kinds.POD, asked.namespace(), asked.name()));
            if (gone == null && lines.run().ended() == null) {
                Optional<WatchCursor> watch = controlPlane.watch(
                        new WatchSelection(Kinds.POD, asked.namespace(), asked.name(), ""), newest.resourceVersion());
                if (watch.isPresent()) {
                    cursor = watch.get();
                    await();
                } else {
                    gone = clock.instant();
                }
            }
        }

        private void await() {
            cursor.next().whenComplete((changes, failure) -> arrived.invoke(new Batch(changes, failure)));
        }

        private void arrived(Batch batch) {
            if (batch.failure() != null) {
                cursor.close();
                cursor = null;
                if (batch.failure() instanceof WatchCursor.Expired
                        || batch.failure().getCause() instanceof WatchCursor.Expired) {
                    follow();
                } else {
                    gone = clock.instant();
                }
            } else if (batch.changes().isEmpty()) {
                gone = clock.instant();
            } else {
                Change last = batch.changes().get(batch.changes().size() - 1);
                seen(last.type() == Change.Type.REMOVED ? Optional.empty() : Optional.of(last.object()));
                if (gone == null && lines.run().ended() == null) {
                    await();
                }
            }
            if (isAvailable(out)) {
                pulled();
            }
        }

        private void seen(Optional<StoredObject> pod) {
            Outcome<HollowRun> now = pod.filter(
                            found -> found.uid().equals(request.pod().uid()))
                    .map(found -> HollowRun.asked(found.tree(), request.container(), options.previous()))
                    .orElse(null);
            if (now instanceof Outcome.Done<HollowRun> done
                    && done.value().id().equals(lines.run().id())) {
                lines = new HollowLog(done.value(), lines.container(), lines.image());
            } else {
                gone = clock.instant();
            }
        }
    }
}
