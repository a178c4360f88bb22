package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.User;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Tokens of ServiceAccounts, as pkg/serviceaccount makes and checks them: JWTs that name the account, for an audience
 * and a time, and end with an object if they are bound to one.
 *
 * <p>They are signed with a {@link TokenKey}, which is this server's own and lives as long as its process. So a token
 * is known to the server that made it, until that is started again; requests need none as yet. Thread-safe.
 */
final class AccountTokens {

    /** What upstream's clusters call themselves unless told otherwise; a token for no other audience is for it. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String OURS = "kubernetes.io";

    private final ControlPlane controlPlane;
    private final InstantSource clock;
    private final TokenKey key = new TokenKey();

    AccountTokens(ControlPlane controlPlane, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.clock = clock;
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
        claims.put("sub", subject(account.namespace(), account.name()));
        return key.sign(claims);
    }

    private static void reference(ObjectNode to, StoredObject object) {
        to.put("name", object.name()).put("uid", object.uid());
    }

    private static String subject(String namespace, String name) {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    /**
     * A TokenReviewStatus.
     *
     * @param audiences of which the token must be for one; empty for the server itself
     */
    CompletionStage<ObjectNode> review(String token, List<String> audiences) {
        return controlPlane.currentCatalog().thenApply(catalog -> {
            ObjectNode status = Json.object();
            List<String> wanted = audiences.isEmpty() ? List.of(ISSUER) : audiences;
            try {
                JsonNode claims = key.verified(token).orElseThrow(() -> new Unknown("invalid bearer token"));
                List<String> common = ReviewHandler.texts(claims.path("aud")).stream()
                        .filter(wanted::contains)
                        .toList();
                User user = user(claims, catalog);
                if (common.isEmpty()) {
                    throw new Unknown("token audiences " + claims.path("aud") + " is invalid for the target audiences "
                            + Json.mapper().valueToTree(wanted));
                }
                status.put("authenticated", true);
                status.set("user", UserInfo.of(user));
                ArrayNode known = status.putArray("audiences");
                common.forEach(known::add);
            } catch (Unknown e) {
                status.removeAll();
                status.putObject("user");
                status.put("error", "[invalid bearer token, " + e.getMessage() + "]");
            }
            return status;
        });
    }

    private User user(JsonNode claims, Catalog catalog) throws Unknown {
        long now = clock.instant().getEpochSecond();
        if (now >= claims.path("exp").asLong() || now < claims.path("nbf").asLong()) {
            throw new Unknown("service account token has expired");
        }
        JsonNode ours = claims.path(OURS);
        String namespace = Json.text(ours, "namespace");
        JsonNode account = ours.path("serviceaccount");
        requireStill(catalog.get(Kinds.SERVICE_ACCOUNT, namespace, Json.text(account, "name")), account);
        Map<String, List<String>> extra =
                Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=" + Json.text(claims, "jti")));
        if (ours.has("pod")) {
            JsonNode pod = ours.path("pod");
            requireStill(catalog.get(Kinds.POD, namespace, Json.text(pod, "name")), pod);
            extra = Map.of(
                    "authentication.kubernetes.io/credential-id",
                    List.of("JTI=" + Json.text(claims, "jti")),
                    "authentication.kubernetes.io/pod-name",
                    List.of(Json.text(pod, "name")),
                    "authentication.kubernetes.io/pod-uid",
                    List.of(Json.text(pod, "uid")));
        }
        if (ours.has("secret")) {
            JsonNode secret = ours.path("secret");
            requireStill(catalog.get(Kinds.SECRET, namespace, Json.text(secret, "name")), secret);
        }
        return new User(
                subject(namespace, Json.text(account, "name")),
                Json.text(account, "uid"),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, User.AUTHENTICATED),
                extra);
    }

    private static void requireStill(Optional<StoredObject> object, JsonNode claim) throws Unknown {
        if (object.isEmpty() || !object.get().uid().equals(Json.text(claim, "uid"))) {
            throw new Unknown("service account token has been invalidated");
        }
    }

    /** Why a token is not taken. */
    private static final class Unknown extends Exception {
        private static final long serialVersionUID = 1L;

        Unknown(String message) {
            super(message, null, false, false);
        }
    }
}
