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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

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

    /** Of tokens that are kept in Secrets. */
    private static final String SECRETS_ISSUER = "kubernetes/serviceaccount";

    private static final String OF_SECRET = "kubernetes.io/serviceaccount/";

    /** By it upstream's cleaner marks those that nobody used for a year. */
    private static final String INVALID = "kubernetes.io/legacy-token-invalid-since";

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

    /** A token that ends with the Secret that it is to be kept in, with its account, and else never. */
    String ofSecret(StoredObject account, String secret) {
        ObjectNode claims = Json.object();
        claims.put("iss", SECRETS_ISSUER);
        claims.put(OF_SECRET + "namespace", account.namespace());
        claims.put(OF_SECRET + "secret.name", secret);
        claims.put(OF_SECRET + "service-account.name", account.name());
        claims.put(OF_SECRET + "service-account.uid", account.uid());
        claims.put("sub", User.accountName(account.namespace(), account.name()));
        return keys.sign(claims);
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
        if (Json.text(claims, "iss").equals(SECRETS_ISSUER)) {
            String namespace = Json.text(claims, OF_SECRET + "namespace");
            List<ObjectAddress> objects = List.of(
                    new ObjectAddress(
                            Kinds.SERVICE_ACCOUNT, namespace, Json.text(claims, OF_SECRET + "service-account.name")),
                    new ObjectAddress(Kinds.SECRET, namespace, Json.text(claims, OF_SECRET + "secret.name")));
            return audiences.contains(ISSUER)
                    ? ending(objects, Instant.MAX, catalog, (newer, gone) -> kept(token, claims, newer, gone))
                    : Finding.NOTHING;
        }
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
        Instant end = Instant.ofEpochSecond(claims.path("exp").asLong());
        return ending(objects(claims), end, catalog, (newer, gone) -> user(claims, newer, gone));
    }

    /** Whoever is known so is it as long as the same look at a newer state finds them. */
    private Finding ending(
            List<ObjectAddress> objects, Instant end, Catalog catalog, BiFunction<Catalog, Instant, Finding> look) {
        Function<Catalog, Finding> now =
                newer -> look.apply(newer, clock.instant().minus(LEEWAY));
        Credential credential =
                Credential.until(end).asLongAs(objects, newer -> now.apply(newer) instanceof Finding.Known);
        Finding found = now.apply(catalog);
        return found instanceof Finding.Known known ? new Finding.Known(known.user(), credential) : found;
    }

    /** With which a token ends. */
    private static List<ObjectAddress> objects(JsonNode claims) {
        JsonNode ours = claims.path(OURS);
        String namespace = Json.text(ours, "namespace");
        List<ObjectAddress> objects = new ArrayList<>();
        objects.add(
                new ObjectAddress(Kinds.SERVICE_ACCOUNT, namespace, Json.text(ours.path("serviceaccount"), "name")));
        if (ours.has("pod")) {
            objects.add(new ObjectAddress(Kinds.POD, namespace, Json.text(ours.path("pod"), "name")));
        } else if (ours.has("node")) {
            objects.add(new ObjectAddress(Kinds.NODE, "", Json.text(ours.path("node"), "name")));
        }
        if (ours.has("secret")) {
            objects.add(new ObjectAddress(Kinds.SECRET, namespace, Json.text(ours.path("secret"), "name")));
        }
        return objects;
    }

    /** Of a token in a Secret, which is for this server alone. */
    private static Finding kept(String token, JsonNode claims, Catalog catalog, Instant gone) {
        String namespace = Json.text(claims, OF_SECRET + "namespace");
        String name = Json.text(claims, OF_SECRET + "service-account.name");
        String uid = Json.text(claims, OF_SECRET + "service-account.uid");
        boolean still = isStill(
                catalog,
                Kinds.SERVICE_ACCOUNT,
                namespace,
                Json.object().put("name", name).put("uid", uid),
                gone);
        still &= catalog.get(Kinds.SECRET, namespace, Json.text(claims, OF_SECRET + "secret.name"))
                .filter(secret -> isThere(secret, gone))
                .filter(secret -> holds(secret.tree(), token))
                .isPresent();
        return still
                ? new Finding.Known(
                        new User(User.accountName(namespace, name), uid, groups(namespace), new TreeMap<>()))
                : new Finding.Wrong("service account token has been invalidated", true);
    }

    private static boolean holds(ObjectNode secret, String token) {
        byte[] held = Base64.getMimeDecoder().decode(Json.text(secret, "data", "token"));
        return Json.text(secret, "type").equals(AccountSecrets.TYPE)
                && Json.text(secret, "metadata", "labels", INVALID).isEmpty()
                && MessageDigest.isEqual(held, token.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> groups(String namespace) {
        List<String> groups = new ArrayList<>(User.accountGroups(namespace));
        groups.add(User.AUTHENTICATED);
        return groups;
    }

    /** @param gone what was to end before that is no more */
    private static Finding user(JsonNode claims, Catalog catalog, Instant gone) {
        JsonNode ours = claims.path(OURS);
        String namespace = Json.text(ours, "namespace");
        JsonNode account = ours.path("serviceaccount");
        Map<String, List<String>> extra = new TreeMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + Json.text(claims, "jti")));
        boolean still = isStill(catalog, Kinds.SERVICE_ACCOUNT, namespace, account, gone);
        if (ours.has("pod")) {
            JsonNode pod = ours.path("pod");
            still &= isStill(catalog, Kinds.POD, namespace, pod, gone);
            extra.put("authentication.kubernetes.io/pod-name", List.of(Json.text(pod, "name")));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(Json.text(pod, "uid")));
        }
        if (ours.has("secret")) {
            still &= isStill(catalog, Kinds.SECRET, namespace, ours.path("secret"), gone);
        }
        if (ours.has("node")) {
            JsonNode node = ours.path("node");
            // Beside a Pod it only tells where that was.
            still &= ours.has("pod") || isStill(catalog, Kinds.NODE, "", node, gone);
            extra.put("authentication.kubernetes.io/node-name", List.of(Json.text(node, "name")));
            if (node.has("uid")) {
                extra.put("authentication.kubernetes.io/node-uid", List.of(Json.text(node, "uid")));
            }
        }
        if (!still) {
            return new Finding.Wrong("service account token has been invalidated", true);
        }
        return new Finding.Known(new User(
                User.accountName(namespace, Json.text(account, "name")),
                Json.text(account, "uid"),
                groups(namespace),
                extra));
    }

    private static boolean isStill(Catalog catalog, Kind kind, String namespace, JsonNode claim, Instant gone) {
        return catalog.get(kind, namespace, Json.text(claim, "name"))
                .filter(object -> object.uid().equals(Json.text(claim, "uid")))
                .filter(object -> isThere(object, gone))
                .isPresent();
    }

    private static boolean isThere(StoredObject object, Instant gone) {
        return !object.terminating()
                || !Instant.parse(Json.text(object.tree(), "metadata", "deletionTimestamp"))
                        .isBefore(gone);
    }

    /** By which others verify tokens. */
    ObjectNode jwks() {
        return keys.jwks();
    }
}
