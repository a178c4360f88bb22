package io.everynode.apiserver;

import io.everynode.apiserver.authentication.Credential;
import io.everynode.core.audit.RequestCause;
import io.everynode.core.authorization.User;
import io.everynode.core.event.Caller;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request on its way through the handlers.
 *
 * @param id made by the server; the answer's Audit-Id
 * @param user for whom it is
 * @param caller the same as it is recorded with what the request changes
 * @param received when it came in
 * @param sender who sent it for the user; "" when it is the user
 * @param credential of whoever sent it
 */
record Call(
        HttpRequest request,
        String id,
        Query query,
        User user,
        Caller caller,
        Instant received,
        String sender,
        Credential credential) {

    /** What Pekko HTTP calls the type of a body for which the client named none; of a chunked one, the last. */
    private static final Set<String> UNNAMED = Set.of("", "none/none", "application/octet-stream");

    /** The same from somebody else, who has shown this. */
    Call as(User other, Caller recorded, Credential shown) {
        return new Call(request, id, query, other, recorded, received, sender, shown);
    }

    /** The same from the same, for somebody else. */
    Call onBehalfOf(User other) {
        return new Call(
                request,
                id,
                query,
                other,
                new Caller(other.name(), caller.client()),
                received,
                user.name(),
                credential);
    }

    /** The same with other parameters. */
    Call with(Query other) {
        return new Call(request, id, other, user, caller, received, sender, credential);
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

    /** Of the client's end of the connection, which may be a proxy's; "" when it is not known. */
    String address() {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(remote -> remote.getAddress())
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    /**
     * What the record of a change says about where it came from. Of what nodes do, and of the reports that they are the
     * ones to send, only the id, as they are most of all changes; the access log has the rest.
     */
    String cause(Kind kind, String subresource) {
        boolean report = kind.equals(Kinds.LEASE)
                || subresource.equals("status") && (kind.equals(Kinds.POD) || kind.equals(Kinds.NODE));
        if (report || user.isNode()) {
            return RequestCause.of(id).text();
        }
        return new RequestCause(
                        id,
                        address(),
                        request.method().value(),
                        request.getUri().path(),
                        sender,
                        header("Kubectl-Command"))
                .text();
    }
}
