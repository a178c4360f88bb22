package io.everynode.apiserver;

import io.everynode.apiserver.pki.PkiException;
import io.everynode.apiserver.pki.ServerTls;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The authority's certificate for everybody at {@code /cacerts}: who joins compares it with a hash that they have. */
final class CaCertificate {

    static final String PATH = "cacerts";

    private CaCertificate() {}

    static HttpResponse answer(ServerTls tls) {
        try {
            return HttpResponse.create()
                    .withStatus(200)
                    .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, tls.authority()));
        } catch (PkiException e) {
            // The server itself cannot read its file; the log of TLS tells more.
            return StatusResponses.pageNotFound();
        }
    }
}
