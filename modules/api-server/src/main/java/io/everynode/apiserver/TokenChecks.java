package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.BootstrapTokens;
import io.everynode.apiserver.authentication.Credential;
import io.everynode.apiserver.authentication.Finding;
import io.everynode.apiserver.authentication.UserTokens;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.User;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Whose bearer token it is, of all kinds that this server knows. Thread-safe. */
final class TokenChecks {

    private static final String NAMESPACE = "kube-system";

    private final ControlPlane controlPlane;
    private final AccountTokens accounts;
    private final InstantSource clock;

    TokenChecks(ControlPlane controlPlane, AccountTokens accounts, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** For this server itself. */
    Finding check(String token, Catalog catalog) {
        return check(token, List.of(AccountTokens.ISSUER), catalog);
    }

    private Finding check(String token, List<String> audiences, Catalog catalog) {
        Finding account = accounts.check(token, audiences, catalog);
        if (!(account instanceof Finding.Nothing)) {
            return account;
        }
        // Those of the other kinds are for this server alone.
        if (!audiences.contains(AccountTokens.ISSUER)) {
            return Finding.NOTHING;
        }
        AtomicReference<StoredObject> used = new AtomicReference<>();
        Function<String, Optional<ObjectNode>> secrets = name -> {
            Optional<StoredObject> secret = catalog.get(Kinds.SECRET, NAMESPACE, name);
            secret.ifPresent(used::set);
            return secret.map(StoredObject::tree);
        };
        Finding bootstrap = BootstrapTokens.check(token, secrets, clock.instant());
        Finding found =
                bootstrap instanceof Finding.Nothing ? UserTokens.check(token, secrets, clock.instant()) : bootstrap;
        if (found instanceof Finding.Known known && used.get() != null) {
            return new Finding.Known(known.user(), asLongAsUnchanged(known.credential(), used.get()));
        }
        return found;
    }

    /** Whoever has something open by a token whose Secret changes may ask anew, if it still counts. */
    private static Credential asLongAsUnchanged(Credential credential, StoredObject secret) {
        long version = secret.resourceVersion();
        String name = secret.name();
        return credential.asLongAs(
                List.of(new ObjectAddress(Kinds.SECRET, NAMESPACE, name)),
                catalog -> catalog.get(Kinds.SECRET, NAMESPACE, name)
                        .filter(now -> now.resourceVersion() == version)
                        .isPresent());
    }

    /**
     * A TokenReviewStatus.
     *
     * @param audiences of which the token must be for one; empty for the server itself
     */
    CompletionStage<ObjectNode> review(String token, List<String> audiences) {
        List<String> wanted = audiences.isEmpty() ? List.of(AccountTokens.ISSUER) : audiences;
        return controlPlane.currentCatalog().thenApply(catalog -> {
            ObjectNode status = Json.object();
            Finding finding = check(token, wanted, catalog);
            if (finding instanceof Finding.Known known) {
                User user = known.user().isIn(User.AUTHENTICATED)
                        ? known.user()
                        : known.user().with(User.AUTHENTICATED);
                status.put("authenticated", true);
                status.set("user", UserInfo.of(user));
                ArrayNode common = status.putArray("audiences");
                List<String> its = accounts.audiences(token);
                wanted.stream()
                        .filter(its.isEmpty() ? AccountTokens.ISSUER::equals : its::contains)
                        .forEach(common::add);
            } else {
                status.putObject("user");
                String why = finding instanceof Finding.Wrong wrong ? wrong.why() : "invalid bearer token";
                status.put("error", "[invalid bearer token, " + why + "]");
            }
            return status;
        });
    }
}
