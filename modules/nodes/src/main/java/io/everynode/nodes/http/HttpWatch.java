package io.everynode.nodes.http;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.ObjectScanner.Event;
import io.everynode.nodes.http.ObjectScanner.Page;
import io.everynode.objects.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists all objects of a kind page by page and watches them from there on. A watch that ends, is cut or fails is
 * resumed at the last version that was told, at another address if there is one; when that version is no longer held
 * (410), it lists again. Confined to the loop's thread; answers are parsed before they come there.
 */
final class HttpWatch {

    /** Hears what is there; on the loop's thread. */
    interface Listener {

        void listing();

        void listed();

        /** @param type "" on a list, else ADDED or MODIFIED */
        void seen(String type, HttpObject object);

        void gone(HttpObject object);

        /** The first list is refused, and not for the moment. */
        void refused(String why);
    }

    private static final Logger log = LoggerFactory.getLogger(HttpWatch.class);

    /** A watch that ends sooner than this did not work, whatever it says. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** A server ends a watch itself when its time is over; when it does not, it is gone. */
    private static final Duration OVERTIME = Duration.ofSeconds(30);

    private final Kind kind;
    private final String path;
    /** Of a request's query; "" for all objects. */
    private final String selector;

    private final HttpDoor door;
    private final HollowLoop loop;
    private final HttpSettings settings;
    private final Duration patience;
    private final Listener listener;

    /** Where it is connected, or was last; null at first. */
    private ApiAddress address;

    private CompletableFuture<?> request;
    /** What an earlier request still delivers is ignored. */
    private int turn;

    /** The version up to which everything was told; "" before a list has ended. */
    private String version = "";
    /** The next page of the list under way; "" before and after it. */
    private String next = "";

    private boolean everListed;
    private boolean waitsForAddress;
    private int failures;
    private Instant begun;

