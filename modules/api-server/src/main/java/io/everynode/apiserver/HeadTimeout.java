package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Lets a connection's bytes pass, and answers and closes it when the head of a request does not arrive whole in time
 * (408), is whole and cannot be read, or says in no clear way how long the request is (400, {@link RequestFraming}).
 * Pekko HTTP has no such limit itself, and waits for ever for the rest of a header whose last byte begins a UTF-8
 * character.
 */
final class HeadTimeout extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {

    private static final String TIMER = "head";
    private static final ByteString LATE =
            answer("408 Request Timeout", 408, "Timeout", "the head of the request did not arrive in time");
    private static final ByteString UNREADABLE =
            answer("400 Bad Request", 400, "BadRequest", "the head of the request cannot be read");

    private static ByteString refusal(String wrong) {
        return answer("400 Bad Request", 400, "BadRequest", wrong);
    }

    private final Inlet<ByteString> fromServer = Inlet.create("HeadTimeout.fromServer");
    private final Outlet<ByteString> toClient = Outlet.create("HeadTimeout.toClient");
    private final Inlet<ByteString> fromClient = Inlet.create("HeadTimeout.fromClient");
    private final Outlet<ByteString> toServer = Outlet.create("HeadTimeout.toServer");
    private final RequestHeads heads;

    HeadTimeout(RequestHeads heads) {
        this.heads = heads;
    }

    /** For who may not connect; what it sends is not read. */
    static final ByteString TOO_MANY_CONNECTIONS = answer(
            "429 Too Many Requests\r\nRetry-After: 5",
            429,
            "TooManyRequests",
            "too many connections are open from your address");

    private static ByteString answer(String line, int code, String reason, String message) {
        byte[] body = Json.encode(new ApiStatus(code, reason, message, null).toJson());
        String head = "HTTP/1.1 " + line + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        return ByteString.fromArray(head.getBytes(StandardCharsets.US_ASCII)).concat(ByteString.fromArray(body));
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return new BidiShape<>(fromServer, toClient, fromClient, toServer);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {

        private final RequestFraming framing = new RequestFraming();
        private boolean over;

        Logic() {
            super(HeadTimeout.this.shape());
            setHandler(fromServer, new AbstractInHandler() {
                @Override
                public void onPush() {
                    ByteString bytes = grab(fromServer);
                    if (!over) {
                        heads.sent();
                        push(toClient, bytes);
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toClient);
                }
            });
            setHandler(toClient, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    ask(fromServer);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(fromServer, cause);
                }
            });
            setHandler(fromClient, new AbstractInHandler() {
                @Override
                public void onPush() {
                    arrived(grab(fromClient));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toServer);
                }
            });
            setHandler(toServer, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    ask(fromClient);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    if (!over) {
                        cancel(fromClient, cause);
                    }
                }
            });
        }

        private void ask(Inlet<ByteString> inlet) {
            if (!isClosed(inlet) && !hasBeenPulled(inlet)) {
                pull(inlet);
            }
        }

        private void arrived(ByteString bytes) {
            if (over) {
                ask(fromClient);
                return;
            }
            heads.received(System.nanoTime(), bytes.size(), bytes::apply);
            if (!heads.isIgnored()) {
                Optional<String> wrong = framing.read(bytes);
                if (wrong.isPresent()) {
                    // In the middle of another answer it would be a part of that.
                    end(heads.isAnswering() ? ByteString.emptyByteString() : refusal(wrong.get()));
                    return;
                }
            }
            watch();
            push(toServer, bytes);
        }

        /** A timer that runs is kept: most heads are read long before it ends. */
        private void watch() {
            long left = heads.left(System.nanoTime());
            if (left != Long.MAX_VALUE && !isTimerActive(TIMER)) {
                scheduleOnce(TIMER, Duration.ofNanos(Math.max(Math.min(left, RequestHeads.READ_NANOS), 1)));
            }
        }

        @Override
        public void onTimer(Object key) {
            if (heads.left(System.nanoTime()) > 0) {
                watch();
                return;
            }
            end(heads.whole() ? UNREADABLE : LATE);
        }

        private void end(ByteString answer) {
            over = true;
            if (answer.isEmpty()) {
                complete(toClient);
            } else {
                emit(toClient, answer, () -> complete(toClient));
            }
            complete(toServer);
            // What still comes is thrown away until the client has the answer and closes, or is closed on.
            ask(fromClient);
        }
    }
}
