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
import java.time.Duration;
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
 * <p>They are signed with the first of the {@link TokenKeys}. Without TLS that is this server's own and lives as long
 * as its process: a token is known to the server that made it, until that is started again. Thread-safe.
 */
final class AccountTokens {

    /** What upstream's clusters call themselves unless told otherwise; a token for no other audience is for it. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String OURS = "kubernetes.io";

    /** So long a token of what is deleted counts still, as upstream's does: clocks differ. */
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    private final InstantSource clock;
    private final TokenKeys keys;

    AccountTokens(InstantSource clock, TokenKeys keys) {
        this.clock = clock;
        this.keys = keys;
    }

    /**
     * @param bound the object that the token ends with; null for none
     * @param node of the Pod that it is bound to, for those who look at the token; null for none. A uid of "" is not
     *     known
     * @param audiences at least one
     */
    String make(
            StoredObject account,
            StoredObject bound,
            Reference node,
            List<String> audiences,
            Instant now,
            Instant until) {
        ObjectNode claims = Json.object();
        ArrayNode audience = claims.putArray("aud");
        audiences.forEach(audience::add);
        claims.put("exp", until.getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", ISSUER);
        claims.put("jti", UUID.randomUUID().toString());
        ObjectNode ours = claims.putObject(OURS);
        ours.put("namespace", account.namespace());
        if (node != null) {
            ObjectNode named = ours.putObject("node").put("name", node.name());
            if (!node.uid().isEmpty()) {
                named.put("uid", node.uid());
            }
        }
        if (bound != null) {
            reference(ours.putObject(bound.kind().singular()), bound);
        }
        reference(ours.putObject("serviceaccount"), account);
        claims.put("nbf", now.getEpochSecond());
        claims.put("sub", User.accountName(account.namespace(), account.name()));
        return keys.sign(claims);
    }

    /** An object that a token names. */
    record Reference(String name, String uid) {}

    private static void reference(ObjectNode to, StoredObject object) {
        to.put("name", object.name()).put("uid", object.uid());
    }

    /** For whom a token of this key is; empty for another text. */
    List<String> audiences(String token) {
        return keys.verified(token)
                .map(claims -> ReviewHandler.texts(claims.path("aud")))
                .orElse(List.of());
    }

    /**
     * Whose token it is.
     *
     * @param audiences of which it must be for one
     */
    Finding check(String token, List<String> audiences, Catalog catalog) {
        Optional<JsonNode> verified = keys.verified(token);
        if (verified.isEmpty()) {
            return Finding.NOTHING;
        }
        JsonNode claims = verified.get();
        long now = clock.instant().getEpochSecond();
        if (now >= claims.path("exp").asLong()) {
            return new Finding.Wrong("service account token has expired");
        }
        if (now + LEEWAY.toSeconds() < claims.path("nbf").asLong()) {
            return new Finding.Wrong("service account token is not valid yet");
        }
        if (ReviewHandler.texts(claims.path("aud")).stream().noneMatch(audiences::contains)) {
            return new Finding.Wrong("token audiences " + claims.path("aud") + " is invalid for the target audiences "
                    + Json.mapper().valueToTree(audiences));
        }
        return user(claims, catalog);
    }

    private Finding user(JsonNode claims, Catalog catalog) {
        JsonNode ours = claims.path(OURS);
        String namespace = Json.text(ours, "namespace");
        JsonNode account = ours.path("serviceaccount");
        Map<String, List<String>> extra = new TreeMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + Json.text(claims, "jti")));
        List<Bound> needed = new ArrayList<>();
        needed.add(Bound.to(Kinds.SERVICE_ACCOUNT, namespace, account));
        if (ours.has("pod")) {
            JsonNode pod = ours.path("pod");
            needed.add(Bound.to(Kinds.POD, namespace, pod));
            extra.put("authentication.kubernetes.io/pod-name", List.of(Json.text(pod, "name")));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(Json.text(pod, "uid")));
        }
        if (ours.has("secret")) {
            needed.add(Bound.to(Kinds.SECRET, namespace, ours.path("secret")));
        }
        if (ours.has("node")) {
            JsonNode node = ours.path("node");
            // Beside a Pod it only tells where that was.
            if (!ours.has("pod")) {
                needed.add(Bound.to(Kinds.NODE, "", node));
            }
            extra.put("authentication.kubernetes.io/node-name", List.of(Json.text(node, "name")));
            if (node.has("uid")) {
                extra.put("authentication.kubernetes.io/node-uid", List.of(Json.text(node, "uid")));
            }
        }
        if (!areStill(needed, catalog)) {
            return new Finding.Wrong("service account token has been invalidated", true);
        }
        List<String> groups = new ArrayList<>(User.accountGroups(namespace));
        groups.add(User.AUTHENTICATED);
        User user = new User(
                User.accountName(namespace, Json.text(account, "name")), Json.text(account, "uid"), groups, extra);
        Credential credential =
                Credential.until(Instant.ofEpochSecond(claims.path("exp").asLong()));
        List<ObjectAddress> objects = needed.stream().map(Bound::object).toList();
        return new Finding.Known(user, credential.asLongAs(objects, newer -> areStill(needed, newer)));
    }

    /** What a token ends with. */
    private record Bound(ObjectAddress object, String uid) {

        static Bound to(Kind kind, String namespace, JsonNode claim) {
            return new Bound(new ObjectAddress(kind, namespace, Json.text(claim, "name")), Json.text(claim, "uid"));
        }

        /** @param gone what was to end before that is no more */
        boolean isStill(Catalog catalog, Instant gone) {
            return catalog.get(object.kind(), object.namespace(), object.name())
                    .filter(there -> there.uid().equals(uid))
                    .filter(there -> !there.terminating()
                            || !Instant.parse(Json.text(there.tree(), "metadata", "deletionTimestamp"))
                                    .isBefore(gone))
                    .isPresent();
        }
    }

    private boolean areStill(List<Bound> needed, Catalog catalog) {
        Instant gone = clock.instant().minus(LEEWAY);
        return needed.stream().allMatch(each -> each.isStill(catalog, gone));
    }

    /** By which others verify tokens. */
    ObjectNode jwks() {
        return keys.jwks();
    }
}
