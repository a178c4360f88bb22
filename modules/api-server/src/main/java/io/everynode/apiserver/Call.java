package io.everynode.apiserver;

import io.everynode.core.authorization.User;
import io.everynode.core.event.Caller;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request on its way through the handlers.
 *
 * @param id made by the server; the answer's Audit-Id
 * @param user for whom it is
 * @param caller the same as it is recorded with what the request changes
 * @param received when it came in
 */
record Call(HttpRequest request, String id, Query query, User user, Caller caller, Instant received) {

    /** What Pekko HTTP calls the type of a body for which the client named none; of a chunked one, the last. */
    private static final Set<String> UNNAMED = Set.of("", "none/none", "application/octet-stream");

    /** The same for somebody else. */
    Call as(User other, Caller recorded) {
        return new Call(request, id, query, other, recorded, received);
    }

    /** The same with other parameters. */
    Call with(Query other) {
        return new Call(request, id, other, user, caller, received);
    }

    /** All values of a header, joined with commas; "" when it is absent. */
    String header(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        String found = null;
        for (HttpHeader header : request.getHeaders()) {
            if (header.lowercaseName().equals(wanted)) {
                found = found == null ? header.value() : found + "," + header.value();
            }
        }
        return found == null ? "" : found;
    }

    /** The body's media type without parameters; JSON when the client named none, as upstream takes it. */
    String mediaType() {
        String type = request.entity().getContentType().toString();
        int end = type.indexOf(';');
        String base = (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return UNNAMED.contains(base) ? "application/json" : base;
    }

    boolean acceptsGzip() {
        // As upstream: the bare word, so that "gzip;q=0" does not count.
        return Arrays.stream(header("Accept-Encoding").split(","))
                .anyMatch(clause -> clause.trim().equalsIgnoreCase("gzip"));
    }

    /** What the change's record says about where it came from. */
    String cause() {
        return "request " + id;
    }
}
