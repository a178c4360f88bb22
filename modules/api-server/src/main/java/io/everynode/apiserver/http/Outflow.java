package io.everynode.apiserver.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Writes a stream to a channel, as fast as its client takes it: while what was written waits in the channel nothing
 * more is asked for, nor before the task ends that runs the stream on the channel's event loop. Run once.
 * {@link #writable} and {@link #closed} are for the channel's event loop.
 */
final class Outflow extends GraphStage<SinkShape<ByteString>> {

    private final Inlet<ByteString> in = Inlet.create("Outflow.in");
    private final Channel channel;
    private final Function<ByteString, Object> message;
    private final Consumer<Throwable> ended;

    /** Of the event loop; null until the stream runs. */
    private AsyncCallback<Boolean> stream;

    /**
     * @param message what is written for a piece
     * @param ended told on the event loop, once, that all was handed to the channel, or by what the stream failed; not
     *     when the channel ends first
     */
    Outflow(Channel channel, Function<ByteString, Object> message, Consumer<Throwable> ended) {
        this.channel = channel;
        this.message = message;
        this.ended = ended;
    }

    /** The channel takes more, or less, than before. */
    void writable() {
        if (stream != null && channel.isWritable()) {
            stream.invoke(true);
        }
    }

    /** The client is gone. */
    void closed() {
        if (stream != null) {
            stream.invoke(false);
        }
    }

    private void begun(AsyncCallback<Boolean> by) {
        stream = by;
        if (channel.isActive()) {
            writable();
        } else {
            closed();
        }
    }

    @Override
    public SinkShape<ByteString> shape() {
        return SinkShape.of(in);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {

        private final AsyncCallback<Boolean> told = createAsyncCallback(this::told);
        private final ChannelFutureListener failed = this::written;

        Logic() {
            super(Outflow.this.shape());
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    channel.writeAndFlush(message.apply(grab(in))).addListener(failed);
                    askFor();
                }

                @Override
                public void onUpstreamFinish() {
                    end(null);
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    end(failure);
                }
            });
        }

        @Override
        public void preStart() {
            channel.eventLoop().execute(() -> begun(told));
        }

        private void askFor() {
            if (channel.isWritable()) {
                pull(in);
            }
        }

        private void told(boolean open) {
            if (!open) {
                completeStage();
            } else if (!hasBeenPulled(in) && !isClosed(in)) {
                askFor();
            }
        }

        private void end(Throwable failure) {
            channel.eventLoop().execute(() -> ended.accept(failure));
            completeStage();
        }

        private void written(ChannelFuture write) {
            if (!write.isSuccess()) {
                told.invoke(false);
            }
        }
    }
}
