package io.everynode.apiserver.http;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What is said to requests that reach no handler, as they cannot be read. */
final class Refusals {

    /** Of each the connection ends. */
    static final HttpResponse LATE =
            of(new ApiStatus(408, "Timeout", "the head of the request did not arrive in time", null));

    static final HttpResponse TOO_MANY_CONNECTIONS = of(new ApiStatus(
                    429, "TooManyRequests", "too many connections are open from your address", null))
            .addHeader(RawHeader.create("Retry-After", "5"));

    static final HttpResponse LONG_URI =
            of(new ApiStatus(414, "BadRequest", "the address of the request is too long", null));

    static final HttpResponse LONG_HEADERS =
            of(new ApiStatus(431, "BadRequest", "the headers of the request are too large", null));

    static final HttpResponse UNKNOWN_METHOD = of(ApiStatus.methodNotAllowed("the server does not know this method"));

    private Refusals() {}

    static HttpResponse malformed(String why) {
        return of(ApiStatus.badRequest(why));
    }

    private static HttpResponse of(ApiStatus status) {
        return HttpResponse.create()
                .withStatus(status.code())
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.encode(status.toJson())));
    }
}
