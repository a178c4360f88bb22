package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.NamespaceLimits;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.admission.LimitRanges;
import io.everynode.core.admission.PodAccount;
import io.everynode.core.admission.TokenVolume;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a create must pass and gets before it is sent to its entity: a name, a UID, its namespace, its ServiceAccount,
 * its priority, the LimitRanges of its namespace, what the namespace enforces of Pods. Thread-safe.
 */
final class CreateAdmission {

    /**
     * A create that may be sent, or why not.
     *
     * @param refusal null when it may be
     * @param known the object whose entity is to get it, where the kind does not say that
     */
    record Admitted(ApiStatus refusal, String name, Optional<StoredObject> known, ObjectWrite.Create create) {}

    /** Kinds of which several entities have objects, so that none of them knows all names. */
    private static final Set<Kind> SHARED_NAMES = Set.of(Kinds.POD, Kinds.CONTROLLER_REVISION);

    private final CatalogStore store;
    private final Supplier<CompletionStage<Long>> caughtUp;
    private final NewAccounts newAccounts;
    private final PodPriorities priorities;
    private final PodSecurityAdmission podSecurity;
    private final BooleanSupplier mountsTokens;
    private final NamespaceLimits limits = new NamespaceLimits();

    /** @param mountsTokens whether Pods get the tokens of their accounts */
    CreateAdmission(
            CatalogStore store,
            Supplier<CompletionStage<Long>> caughtUp,
            NewAccounts newAccounts,
            PodPriorities priorities,
            PodSecurityAdmission podSecurity,
            BooleanSupplier mountsTokens) {
        this.mountsTokens = mountsTokens;
        this.store = store;
        this.newAccounts = newAccounts;
        this.caughtUp = caughtUp;
        this.priorities = priorities;
        this.podSecurity = podSecurity;
    }

    CompletionStage<Admitted> admit(WriteRequest request) {
        ObjectWrite.Create create = (ObjectWrite.Create) request.write();
        String name = request.name();
        ObjectNode object = create.object();
        String prefix = Json.text(object, "metadata", "generateName");
        if (name.isEmpty() && prefix.isEmpty()) {
            return nameless(request, object);
        }
        if (name.isEmpty()) {
            name = GeneratedNames.of(prefix);
            object = object.deepCopy();
            Json.child(object, "metadata").put("name", name);
        }
        if (!PersistenceIds.fits(
                EntityIds.RESOURCE, request.kind().group(), request.kind().plural(), request.namespace(), name)) {
            ApiStatus wrong = ruledOut(request.kind(), object);
            return refused(
                    wrong != null
                            ? wrong
                            : ApiStatus.invalid(
                                    request.kind(),
                                    name,
                                    List.of(
                                            ApiStatus.Cause.invalid(
                                                    "metadata.name",
                                                    name,
                                                    "is too long for the journal, which takes "
                                                            + PersistenceIds.MAX_LENGTH
                                                            + " characters for kind, namespace and name, some of which count for more than one"))));
        }
        if (SHARED_NAMES.contains(request.kind())
                && store.current()
                        .get(request.kind(), request.namespace(), name)
                        .isPresent()) {
            ApiStatus wrong = ruledOut(request.kind(), object);
            return refused(wrong != null ? wrong : ApiStatus.alreadyExists(request.kind(), name));
        }
        ObjectWrite.Create named = new ObjectWrite.Create(
                object, create.uid().isEmpty() ? UUID.randomUUID().toString() : create.uid());
        String finalName = name;
        return namespaceRefusal(request, name, false)
                .thenCompose(refusal -> refusal != null ? refused(refusal) : byAccount(request, finalName, named));
    }

    /** Without a name there is no entity to decide; the rules name this and whatever else is wrong. */
    private CompletionStage<Admitted> nameless(WriteRequest request, ObjectNode object) {
        return namespaceRefusal(request, "", false)
                .thenCompose(refusal -> refused(refusal != null ? refusal : ruledOut(request.kind(), object)));
    }

    /** Why the rules of the kind refuse the object; null when they do not. */
    private static ApiStatus ruledOut(Kind kind, ObjectNode object) {
        return ObjectRules.create(kind, object, new WriteContext(Instant.EPOCH, "", ""))
                        instanceof Outcome.Refused<ObjectNode> refused
                ? refused.status()
                : null;
    }

    /**
     * Looks for a Pod's account once more with all that is committed; the account that a new namespace gets is also
     * waited for a little, as upstream does.
     */
    private CompletionStage<Admitted> byAccount(WriteRequest request, String name, ObjectWrite.Create create) {
        if (!request.kind().equals(Kinds.POD)) {
            return byPriority(request, name, create);
        }
        String account = PodAccount.nameOf(create.object());
        if (account.isEmpty() || account(request, account) != null) {
            return byKnownAccount(request, name, account, create);
        }
        return caughtUp.get()
                .thenCompose(version -> account.equals(PodAccount.DEFAULT) && account(request, account) == null
                        ? newAccounts.arrival(request.namespace(), () -> account(request, account) != null)
                        : CompletableFuture.completedFuture(null))
                .thenCompose(done -> byKnownAccount(request, name, account, create));
    }

