package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills Secrets of the type {@value #TYPE} with a token of the account that they name, and deletes those of accounts
 * that are gone (pkg/controller/serviceaccount/tokens_controller.go). Each server does it as changes come; who is later
 * finds the Secret changed and leaves it. After a start, and when it has fallen behind, it looks at all. Thread-safe.
 */
final class AccountSecrets implements AutoCloseable {

    static final String TYPE = "kubernetes.io/service-account-token";
    static final String ACCOUNT = "kubernetes.io/service-account.name";
    static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

    /** What gives the authority that goes into them. */
    interface Authority {
        String pem() throws PkiException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AccountSecrets.class);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final ControlPlane controlPlane;
    private final AccountTokens tokens;
    private final Authority authority;
    private final InstantSource clock;
    private final Map<Kind, WatchCursor> cursors = new ConcurrentHashMap<>();
    private volatile boolean closed;

    AccountSecrets(ControlPlane controlPlane, AccountTokens tokens, Authority authority, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.tokens = tokens;
        this.authority = authority;
        this.clock = clock;
    }

    /** Begins as soon as the control plane answers. */
    void start() {
        begin(Kinds.SECRET);
        begin(Kinds.SERVICE_ACCOUNT);
    }

    private void begin(Kind kind) {
        if (closed) {
            return;
        }
        if (controlPlane.notServing().isPresent()) {
            LATER.execute(() -> begin(kind));
            return;
        }
        controlPlane.currentCatalog().whenComplete((catalog, failure) -> {
            Optional<WatchCursor> changes = failure != null
                    ? Optional.empty()
                    : controlPlane.watch(WatchSelection.all(kind), catalog.resourceVersion());
            if (changes.isEmpty()) {
                LATER.execute(() -> begin(kind));
                return;
            }
            // Accounts that went while nobody looked are found by the Secrets that name them.
            catalog.list(Kinds.SECRET, "").forEach(this::consider);
            cursors.put(kind, changes.get());
            if (closed) {
                changes.get().close();
                return;
            }
            next(kind, changes.get());
        });
    }

    private void next(Kind kind, WatchCursor from) {
        from.next().whenCompleteAsync((changes, failure) -> {
            if (failure != null) {
                from.close();
                LATER.execute(() -> begin(kind));
                return;
            }
            if (closed || changes.isEmpty()) {
                return;
            }
            for (Change change : changes) {
                boolean removed = change.type() == Change.Type.REMOVED;
                if (kind.equals(Kinds.SECRET) && !removed) {
                    consider(change.object());
                } else if (kind.equals(Kinds.SERVICE_ACCOUNT) && removed) {
                    controlPlane
                            .catalog()
                            .list(Kinds.SECRET, change.object().namespace())
                            .forEach(this::consider);
                }
            }
            next(kind, from);
        });
    }

    @Override
    public void close() {
        closed = true;
        cursors.values().forEach(WatchCursor::close);
    }

    private void consider(StoredObject object) {
        try {
            ObjectNode secret = object.tree();
            if (!Json.text(secret, "type").equals(TYPE) || object.terminating()) {
                return;
            }
            Optional<StoredObject> account = account(secret, object.namespace(), controlPlane.catalog());
            if (account.isEmpty()) {
                write(
                        object,
                        new ObjectWrite.Delete(
                                new Precondition(object.uid(), 0), null, ObjectWrite.Propagation.DEFAULT));
            } else if (fill(secret, object, account.get())) {
                Json.child(secret, "metadata").remove("resourceVersion");
                write(object, new ObjectWrite.Replace("", secret, new Precondition(object.uid(), 0)));
            }
        } catch (PkiException | RuntimeException e) {
            LOG.error("the Secret {}/{} was not looked at", object.namespace(), object.name(), e);
        }
    }

    private static Optional<StoredObject> account(ObjectNode secret, String namespace, Catalog catalog) {
        String uid = Json.text(secret, "metadata", "annotations", ACCOUNT_UID);
        return catalog.get(Kinds.SERVICE_ACCOUNT, namespace, Json.text(secret, "metadata", "annotations", ACCOUNT))
                .filter(account -> uid.isEmpty() || uid.equals(account.uid()));
    }

    /** Whether anything was missing. */
    private boolean fill(ObjectNode secret, StoredObject object, StoredObject account) throws PkiException {
        ObjectNode before = secret.deepCopy();
        ObjectNode data = Json.child(secret, "data");
        data.put("ca.crt", encoded(authority.pem()));
        if (Json.text(data, "namespace").isEmpty()) {
            data.put("namespace", encoded(object.namespace()));
        }
        if (Json.text(data, "token").isEmpty()) {
            data.put("token", encoded(tokens.ofSecret(account, object.name())));
        }
        Json.child(Json.child(secret, "metadata"), "annotations").put(ACCOUNT_UID, account.uid());
        return !secret.equals(before);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(StoredObject object, ObjectWrite write) {
        WriteRequest request = new WriteRequest(
                Kinds.SECRET,
                object.namespace(),
                object.name(),
                write,
                object.resourceVersion(),
                false,
                Caller.controller("tokens-controller"),
                "journal " + object.resourceVersion(),
                clock.instant().plus(DEADLINE));
        controlPlane.write(request).whenComplete((result, failure) -> {
            int code = result instanceof WriteResult.Refused refused
                    ? refused.status().code()
                    : 0;
            if (failure == null && (code == 0 || code == 404 || code == 409)) {
                // Another server was faster, or its change is on its way here.
                return;
            }
            boolean passing = failure != null || code == 429 || code >= 500;
            LOG.warn(
                    "the Secret {}/{} was not written{}",
                    object.namespace(),
                    object.name(),
                    passing ? ", again soon" : "");
            if (passing && !closed) {
                LATER.execute(() -> controlPlane
                        .catalog()
                        .get(Kinds.SECRET, object.namespace(), object.name())
                        .ifPresent(this::consider));
            }
        });
    }
}
