package io.everynode.nodes.agent.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Writes what a container prints to a client, as fast as the client reads. */
final class FrameCopy extends ResultCallback.Adapter<Frame> {

    private final OutputStream out;
    private final OutputStream err;
    private volatile boolean abandoned;

    FrameCopy(OutputStream out, OutputStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void onNext(Frame frame) {
        if (abandoned) {
            return;
        }
        try {
            (frame.getStreamType() == StreamType.STDERR ? err : out).write(frame.getPayload());
        } catch (IOException e) {
            abandon();
            throw new UncheckedIOException(e);
        }
    }

    /** The client has gone: nothing is read any more. */
    void abandon() {
        abandoned = true;
        try {
            close();
        } catch (IOException e) {
            onError(e);
        }
    }

    /** Until all is written, or the client has gone. */
    void run(ResultCallback.Adapter<Frame> started) throws IOException, InterruptedException {
        try (started) {
            started.awaitCompletion();
        } catch (RuntimeException e) {
            if (!abandoned) {
                throw e;
            }
        }
    }
}
