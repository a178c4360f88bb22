package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.ApplyCreation;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ReplaceCreation;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.UpdatePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings writes to their entities: admission before the journal's queue can fill, the translation of resourceVersions,
 * repetition with the same command id while the deadline allows, and the wait until the result is in this JVM's
 * catalog.
 */
final class Gateway {

    /**
     * An entity that does not answer in this time is asked again: its answer may be lost, its persist may have failed.
     * When a member was lost, {@link #askAgain} does not wait for it. Shorter, it would multiply the work of a server
     * that is overloaded.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The first time: while a shard moves to another member, sharding drops a message now and then. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(2);

    /** A client is answered by then, whatever became of its write: below the time after which it counts as silence. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(28);

    /** Commands live no longer, however long the client would wait. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(30);

    private static final int RETRY_AFTER_SECONDS = 1;

    /** So often somebody else may be faster before the client is told. */
    private static final int MOST_TRIES = 5;

    private static final String LATE = "the write was not done within its time";

    /** An object that moves to another entity is there after a few messages. */
    private static final long MOVING_MILLIS = 20;

    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final Router router;
    private final NodeLeases nodeLeases;
    private final CatalogStore store;
    private final Supplier<CompletionStage<Long>> caughtUp;
    private final Clock clock;
    private final int maxInFlight;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** What entities were asked and have not answered yet. */
    private final Set<CompletableFuture<WriteReply>> unanswered = ConcurrentHashMap.newKeySet();

    private final PodPriorities priorities = new PodPriorities();
    private final CreateAdmission creates;
    private final QuotaAdmission quotas;
    private final AddressAdmission addresses;
    private final GrowingObjects growing;
    private final EvictionBudgets budgets;
    private final PodSecurityAdmission podSecurity;

    /** By namespace; a namespace without any has no entry. */
    private final ConcurrentHashMap<String, Integer> createsInFlight = new ConcurrentHashMap<>();

    /**
     * @param mountsTokens whether new Pods get the tokens of their accounts
     * @param maxInFlight writes of this JVM at a time; well below the journal's buffer, which fails persists when full
     */
    Gateway(
            Router router,
            NodeLeases nodeLeases,
            QuotaAdmission quotas,
            CatalogStore store,
            NewAccounts newAccounts,
            PodSecurityAdmission podSecurity,
            BooleanSupplier mountsTokens,
            Supplier<CompletionStage<Long>> caughtUp,
            Clock clock,
            int maxInFlight) {
        this.router = router;
        this.nodeLeases = nodeLeases;
        this.quotas = quotas;
        this.store = store;
        this.caughtUp = caughtUp;
        this.creates = new CreateAdmission(store, caughtUp, newAccounts, priorities, podSecurity, mountsTokens);
        this.addresses = new AddressAdmission(quotas, clock);
        this.growing = new GrowingObjects(quotas, clock);
        this.budgets = new EvictionBudgets(store::current, caughtUp, write -> change(write, false), clock);
        this.podSecurity = podSecurity;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
    }

    int inFlight() {
        return inFlight.get();
    }