    /**
     * @param namespace "" for all
     * @param fieldSelector which objects; "" for all
     */
    HttpWatch(
            Kind kind,
            String namespace,
            String fieldSelector,
            HttpDoor door,
            HollowLoop loop,
            HttpSettings settings,
            Duration patience,
            Listener listener) {
        this.kind = kind;
        this.selector = fieldSelector.isEmpty() ? "" : "&fieldSelector=" + encoded(fieldSelector);
        this.path = (kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/") + kind.version()
                + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + kind.plural();
        this.door = door;
        this.loop = loop;
        this.settings = settings;
        this.patience = patience;
        this.listener = listener;
    }

    /** Begins, or goes on where it was. */
    void start() {
        cancel();
        // Pages of one list are best had where it began; other requests go elsewhere, as this one failed.
        address = door.addresses().otherThan(next.isEmpty() ? address : null);
        waitsForAddress = address == null;
        if (waitsForAddress) {
            return;
        }
        begun = loop.now();
        if (version.isEmpty()) {
            list();
        } else {
            follow();
        }
    }

    /** An address can be used. */
    void addressGood() {
        if (waitsForAddress) {
            start();
        }
    }

    /** An address does not answer: what is open there may be silent for ever. */
    void addressLost(ApiAddress lost) {
        if (lost == address && request != null) {
            log.info("The watch of {} at {} is given up", kind.plural(), lost);
            start();
        }
    }

    void stop() {
        cancel();
        waitsForAddress = false;
    }

    private void cancel() {
        turn++;
        if (request != null) {
            request.cancel(true);
            request = null;
        }
    }

    // The list

    private void list() {
        int mine = turn;
        if (next.isEmpty()) {
            listener.listing();
        }
        String query =
                "?limit=" + settings.listPage() + (next.isEmpty() ? "" : "&continue=" + encoded(next)) + selector;
        CompletableFuture<HttpResponse<byte[]>> sent =
                door.open(address, ApiRequest.get(path + query), patience, info -> BodySubscribers.ofByteArray());
        request = sent;
        sent.thenApply(HttpWatch::parsed)
                .whenComplete((listed, failure) -> loop.execute(() -> {
                    if (mine != turn) {
                        return;
                    }
                    request = null;
                    if (failure != null) {
                        failed(ApiAddresses.reason(failure), Duration.ZERO);
                    } else if (listed.page() == null) {
                        refused(listed.answer());
                    } else {
                        told(listed.page());
                    }
                }));
    }

    /** @param page null when the list was refused */
    private record Listed(HttpResponse<byte[]> answer, Page page) {}

    private static Listed parsed(HttpResponse<byte[]> answer) {
        try {
            return new Listed(answer, answer.statusCode() == 200 ? ObjectScanner.page(answer.body()) : null);
        } catch (IOException e) {
            throw new UncheckedIOException("the list cannot be read: " + e.getMessage(), e);
        }
    }

    private void told(Page page) {
        page.items().forEach(object -> listener.seen("", object));
        failures = 0;
        next = page.next();
        if (!next.isEmpty()) {
            list();
            return;
        }
        version = page.version();
        everListed = true;
        listener.listed();
        begun = loop.now();
        follow();
    }

    // The watch

    private void follow() {
        int mine = turn;
        long least = settings.watchTimeout().toSeconds();
        long seconds = least + ThreadLocalRandom.current().nextLong(least / 4 + 1);
        String query = "?watch=1&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion="
                + encoded(version) + selector;
        CompletableFuture<HttpResponse<byte[]>> sent = door.open(
                address,
                ApiRequest.get(path + query),
                patience,
                info -> info.statusCode() == 200
                        ? new WatchBody((events, more) -> loop.execute(() -> {
                            if (mine == turn) {
                                told(events);
                                more.run();
                            }
                        }))
                        : BodySubscribers.ofByteArray());
        request = sent;
        sent.whenComplete((answer, failure) -> loop.execute(() -> {
            if (mine != turn) {
                return;
            }
            request = null;
            if (failure != null) {
                failed(ApiAddresses.reason(failure), Duration.ZERO);
            } else if (answer.statusCode() != 200) {
                refused(answer);
            } else if (begun.plus(SHORTEST).isAfter(loop.now())) {
                failed("it ended at once", Duration.ZERO);
            } else {
                start();
            }
        }));
        loop.after(Duration.ofSeconds(seconds).plus(OVERTIME), () -> {
            if (mine == turn) {
                log.info("The watch of {} at {} does not end", kind.plural(), address);
                start();
            }
        });
    }

    private void told(List<Event> events) {
        int mine = turn;
        door.addresses().heard(address);
        for (Event event : events) {
            switch (event.type()) {
                case "ADDED", "MODIFIED" -> listener.seen(event.type(), event.object());
                case "DELETED" -> listener.gone(event.object());
                case "BOOKMARK" -> {}
                case "ERROR" -> {
                    ended(event.object());
                    return;
                }
                default -> {
                    failed("an event of the unknown type " + event.type(), Duration.ZERO);
                    return;
                }
            }
            if (mine != turn) {
                return;
            }
            if (!event.object().version().isEmpty()) {
                version = event.object().version();
            }
        }
        failures = 0;
    }

    /** @param status of the ERROR with which the server ends a watch */
    private void ended(HttpObject status) {
        HttpAnswers.Refusal refusal = HttpAnswers.refusal(status.tree(), 0);
        if (refusal.code() == HttpAnswers.GONE) {
            expired(refusal.message());
        } else {
            failed(refusal.message(), Duration.ZERO);
        }
    }

    // What goes wrong

    private void refused(HttpResponse<byte[]> answer) {
        HttpAnswers.Refusal refusal = HttpAnswers.refusal(answer);
        if (refusal.code() == HttpAnswers.GONE) {
            expired(refusal.message());
        } else if (!everListed && refusal.code() < 500 && refusal.code() != 429) {
            stop();
            listener.refused(address + ": " + refusal.code() + " for " + path + ": " + refusal.message());
        } else {
            failed(refusal.code() + " " + refusal.message(), refusal.retryAfter());
        }
    }

    private void expired(String why) {
        version = "";
        next = "";
        failed(why + "; it will be listed anew", Duration.ZERO);
    }

    private void failed(String why, Duration asked) {
        cancel();
        int mine = turn;
        // What an address asks for says nothing of another one.
        boolean sameAgain = door.addresses().otherThan(address) == address;
        Duration delay = settings.backOff(failures++, sameAgain ? asked : Duration.ZERO);
        log.info("The watch of {} at {} goes on after {}: {}", kind.plural(), address, delay, why);
        loop.after(delay, () -> {
            if (mine == turn) {
                start();
            }
        });
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
