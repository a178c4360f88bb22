package io.everynode.nodes.join;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** What has become of a CertificateSigningRequest. Pure. */
sealed interface RequestState {

    /** Nobody has decided, or nobody has signed yet. */
    record Waiting() implements RequestState {}

    /** @param chain the own certificate first */
    record Issued(List<X509Certificate> chain) implements RequestState {}

    /** For good. */
    record Refused(String why) implements RequestState {}

    /**
     * @param request the object
     * @param key that was sent: a certificate of another one is of no use
     */
    static RequestState of(JsonNode request, PublicKey key) {
        String name = Json.text(request, "metadata", "name");
        for (JsonNode condition : request.path("status").path("conditions")) {
            String type = Json.text(condition, "type");
            if (type.equals("Denied") || type.equals("Failed")) {
                String words = Json.text(condition, "message");
                String why = words.isEmpty() ? Json.text(condition, "reason") : words;
                return new Refused("the certificate request " + name
                        + (type.equals("Denied") ? " was denied" : " was not signed")
                        + (why.isEmpty() ? "" : ": " + why));
            }
        }
        String encoded = Json.text(request, "status", "certificate");
        if (encoded.isEmpty()) {
            return new Waiting();
        }
        try {
            String pem = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.US_ASCII);
            List<X509Certificate> chain = Pem.certificates(pem);
            return chain.get(0).getPublicKey().equals(key)
                    ? new Issued(chain)
                    : new Refused("the certificate request " + name + " was signed for another key");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Refused("the certificate of the request " + name + " cannot be read");
        }
    }
}
