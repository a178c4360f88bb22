package io.everynode.nodes.http;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.ApiAddress.State;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which addresses of the API can be used. An address where a request failed gets no other until a probe of it is
 * answered, so that a server that is away costs one small request now and then, however many nodes want to write; and
 * an address that has been silent is probed, because a frozen server breaks no connection. Confined to the loop's
 * thread.
 */
final class ApiAddresses {

    /** Hears what becomes of addresses. */
    interface Listener {

        /** It can be used, maybe again. */
        void good(ApiAddress address);

        /** It does not answer; requests that were under way there have been cancelled. */
        void lost(ApiAddress address);
    }

    private static final Logger log = LoggerFactory.getLogger(ApiAddresses.class);

    private final List<ApiAddress> all;
    private final HollowLoop loop;
    private final HttpSettings settings;
    private final Function<ApiAddress, CompletionStage<Integer>> probe;
    private final Listener listener;
    private int turn;
    private boolean stopped;

    /** @param probe gives the code of an answer; fails when there is none */
    ApiAddresses(
            List<URI> bases,
            HollowLoop loop,
            HttpSettings settings,
            Function<ApiAddress, CompletionStage<Integer>> probe,
            Listener listener) {
        this.all = bases.stream().map(ApiAddress::new).toList();
        this.loop = loop;
        this.settings = settings;
        this.probe = probe;
        this.listener = listener;
    }

    void start() {
        all.forEach(this::probe);
        loop.after(settings.probeInterval(), this::probeTheSilent);
    }

    void stop() {
        stopped = true;
        all.forEach(ApiAddresses::cancelOutstanding);
    }

    /** The good address with the fewest requests under way, if one has room; they take turns. Null when none has. */
    ApiAddress withRoom() {
        ApiAddress best = null;
        for (int i = 0; i < all.size(); i++) {
            ApiAddress each = all.get((turn + i) % all.size());
            if (each.state == State.GOOD
                    && each.outstanding.size() < settings.connections()
                    && (best == null || each.outstanding.size() < best.outstanding.size())) {
                best = each;
            }
        }
        turn = (turn + 1) % all.size();
        return best;
    }

    /** A good address, another than this one if possible; they take turns. Null when there is none. */
    ApiAddress otherThan(ApiAddress avoided) {
        ApiAddress best = null;
        for (int i = 0; i < all.size(); i++) {
            ApiAddress each = all.get((turn + i) % all.size());
            if (each.state == State.GOOD && (best == null || best == avoided)) {
                best = each;
            }
        }
        turn = (turn + 1) % all.size();
        return best;
    }

    /** It has answered something. */
    void heard(ApiAddress address) {
        address.heard = loop.now();
    }

    /** A request failed there, or was told to come later. */
    void doubt(ApiAddress address) {
        if (address.state == State.GOOD) {
            address.state = State.DOUBTFUL;
            probe(address);
        }
    }

    private void probeTheSilent() {
        if (stopped) {
            return;
        }
        for (ApiAddress address : all) {
            if (address.state == State.GOOD
                    && address.heard.plus(settings.probeInterval()).isBefore(loop.now())) {
                probe(address);
            }
        }
        loop.after(settings.probeInterval(), this::probeTheSilent);
    }

    private void probe(ApiAddress address) {
        if (stopped || address.probing) {
            return;
        }
        address.probing = true;
        probe.apply(address)
                .whenComplete((code, failure) -> loop.execute(() -> {
                    address.probing = false;
                    if (!stopped) {
                        probed(address, code, failure);
                    }
                }));
    }

    private void probed(ApiAddress address, Integer code, Throwable failure) {
        State before = address.state;
        if (failure == null) {
            heard(address);
        }
        if (failure == null && code < 500 && code != 429) {
            address.state = State.GOOD;
            address.failedProbes = 0;
            if (before == State.LOST || before == State.NOT_READY) {
                log.info("{} can be used again", address);
            }
            if (before != State.GOOD) {
                listener.good(address);
            }
            return;
        }
        Duration delay = settings.backOff(address.failedProbes++, Duration.ZERO);
        Duration longest = settings.probeInterval();
        loop.after(delay.compareTo(longest) < 0 ? delay : longest, () -> probe(address));
        if (failure == null) {
            address.state = State.NOT_READY;
            if (before != State.NOT_READY) {
                log.warn("{} is not ready (it answers {}); trying again", address, code);
            }
        } else {
            address.state = State.LOST;
            if (before != State.LOST) {
                log.warn("{} does not answer: {}; trying again", address, reason(failure));
                cancelOutstanding(address);
                listener.lost(address);
            }
        }
    }

    private static void cancelOutstanding(ApiAddress address) {
        List.copyOf(address.outstanding).forEach(request -> request.cancel(true));
    }

    /** In a few words. */
    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CancellationException) {
            return "given up";
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (cause instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException && cause.getMessage() == null) {
            return "connection refused";
        }
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