    CompletionStage<WriteResult> write(WriteRequest request) {
        if (inFlight.incrementAndGet() > maxInFlight) {
            inFlight.decrementAndGet();
            return refused(ApiStatus.tooManyRequests(
                    "the server has " + maxInFlight + " writes in flight, please try again later",
                    RETRY_AFTER_SECONDS));
        }
        CompletionStage<WriteResult> result;
        try {
            result = request.write() instanceof ObjectWrite.Create ? countedCreate(request) : change(request, false);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        return result.handle((done, failure) -> {
                    inFlight.decrementAndGet();
                    return failure == null ? done : new WriteResult.Refused(explain(failure));
                })
                .toCompletableFuture()
                .completeOnTimeout(
                        new WriteResult.Refused(ApiStatus.timeout(LATE, RETRY_AFTER_SECONDS)),
                        LONGEST_WAIT.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * The renewal of a node's Lease needs no journal, and a database that is away must not make nodes look dead; null
     * for every other write.
     */
    CompletionStage<WriteResult> renewal(WriteRequest request) {
        Optional<StoredObject> known = store.current().get(request.kind(), request.namespace(), request.name());
        boolean same = known.isPresent()
                && (request.resourceVersion() == 0
                        || request.resourceVersion() == known.get().resourceVersion());
        CompletionStage<WriteResult> renewed = same ? nodeLeases.renew(request, known.get()) : null;
        return renewed == null ? null : renewed.exceptionally(failure -> new WriteResult.Refused(explain(failure)));
    }

    /**
     * Whether no create of this JVM can still put something into the namespace: those that come later see that it is
     * terminating.
     */
    boolean quiet(String namespace) {
        return !createsInFlight.containsKey(namespace);
    }

    private CompletionStage<WriteResult> countedCreate(WriteRequest request) {
        createsInFlight.merge(request.namespace(), 1, Integer::sum);
        CompletionStage<WriteResult> result;
        try {
            result = creates.admit(request)
                    .thenCompose(admitted -> admitted.refusal() != null
                            ? refused(admitted.refusal())
                            : create(request, admitted, meta(request))
                                    .thenApply(done ->
                                            podSecurity.warned(request, store.current(), Optional.empty(), done)));
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        return result.whenComplete((done, failure) -> createsInFlight.computeIfPresent(
                request.namespace(), (namespace, count) -> count == 1 ? null : count - 1));
    }

    private CompletionStage<WriteResult> create(
            WriteRequest request, CreateAdmission.Admitted admitted, CommandMeta meta) {
        return addresses.within(
                request,
                admitted.name(),
                admitted.create(),
                meta.deadlineMillis(),
                create -> quotas.within(
                        store.current(),
                        request,
                        admitted.name(),
                        create,
                        meta.deadlineMillis(),
                        () -> send(request, admitted.name(), admitted.known(), create, meta, FIRST_PATIENCE)));
    }

    /** @param current whether the catalog is known to hold all that was committed before the request */
    private CompletionStage<WriteResult> change(WriteRequest request, boolean current) {
        CatalogVersion version = store.current();
        Optional<StoredObject> known = version.get(request.kind(), request.namespace(), request.name());
        boolean behind = known.isEmpty()
                || request.resourceVersion() != 0 && known.get().resourceVersion() < request.resourceVersion();
        if (behind && !current) {
            return caughtUp.get().thenCompose(v -> change(request, true));
        }
        if (known.isEmpty()) {
            return make(request);
        }
        StoredObject object = known.get();
        if (request.resourceVersion() == 0
                && request.write() instanceof ObjectWrite.Replace
                && UpdatePolicy.needsVersion(request.kind())) {
            return refused(UpdatePolicy.versionMissing(request.kind(), request.name()));
        }
        if (request.resourceVersion() != 0 && object.resourceVersion() != request.resourceVersion()) {
            return refused(ApiStatus.modified(request.kind(), request.name()));
        }
        if (EntityIds.isView(object) && !EntityIds.isOfDaemonSet(object)) {
            return refused(ApiStatus.methodNotAllowed(request.kind().qualifiedResource() + " \"" + request.name()
                    + "\" follows from the control plane's history and cannot be written"));
        }
        CompletionStage<WriteResult> renewed = nodeLeases.renew(request, object);
        if (renewed != null) {
            return renewed;
        }
        ApiStatus secondDefault = priorities.secondDefault(request, version, request.name());
        if (secondDefault != null) {
            return refused(secondDefault);
        }
        if (EvictionBudgets.concerns(request)) {
            return budgets.evict(request, object, only -> sendAt(request, object, only != 0));
        }
        if (podSecurity.concernsUpdate(request, version)) {
            return secured(request, object, 1);
        }
        CompletionStage<WriteResult> result =
                GrowingObjects.concerns(request) ? grow(request, object, 1) : sendAt(request, object, false);
        return result.thenApply(done -> podSecurity.warned(request, store.current(), known, done));
    }

    /** An update of a Pod in a namespace that holds Pods to something; again when somebody was faster. */
    private CompletionStage<WriteResult> secured(WriteRequest request, StoredObject object, int tried) {
        PodSecurityAdmission.Update update = podSecurity.update(request, store.current(), object);
        if (update.refusal() != null) {
            return refused(update.refusal());
        }
        return sendAt(request, object, update.matters()).thenCompose(result -> {
            boolean faster = update.matters()
                    && result instanceof WriteResult.Refused refused
                    && refused.status().reason().equals("Conflict")
                    && request.resourceVersion() == 0
                    && tried < MOST_TRIES;
            return faster
                    ? caughtUp.get()
                            .thenCompose(version -> store.current()
                                    .get(request.kind(), request.namespace(), request.name())
                                    .map(now -> secured(request, now, tried + 1))
                                    .orElseGet(() -> refused(ApiStatus.notFound(request.kind(), request.name()))))
                    : CompletableFuture.completedFuture(result.warned(update.warnings()));
        });
    }

    private CompletionStage<WriteResult> grow(WriteRequest request, StoredObject object, int tried) {
        return growing.within(
                store.current(),
                request,
                object,
                tried,
                unchanged -> sendAt(request, object, unchanged),
                next -> caughtUp.get()
                        .thenCompose(version -> store.current()
                                .get(request.kind(), request.namespace(), request.name())
                                .map(now -> grow(request, now, next))
                                .orElseGet(() -> refused(ApiStatus.notFound(request.kind(), request.name())))));
    }

    /** @param unchanged only while the object is as the catalog has it */
    private CompletionStage<WriteResult> sendAt(WriteRequest request, StoredObject object, boolean unchanged) {
        long sequence = request.resourceVersion() == 0 && !unchanged ? 0 : object.sequenceNumber();
        ObjectWrite write = EntityWrites.withSequence(request.write(), sequence);
        return send(request, request.name(), Optional.of(object), write, meta(request), FIRST_PATIENCE);
    }

    /** There is no such object: some writes make it. Who comes second changes what the first has made. */
    private CompletionStage<WriteResult> make(WriteRequest request) {
        Outcome<ObjectWrite.Create> creation = creation(request);
        if (creation instanceof Outcome.Refused<ObjectWrite.Create> refused) {
            return refused(refused.status());
        }
        Outcome.Done<ObjectWrite.Create> done = (Outcome.Done<ObjectWrite.Create>) creation;
        return countedCreate(request.with(done.value())).thenCompose(result -> {
            if (!(result instanceof WriteResult.Refused refused)
                    || !refused.status().reason().equals("AlreadyExists")) {
                return CompletableFuture.completedFuture(result.asCreated().warned(done.warnings()));
            }
            return caughtUp.get()
                    .thenCompose(version -> store.current()
                                    .get(request.kind(), request.namespace(), request.name())
                                    .isPresent()
                            ? change(request, true)
                            : CompletableFuture.completedFuture(result));
        });
    }

    private Outcome<ObjectWrite.Create> creation(WriteRequest request) {
        if (request.write() instanceof ObjectWrite.Apply apply) {
            return ApplyCreation.of(
                    request.kind(),
                    request.namespace(),
                    request.name(),
                    apply,
                    request.resourceVersion(),
                    clock.instant());
        }
        return request.write() instanceof ObjectWrite.Replace replace
                ? ReplaceCreation.of(request.kind(), request.name(), replace, clock.instant())
                : Outcome.refused(ApiStatus.notFound(request.kind(), request.name()));
    }

    private CommandMeta meta(WriteRequest request) {
        Instant latest = clock.instant().plus(LONGEST_LIFE);
        Instant deadline = request.deadline().isBefore(latest) ? request.deadline() : latest;
        return new CommandMeta(
                UUID.randomUUID().toString(), request.caller(), request.cause(), deadline.toEpochMilli(), 0);
    }

    private CompletionStage<WriteResult> send(
            WriteRequest request,
            String name,
            Optional<StoredObject> known,
            ObjectWrite write,
            CommandMeta meta,
            Duration longest) {
        long left = meta.deadlineMillis() - clock.millis();
        if (left <= 0) {
            return refused(ApiStatus.timeout(LATE, RETRY_AFTER_SECONDS));
        }
        Duration patience = left < longest.toMillis() ? Duration.ofMillis(left) : longest;
        CompletableFuture<WriteReply> asked = Answers.plain(router.ask(
                request.kind(),
                request.namespace(),
                name,
                known,
                meta,
                write,
                request.dryRun(),
                RevisionOwners.takenNames(store.current(), request.kind(), request.namespace(), name),
                patience));
        unanswered.add(asked);
        return asked.handle((reply, failure) -> {
                    unanswered.remove(asked);
                    if (failure == null) {
                        return reply instanceof WriteReply.Moved
                                ? follow(request, meta)
                                : answer(request, name, known, reply);
                    }
                    if (cause(failure) instanceof TimeoutException) {
                        log.info("no answer for {} {}/{} yet, asking again", request.kind(), request.namespace(), name);
                        // When the journal is away it says so here, and the client learns it.
                        return caughtUp.get().thenCompose(v -> send(request, name, known, write, meta, PATIENCE));
                    }
                    return CompletableFuture.<WriteResult>failedFuture(failure);
                })
                .thenCompose(next -> next);
    }

    /**
     * A member was lost: whatever its entities were asked is gone with it, and by now they have another place. All that
     * is unanswered is asked again, as nothing tells which of it that is; who has done it already says so again.
     */
    void askAgain() {
        unanswered.forEach(asked -> asked.completeExceptionally(new TimeoutException("a member was lost")));
    }

    /** Also a refusal waits, so that the client can see what it was refused for. */
    private CompletionStage<WriteResult> answer(
            WriteRequest request, String name, Optional<StoredObject> known, WriteReply reply) {
        if (reply instanceof WriteReply.DryRun dryRun) {
            ObjectNode object = dryRun.object().tree();
            // A client that compares sees no other version than the one that its write would have changed.
            known.ifPresent(before ->
                    Json.child(object, "metadata").put("resourceVersion", Long.toString(before.resourceVersion())));
            return CompletableFuture.completedFuture(new WriteResult.DryRun(object, dryRun.warnings()));
        }
        return caughtUp.get().thenCompose(version -> {
            if (reply instanceof WriteReply.Rejected rejected) {
                return rejected.status().code()
                                        == ApiStatus.notFound(request.kind(), name)
                                                .code()
                                && moved(known)
                        ? change(request, true)
                        : refused(rejected.status());
            }
            WriteReply.Done done = (WriteReply.Done) reply;
            WriteResult result = result(request.kind(), request.namespace(), name, done);
            nodeLeases.written(request, result);
            return CompletableFuture.completedFuture(result);
        });
    }

    /** The object is on its way to another entity: asked again where the catalog shows it then. */
    private CompletionStage<WriteResult> follow(WriteRequest request, CommandMeta meta) {
        if (clock.millis() >= meta.deadlineMillis()) {
            return refused(ApiStatus.timeout(LATE, RETRY_AFTER_SECONDS));
        }
        CompletableFuture<Void> pause = new CompletableFuture<>();
        pause.completeOnTimeout(null, MOVING_MILLIS, TimeUnit.MILLISECONDS);
        return pause.thenCompose(done -> caughtUp.get()).thenCompose(version -> change(request, true));
    }

    /** Whether another entity has the object now that the asked one did not know. */
    private boolean moved(Optional<StoredObject> known) {
        return known.flatMap(object -> store.current().get(object.kind(), object.namespace(), object.name()))
                .filter(now -> now.uid().equals(known.get().uid())
                        && !now.persistenceId().equals(known.get().persistenceId()))
                .isPresent();
    }

    private WriteResult result(Kind kind, String namespace, String name, WriteReply.Done done) {
        Optional<StoredObject> now = store.current().get(kind, namespace, name);
        if (now.isPresent()
                && now.get().persistenceId().equals(done.persistenceId())
                && now.get().sequenceNumber() <= done.sequenceNumber()) {
            return new WriteResult.Stored(now.get(), done.warnings());
        }
        Change change = store.changeAsOf(kind, namespace, name, done.persistenceId(), done.sequenceNumber());
        if (change == null && now.isPresent() && !now.get().persistenceId().equals(done.persistenceId())) {
            // Another entity's Pod got the name just before; this one is hidden, and ended by the housekeeper.
            return new WriteResult.Refused(ApiStatus.alreadyExists(kind, name));
        }
        if (change == null) {
            return now.<WriteResult>map(object -> new WriteResult.Stored(object, done.warnings()))
                    .orElseGet(() -> new WriteResult.Refused(ApiStatus.notFound(kind, name)));
        }
        return change.type() == Change.Type.REMOVED
                ? new WriteResult.Removed(change.object(), done.warnings())
                : new WriteResult.Stored(change.object(), done.warnings());
    }

    private static CompletionStage<WriteResult> refused(ApiStatus status) {
        return CompletableFuture.completedFuture(new WriteResult.Refused(status));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static ApiStatus explain(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ControlPlane.Unavailable
                || cause instanceof io.everynode.controlplane.journal.JournalUnavailable) {
            return ApiStatus.unavailable(
                    "the journal cannot be reached now: " + cause.getMessage(), RETRY_AFTER_SECONDS);
        }
        if (cause instanceof TimeoutException) {
            return ApiStatus.timeout(LATE, RETRY_AFTER_SECONDS);
        }
        log.error("a write failed", cause);
        return ApiStatus.internal("the write failed");
    }
}
