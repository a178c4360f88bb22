package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.pki.AccountKeys;
import io.everynode.objects.Json;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;

/** The {@link TokenKey}s that count now: the first one signs, all know their own tokens again. Thread-safe. */
final class TokenKeys {

    /** @param from by identity: what {@code keys} were made of */
    private record Known(List<KeyPair> from, List<TokenKey> keys) {}

    private final AccountKeys source;
    private volatile Known known;

    TokenKeys(AccountKeys source) {
        this.source = source;
        this.known = known(source.newest());
    }

    private static Known known(List<KeyPair> pairs) {
        return new Known(pairs, pairs.stream().map(TokenKey::new).toList());
    }

    private List<TokenKey> keys() {
        List<KeyPair> newest = source.newest();
        Known present = known;
        if (present.from() != newest) {
            present = known(newest);
            known = present;
        }
        return present.keys();
    }

    String sign(ObjectNode claims) {
        return keys().get(0).sign(claims);
    }

    /** The claims of a token that one of these keys has signed; empty for any other text. */
    Optional<JsonNode> verified(String token) {
        for (TokenKey key : keys()) {
            Optional<JsonNode> claims = key.verified(token);
            if (claims.isPresent()) {
                return claims;
            }
        }
        return Optional.empty();
    }

    /** The public halves (RFC 7517). */
    ObjectNode jwks() {
        ObjectNode set = Json.object();
        ArrayNode all = set.putArray("keys");
        keys().forEach(key -> all.add(key.jwk()));
        return set;
    }
}