    private JsonNode account(WriteRequest request, String account) {
        return store.current()
                .get(Kinds.SERVICE_ACCOUNT, request.namespace(), account)
                .<JsonNode>map(StoredObject::tree)
                .orElse(null);
    }

    private CompletionStage<Admitted> byKnownAccount(
            WriteRequest request, String name, String account, ObjectWrite.Create create) {
        ObjectNode object = create.object().deepCopy();
        String tokenVolume = mountsTokens.getAsBoolean() ? TokenVolume.nameFor(create.uid()) : "";
        String refusal =
                new PodAccount(request.namespace(), account, account(request, account), tokenVolume).admit(object);
        // Upstream asks before the name is made up.
        String called = request.name().isEmpty() ? Json.text(object, "metadata", "generateName") : name;
        return refusal.isEmpty()
                ? byPriority(request, name, new ObjectWrite.Create(object, create.uid()))
                : refused(ApiStatus.forbidden(Kinds.POD, called, refusal));
    }

    /** Once more with all that is committed when the Pod's class is not known here. */
    private CompletionStage<Admitted> byPriority(WriteRequest request, String name, ObjectWrite.Create create) {
        return priorities.unknownClass(request, store.current())
                ? caughtUp.get().thenCompose(version -> byKnownPriority(request, name, create))
                : byKnownPriority(request, name, create);
    }

    private CompletionStage<Admitted> byKnownPriority(WriteRequest request, String name, ObjectWrite.Create create) {
        CatalogVersion version = store.current();
        ObjectNode object = request.kind().equals(Kinds.POD) ? create.object().deepCopy() : create.object();
        ApiStatus refusal = priorities.admit(request, version, name, object);
        if (refusal == null) {
            refusal = withinLimits(request, version, name, object);
        }
        if (refusal == null) {
            refusal = podSecurity.refusal(request, version, name, object);
        }
        if (refusal == null) {
            refusal = priorities.secondDefault(request, version, name);
        }
        return refusal != null
                ? refused(refusal)
                : CompletableFuture.completedFuture(new Admitted(
                        null,
                        name,
                        RevisionOwners.of(version, request.kind(), request.namespace(), object),
                        new ObjectWrite.Create(object, create.uid())));
    }

    /** Null when the namespace's LimitRanges let it pass. @param object is changed when it is a Pod */
    private ApiStatus withinLimits(WriteRequest request, CatalogVersion version, String name, ObjectNode object) {
        boolean pod = request.kind().equals(Kinds.POD);
        if (!pod && !request.kind().plural().equals("persistentvolumeclaims")) {
            return null;
        }
        LimitRanges ranges = limits.of(version, request.namespace());
        String why = pod ? ranges.admitPod(object) : ranges.admitClaim(object);
        return why.isEmpty() ? null : ApiStatus.forbidden(request.kind(), name, why);
    }

    /**
     * Null when objects may be created in the namespace. A namespace this JVM has not heard of is looked for once more
     * with all that is committed.
     */
    private CompletionStage<ApiStatus> namespaceRefusal(WriteRequest request, String name, boolean current) {
        if (!request.kind().namespaced()) {
            return CompletableFuture.completedFuture(null);
        }
        String namespace = request.namespace();
        Optional<StoredObject> found = store.current().get(Kinds.NAMESPACE, "", namespace);
        if (found.isEmpty()) {
            return current
                    ? CompletableFuture.completedFuture(ApiStatus.notFound(Kinds.NAMESPACE, namespace))
                    : caughtUp.get().thenCompose(v -> namespaceRefusal(request, name, true));
        }
        if (Json.at(found.get().tree(), "metadata").has("deletionTimestamp")) {
            ApiStatus forbidden = ApiStatus.forbidden(
                    request.kind(),
                    name,
                    "unable to create new content in namespace " + namespace + " because it is being terminated");
            ApiStatus.Details about = forbidden.details();
            return CompletableFuture.completedFuture(new ApiStatus(
                    forbidden.code(),
                    forbidden.reason(),
                    forbidden.message(),
                    new ApiStatus.Details(
                            about.name(),
                            about.group(),
                            about.kind(),
                            "",
                            List.of(new ApiStatus.Cause(
                                    "NamespaceTerminating",
                                    "namespace " + namespace + " is being terminated",
                                    "metadata.namespace")),
                            0)));
        }
        return CompletableFuture.completedFuture(null);
    }

    private static CompletionStage<Admitted> refused(ApiStatus status) {
        return CompletableFuture.completedFuture(new Admitted(status, "", Optional.empty(), null));
    }
}
