package io.everynode.apiserver;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
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
 * Asks a kubelet to upgrade the connection, tells what it answers, and then lets the bytes of both sides pass as they
 * come and as fast as the other side takes them. Whichever side ends, ends the other; a client gets a moment to close
 * by itself, since closing on what it has sent but nobody has read would make it lose the last that it was sent.
 */
final class UpgradeExchange extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {

    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_BODY = 64 * 1024;
    private static final ByteString HEAD_END = ByteString.fromString("\r\n\r\n");
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Inlet<ByteString> fromClient = Inlet.create("UpgradeExchange.fromClient");
    private final Outlet<ByteString> toKubelet = Outlet.create("UpgradeExchange.toKubelet");
    private final Inlet<ByteString> fromKubelet = Inlet.create("UpgradeExchange.fromKubelet");
    private final Outlet<ByteString> toClient = Outlet.create("UpgradeExchange.toClient");
    private final ByteString request;
    private final Duration patience;
    private final CompletableFuture<UpgradeAnswer> answer;

    /**
     * @param request the head of the request to the kubelet
     * @param patience for the kubelet's answer, and then for the client to be connected
     * @param answer is completed with what the kubelet says, or why it says nothing
     */
    UpgradeExchange(ByteString request, Duration patience, CompletableFuture<UpgradeAnswer> answer) {
        this.request = request;
        this.patience = patience;
        this.answer = answer;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return new BidiShape<>(fromClient, toKubelet, fromKubelet, toClient);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private enum Stage {
        HEAD,
        REFUSAL,
        UPGRADED,
        /** The kubelet has ended; the client is let go. */
        ENDING
    }

    private final class Logic extends TimerGraphStageLogic {

        private Stage stage = Stage.HEAD;
        private ByteString read = ByteString.emptyByteString();
        private UpgradeAnswer refusal;

        Logic() {
            super(UpgradeExchange.this.shape());
            setHandler(fromClient, new AbstractInHandler() {
                @Override
                public void onPush() {
                    ByteString bytes = grab(fromClient);
                    if (stage == Stage.UPGRADED) {
                        push(toKubelet, bytes);
                    } else {
                        ask(fromClient);
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    if (stage == Stage.ENDING) {
                        completeStage();
                    } else {
                        complete(toKubelet);
                        scheduleOnce(Stage.ENDING, CLOSING);
                    }
                }
            });
            setHandler(toKubelet, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (stage == Stage.UPGRADED) {
                        ask(fromClient);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    // It takes no more; what it still says is passed on.
                    ask(fromClient);
                }
            });
            setHandler(fromKubelet, new AbstractInHandler() {
                @Override
                public void onPush() {
                    arrived(grab(fromKubelet));
                }

                @Override
                public void onUpstreamFinish() {
                    ended();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    answer.completeExceptionally(failure);
                    failStage(failure);
                }
            });
            setHandler(toClient, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (stage == Stage.UPGRADED) {
                        cancelTimer(Stage.HEAD);
                        ask(fromKubelet);
                    }
                }
            });
        }

        @Override
        public void preStart() {
            scheduleOnce(Stage.HEAD, patience);
            emit(toKubelet, request);
            pull(fromKubelet);
        }

        private void ask(Inlet<ByteString> inlet) {
            if (!isClosed(inlet) && !hasBeenPulled(inlet)) {
                pull(inlet);
            }
        }

        private void arrived(ByteString bytes) {
            switch (stage) {
                case HEAD -> {
                    read = read.concat(bytes);
                    int end = read.indexOfSlice(HEAD_END, 0);
                    if (end >= 0) {
                        ByteString rest = read.drop(end + HEAD_END.size());
                        head(read.take(end), rest);
                    } else if (read.size() > MAX_HEAD) {
                        giveUp(new IOException("malformed HTTP response"));
                    } else {
                        pull(fromKubelet);
                    }
                }
                case REFUSAL -> {
                    read = read.concat(bytes);
                    if (read.size() > MAX_BODY || refusal.isWhole(read)) {
                        refused();
                    } else {
                        pull(fromKubelet);
                    }
                }
                default -> push(toClient, bytes);
            }
        }

        private void head(ByteString head, ByteString rest) {
            UpgradeAnswer parsed = UpgradeAnswer.parse(head).orElse(null);
            if (parsed == null) {
                giveUp(new IOException("malformed HTTP response"));
            } else if (parsed.code() == UpgradeAnswer.SWITCHING) {
                stage = Stage.UPGRADED;
                read = ByteString.emptyByteString();
                if (rest.nonEmpty()) {
                    emit(toClient, rest);
                }
                answer.complete(parsed);
                if (isAvailable(toKubelet)) {
                    ask(fromClient);
                }
                if (rest.isEmpty() && isAvailable(toClient)) {
                    cancelTimer(Stage.HEAD);
                    ask(fromKubelet);
                }
            } else {
                stage = Stage.REFUSAL;
                refusal = parsed;
                read = rest;
                if (refusal.isWhole(read)) {
                    refused();
                } else {
                    pull(fromKubelet);
                }
            }
        }

        private void refused() {
            answer.complete(refusal.withBody(read));
            completeStage();
        }

        private void ended() {
            if (stage == Stage.REFUSAL) {
                refused();
            } else if (stage == Stage.HEAD) {
                giveUp(new IOException("EOF"));
            } else {
                stage = Stage.ENDING;
                complete(toKubelet);
                scheduleOnce(Stage.ENDING, CLOSING);
                if (isClosed(fromClient)) {
                    completeStage();
                } else {
                    ask(fromClient);
                }
            }
        }

        private void giveUp(Exception why) {
            answer.completeExceptionally(why);
            failStage(why);
        }

        @Override
        public void onTimer(Object key) {
            if (key == Stage.ENDING) {
                completeStage();
            } else {
                giveUp(new TimeoutException("the kubelet or the client did not go on in time"));
            }
        }

        @Override
        public void postStop() {
            answer.completeExceptionally(new IOException("the connection was closed"));
        }
    }
}
