package io.everynode.apiserver.http;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * What a channel reads, as a stream that is run once at most: the channel is asked for more when the stream is, so that
 * nothing is kept but what was read already. Its methods are for the channel's event loop.
 */
final class Inflow {

    private final EventExecutor loop;
    private final Runnable more;
    private final Deque<ByteString> waiting = new ArrayDeque<>();
    private AsyncCallback<Arrival> reader;
    private boolean wanted;
    private boolean ended;
    private Throwable failure;

    /** @param bytes null for the end */
    private record Arrival(ByteString bytes, Throwable failure) {}

    /** @param more reads on; called once for each piece that is wanted and not there */
    Inflow(EventExecutor loop, Runnable more) {
        this.loop = loop;
        this.more = more;
    }

    void offer(ByteString bytes) {
        if (ended || bytes.isEmpty()) {
            if (wanted && !ended) {
                more.run();
            }
            return;
        }
        if (wanted) {
            wanted = false;
            reader.invoke(new Arrival(bytes, null));
        } else {
            waiting.add(bytes);
        }
    }

    /** @param why null when all has come */
    void end(Throwable why) {
        if (ended) {
            return;
        }
        ended = true;
        failure = why;
        if (wanted) {
            wanted = false;
            reader.invoke(new Arrival(null, failure));
        }
    }

    private void pulled(AsyncCallback<Arrival> by) {
        reader = by;
        if (!waiting.isEmpty()) {
            by.invoke(new Arrival(waiting.poll(), null));
        } else if (ended) {
            by.invoke(new Arrival(null, failure));
        } else {
            wanted = true;
            more.run();
        }
    }

    /** To be run once. */
    Source<ByteString, NotUsed> source() {
        return Source.fromGraph(new Stage());
    }

    private final class Stage extends GraphStage<SourceShape<ByteString>> {

        private final Outlet<ByteString> out = Outlet.create("Inflow.out");

        @Override
        public SourceShape<ByteString> shape() {
            return SourceShape.of(out);
        }

        @Override
        public GraphStageLogic createLogic(Attributes attributes) {
            return new Logic();
        }

        private final class Logic extends GraphStageLogic {

            private final AsyncCallback<Arrival> arrived = createAsyncCallback(this::arrived);

            Logic() {
                super(Stage.this.shape());
                setHandler(out, new AbstractOutHandler() {
                    @Override
                    public void onPull() {
                        loop.execute(() -> pulled(arrived));
                    }
                });
            }

            private void arrived(Arrival arrival) {
                if (arrival.bytes() != null) {
                    push(out, arrival.bytes());
                } else if (arrival.failure() != null) {
                    failStage(arrival.failure());
                } else {
                    completeStage();
                }
            }
        }
    }
}
