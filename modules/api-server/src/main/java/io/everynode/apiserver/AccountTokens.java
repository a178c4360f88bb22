package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.Credential;
import io.everynode.apiserver.authentication.Finding;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.User;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Tokens of ServiceAccounts, as pkg/serviceaccount makes and checks them: JWTs that name the account, for an audience
 * and a time, and end with an object if they are bound to one.
 *
 * <p>They are signed with a {@link TokenKey}. Without TLS that is this server's own and lives as long as its process: a
 * token is known to the server that made it, until that is started again. Thread-safe.
 */
final class AccountTokens {

    /** What upstream's clusters call themselves unless told otherwise; a token for no other audience is for it. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String OURS = "kubernetes.io";

    private final InstantSource clock;
    private final TokenKey key;

    AccountTokens(InstantSource clock, TokenKey key) {
        this.clock = clock;
        this.key = key;
    }

    /**
     * @param bound the object that the token ends with; null for none
     * @param audiences at least one
     */
    String make(StoredObject account, StoredObject bound, List<String> audiences, Instant now, Instant until) {
        ObjectNode claims = Json.object();
        ArrayNode audience = claims.putArray("aud");
        audiences.forEach(audience::add);
        claims.put("exp", until.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", ISSUER);
        claims.put("jti", UUID.randomUUID().toString());
        ObjectNode ours = claims.putObject(OURS);
        ours.put("namespace", account.namespace());
        if (bound != null) {
            reference(ours.putObject(bound.kind().singular()), bound);
        }
        reference(ours.putObject("serviceaccount"), account);
        claims.put("nbf", now.getEpochSecond());
        claims.put("sub", User.accountName(account.namespace(), account.name()));
        return key.sign(claims);
    }

    private static void reference(ObjectNode to, StoredObject object) {
        to.put("name", object.name()).put("uid", object.uid());
    }

    /** For whom a token of this key is; empty for another text. */
    List<String> audiences(String token) {
        return key.verified(token)
                .map(claims -> ReviewHandler.texts(claims.path("aud")))
                .orElse(List.of());
    }

    /**
     * Whose token it is.
     *
     * @param audiences of which it must be for one
     */
    Finding check(String token, List<String> audiences, Catalog catalog) {
        Optional<JsonNode> verified = key.verified(token);
        if (verified.isEmpty()) {
            return Finding.NOTHING;
        }
        JsonNode claims = verified.get();
        long now = clock.instant().getEpochSecond();
        if (now >= claims.path("exp").asLong() || now < claims.path("nbf").asLong()) {
            return new Finding.Wrong("service account token has expired");
        }
        if (ReviewHandler.texts(claims.path("aud")).stream().noneMatch(audiences::contains)) {
            return new Finding.Wrong("token audiences " + claims.path("aud") + " is invalid for the target audiences "
                    + Json.mapper().valueToTree(audiences));
        }
        return user(claims, catalog);
    }

    private static Finding user(JsonNode claims, Catalog catalog) {
        JsonNode ours = claims.path(OURS);
        String namespace = Json.text(ours, "namespace");
        JsonNode account = ours.path("serviceaccount");
        Map<String, List<String>> extra = new TreeMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + Json.text(claims, "jti")));
        List<ObjectAddress> needed = new ArrayList<>();
        List<String> uids = new ArrayList<>();
        need(needed, uids, Kinds.SERVICE_ACCOUNT, namespace, account);
        if (ours.has("pod")) {
            JsonNode pod = ours.path("pod");
            need(needed, uids, Kinds.POD, namespace, pod);
            extra.put("authentication.kubernetes.io/pod-name", List.of(Json.text(pod, "name")));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(Json.text(pod, "uid")));
        }
        if (ours.has("secret")) {
            need(needed, uids, Kinds.SECRET, namespace, ours.path("secret"));
        }
        if (!areThere(needed, uids, catalog)) {
            return new Finding.Wrong("service account token has been invalidated", true);
        }
        List<String> groups = new ArrayList<>(User.accountGroups(namespace));
        groups.add(User.AUTHENTICATED);
        User user = new User(
                User.accountName(namespace, Json.text(account, "name")), Json.text(account, "uid"), groups, extra);
        Instant end = Instant.ofEpochSecond(claims.path("exp").asLong());
        return new Finding.Known(user, Credential.until(end).asLongAs(needed, now -> areThere(needed, uids, now)));
    }

    private static void need(
            List<ObjectAddress> needed, List<String> uids, Kind kind, String namespace, JsonNode claim) {
        needed.add(new ObjectAddress(kind, namespace, Json.text(claim, "name")));
        uids.add(Json.text(claim, "uid"));
    }

    private static boolean areThere(List<ObjectAddress> needed, List<String> uids, Catalog catalog) {
        for (int i = 0; i < needed.size(); i++) {
            ObjectAddress each = needed.get(i);
            String uid = uids.get(i);
            if (catalog.get(each.kind(), each.namespace(), each.name())
                    .filter(object -> object.uid().equals(uid))
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** By which others verify tokens. */
    ObjectNode jwks() {
        ObjectNode set = Json.object();
        set.putArray("keys").add(key.jwk());
        return set;
    }
}
