package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.controlplane.audit.AuditTrail;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.AccessRulesFeed;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.FleetFeed;
import io.everynode.controlplane.catalog.NodeFeed;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.checkpoint.CheckpointWriter;
import io.everynode.controlplane.checkpoint.Checkpoints;
import io.everynode.controlplane.checkpoint.PastLoader;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.DaemonSetEntity;
import io.everynode.controlplane.entity.EntityServices;
import io.everynode.controlplane.entity.KeepersHere;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.entity.QuotaKeeper;
import io.everynode.controlplane.entity.ResourceEntity;
import io.everynode.controlplane.entity.TemplateEntity;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventFormats;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalTail;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.journal.TailHealth;
import io.everynode.controlplane.journal.TailSettings;
import io.everynode.controlplane.membership.Membership;
import io.everynode.controlplane.secrets.OpeningReader;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.core.authorization.AccessRules;
import io.everynode.core.authorization.AuthorizationMode;
import io.everynode.core.daemonset.PlannerSettings;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import io.everynode.objects.ApiStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.persistence.Persistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JVM's control plane: the database, the actor system as a member of the cluster, the journal's tail, the catalog
 * and the entities. Start it, use it as {@link ControlPlane}, close it.
 */
public final class ControlPlaneServer implements ControlPlane, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlaneServer.class);

    /** Between two attempts of what a start needs while the database is away. */
    private static final Duration START_RETRY = Duration.ofMillis(500);

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final JournalDatabase database;
    private final ActorSystem<Void> system;
    private final ExecutorService watchExecutor;
    private final CatalogStore store;
    private final CheckpointWriter checkpoints;
    private final AuditTrail audit;
    private final PastLoader past;
    private final CatalogSink sink;
    private final AccessRulesFeed accessRules = new AccessRulesFeed();
    private final AuthorizationMode authorization;
    private final SecretKeys secrets;
    private final SecretUpkeep secretUpkeep;
    private final JournalTail tail;
    private final Gateway gateway;
    private final NodeLeases nodeLeases;
    private final NamespaceAgreement agreement;
    private final ClusterLife cluster;
    private final EntityServices services;
    private volatile boolean closing;
    private volatile Consumer<AuditedViolation> audited = violation -> {};
    private final ClusterStatus status;
    private final Membership membership;

    ControlPlaneServer(
            JournalDatabase database,
            Config config,
            ActorSystem<Void> system,
            ExecutorService watchExecutor,
            Membership membership,
            Checkpoints checkpoints,
            Checkpoints.Start first,
            FormatGate gate,
            SecretKeys secrets,
            Optional<Supplier<String>> authority) {
        this.membership = membership;
        this.secrets = secrets;
        JournalReader journal = new OpeningReader(database.reader(), secrets);
        this.database = database;
        this.system = system;
        this.watchExecutor = watchExecutor;
        Config limits = config.getConfig("everynode.control-plane");
        Clock clock = Clock.systemUTC();
        this.store = new CatalogStore(first.state().version(), limits.getInt("changes-held"), watchExecutor);
        this.audit = new AuditTrail(
                database.auditRows(), store::changeAt, row -> journal.event(row).event());
        this.past = new PastLoader(checkpoints, first.header(), journal, store);
        this.checkpoints = new CheckpointWriter(checkpoints, first.header(), database.reader());
        FleetFeed fleetFeed = new FleetFeed();
        SchedulerFeed schedulerFeed = new SchedulerFeed();
        HousekeepingFeed housekeepingFeed = new HousekeepingFeed();
        LifecycleFeed lifecycleFeed = new LifecycleFeed();
        NodeFeed nodeFeed = new NodeFeed();
        NewAccounts newAccounts = new NewAccounts();
        this.authorization = AuthorizationMode.of(config.getString(AuthorizationMode.SETTING));
        PodSecurityDefaults podSecurity = PodSecuritySettings.from(config);
        Duties duties = new Duties(limits, this::quiet, accessRules, secrets, authority);
        this.secretUpkeep = new SecretUpkeep(secrets, database.shared());
        EventFormats events = EventFormats.of(system.classicSystem());
        this.sink = new CatalogSink(
                first.state(),
                row -> secrets.opened(events.read(row.manifest(), row.payload())),
                store,
                this.checkpoints,
                (version, changes) -> {
                    accessRules.published(version, changes);
                    fleetFeed.publish(changes);
                    housekeepingFeed.published(version, changes);
                    lifecycleFeed.published(version, changes);
                    nodeFeed.published(version, changes);
                    newAccounts.published(version, changes);
                    duties.published(version, changes);
                    secretUpkeep.published(changes);
                },
                touched -> {
                    fleetFeed.touched(touched);
                    schedulerFeed.touched(touched);
                });
        this.tail = new JournalTail(
                journal,
                row -> EventCodec.following(row.payload()),
                sink,
                first.header().ordering(),
                TailSettings.from(config.getConfig("everynode.journal.tail")));
        events.install(gate);
        this.cluster = new ClusterLife(system, gate, tail::hint);
        BooleanSupplier mountsTokens = () -> authority.isPresent() && cluster.allHave(RootAuthorityDuty.ROLE);
        this.services = new EntityServices(clock, gate, secrets, cluster::journalGrew);
        CatalogAccess access = new CatalogAccess(store::current, this::caughtUp, fleetFeed);
        PlannerSettings planner =
                new PlannerSettings(limits.getInt("daemonset-window"), limits.getDuration("daemonset-status-interval"));
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(NodeEntity.KEY, c -> NodeEntity.create(c.getEntityId(), services))
                .withStopMessage(NodeEntity.Stop.INSTANCE));
        sharding.init(Entity.of(PodEntity.KEY, c -> PodEntity.create(c.getEntityId(), services))
                .withStopMessage(PodEntity.Stop.INSTANCE));
        sharding.init(Entity.of(ResourceEntity.KEY, c -> ResourceEntity.create(c.getEntityId(), services))
                .withStopMessage(ResourceEntity.Stop.INSTANCE));
        sharding.init(Entity.of(TemplateEntity.KEY, c -> TemplateEntity.create(c.getEntityId(), services))
                .withStopMessage(TemplateEntity.Stop.INSTANCE));
        sharding.init(Entity.of(
                        DaemonSetEntity.KEY,
                        c -> DaemonSetEntity.create(
                                c.getEntityId(), services, access, planner, podSecurity, mountsTokens))
                .withStopMessage(DaemonSetEntity.Stop.INSTANCE));
        LifecycleSettings lifecycle = lifecycle(config.getConfig("everynode.lifecycle"));
        KeepersHere keepers = new KeepersHere();
        sharding.init(Entity.of(
                LeaseKeeper.KEY,
                c -> LeaseKeeper.create(c.getEntityId(), lifecycle, access, nodeFeed, keepers, clock)));
        this.nodeLeases = new NodeLeases(sharding, keepers, store::current, clock);
        sharding.init(Entity.of(QuotaKeeper.KEY, c -> QuotaKeeper.create(c.getEntityId(), access, clock)));
        this.gateway = new Gateway(
                new Router(sharding),
                nodeLeases,
                new QuotaAdmission(sharding, clock),
                store,
                newAccounts,
                new PodSecurityAdmission(podSecurity, clock, violation -> audited.accept(violation)),
                mountsTokens,
                this::caughtUp,
                clock,
                limits.getInt("max-writes-in-flight"));
        this.status = new ClusterStatus(system, config, store::current, this::notReady, tail::barrier);
        this.agreement = new NamespaceAgreement(system, store::current, gateway::quiet, cluster::lastGone, clock);
        cluster.singleton("node-lifecycle", NodeLifecycleActor.create(this, access, lifecycleFeed, lifecycle, clock));
        cluster.singleton("scheduler", SchedulerActor.create(this, access, schedulerFeed, clock));
        cluster.singleton("housekeeper", HousekeeperActor.create(access, housekeepingFeed, clock));
        duties.start(cluster, this, access, clock);
    }

    @Override
    public void tellAudited(Consumer<AuditedViolation> listener) {
        audited = listener;
    }

    private boolean quiet(StoredObject namespace) {
        return agreement.test(namespace);
    }

    private static LifecycleSettings lifecycle(Config config) {
        return new LifecycleSettings(
                config.getDuration("grace-period"),
                config.getDuration("startup-grace-period"),
                config.getDouble("eviction-rate"),
                config.getDouble("secondary-eviction-rate"),
                config.getDouble("unhealthy-zone-threshold"),
                config.getInt("large-cluster-size"));
    }

    /**
     * Opens the database and joins the cluster. Returns once this JVM's catalog has everything that was committed
     * before and writes are possible; blocks until then. {@link ControlPlaneStart} does the same step by step.
     *
     * @param config everynode-control-plane.conf with what the operator laid over it
     * @param dataDir for H2's file, and for checkpoints; null for none
     * @throws io.everynode.controlplane.journal.DatabaseUnavailable with one line for people when the database cannot
     *     be opened
     */
    public static ControlPlaneServer start(Config config, Path dataDir) {
        return ControlPlaneStart.begin(config, dataDir).open(waiting -> {});
    }

    /**
     * Reads the journal, joins and makes what every cluster has; blocks until done, however long the database or the
     * other members are away.
     *
     * @param waitingFor is told what it waits for
     */
    void begin(Consumer<String> waitingFor) throws InterruptedException {
        long began = System.nanoTime();
        tail.start();
        // Loads the plugin and opens its connections while the journal is read; the first write would wait for it.
        Persistence.get(system);
        recoverNothing();
        membership.announce();
        boolean alone = database.fence().isEmpty();
        if (alone) {
            // Nobody could give this JVM entities before its catalog can follow them.
            membership.join();
        }
        waitingFor.accept("the journal is being read");
        awaitCatalog(waitingFor);
        log.info(
                "catalog at resourceVersion {} with {} nodes after {} ms",
                store.current().resourceVersion(),
                store.current().nodes().size(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        if (!alone) {
            membership.join();
        }
        waitingFor.accept("this member has not joined the cluster yet");
        awaitJoined();
        secretUpkeep.begin();
        // What was committed while it joined, by members that did not know of it.
        awaitCatalog(waitingFor);
        secretUpkeep.caughtUp(store.current());
        cluster.keepAwake(store::current, gateway::askAgain);
        waitingFor.accept("the objects that every cluster has are being made");
        while (!SystemObjects.ensure(this, Clock.systemUTC())) {
            Thread.sleep(START_RETRY.toMillis());
        }
        DefaultAccess defaults = new DefaultAccess(this, Clock.systemUTC());
        while (authorization == AuthorizationMode.RBAC && !defaults.ensure()) {
            Thread.sleep(START_RETRY.toMillis());
        }
        waitingFor.accept("no write has been decided yet");
        while (!SystemObjects.writesAreDecided(this, Clock.systemUTC())) {
            Thread.sleep(START_RETRY.toMillis());
        }
        log.info("writes are decided after {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        secretUpkeep.again(this::currentCatalog);
        past.start();
    }

    /**
     * Has an entity without events recovered, which loads what that takes: the first shard that moves here would wait
     * for it, for seconds on a machine that is busy.
     */
    private void recoverNothing() {
        system.systemActorOf(TemplateEntity.create("none", services), "recovers-nothing", Props.empty())
                .tell(TemplateEntity.Stop.INSTANCE);
    }

    /** Waits for a barrier; one that fails is tried again unless the tail has ended, which no waiting mends. */
    private void awaitCatalog(Consumer<String> waitingFor) throws InterruptedException {
        while (true) {
            try {
                caughtUp().toCompletableFuture().get();
                return;
            } catch (ExecutionException e) {
                Throwable cause = Gateway.cause(e.getCause());
                if (!(cause instanceof JournalUnavailable away)
                        || tail.health().state().isEnd()) {
                    throw cause instanceof RuntimeException defect ? defect : new IllegalStateException(cause);
                }
                waitingFor.accept("journal: " + away.getMessage());
                Thread.sleep(START_RETRY.toMillis());
            }
        }
    }

    /** @throws IllegalStateException if the actor system ends instead */
    private void awaitJoined() throws InterruptedException {
        CompletionStage<Void> joined = cluster.joined();
        CompletableFuture<Object> either = CompletableFuture.anyOf(
                joined.toCompletableFuture(), system.getWhenTerminated().toCompletableFuture());
        try {
            either.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the actor system broke down", e);
        }
        if (!joined.toCompletableFuture().isDone()) {
            throw new IllegalStateException("the actor system has ended before this member joined the cluster");
        }
    }

    /** Completes with a reason when this JVM is shut out of the cluster: it must end at once, with no more answers. */
    public CompletionStage<String> lost() {
        return membership.lost();
    }

    /** The actor system, for an API server beside it. */
    public ActorSystem<Void> system() {
        return system;
    }

    /** For metrics and tests. */
    public SecretKeys secrets() {
        return secrets;
    }

    /** For metrics and tests. */
    public CatalogVersion catalogVersion() {
        return store.current();
    }

    /** While the database is known to be away nobody waits for it; the tail tries by itself. */
    private CompletionStage<Long> caughtUp() {
        TailHealth health = tail.health();
        if (health.state() == TailHealth.State.UNAVAILABLE) {
            return CompletableFuture.failedFuture(new JournalUnavailable(health.message(), null));
        }
        return tail.barrier().thenApplyAsync(version -> version, watchExecutor);
    }

    @Override
    public CompletionStage<WriteResult> write(WriteRequest request) {
        Optional<String> stop = closing ? notServing() : cluster.refusal();
        if (stop.isPresent()) {
            return CompletableFuture.completedFuture(
                    new WriteResult.Refused(ApiStatus.unavailable(stop.get(), RETRY_AFTER_SECONDS)));
        }
        TailHealth health = tail.health();
        if (!health.ready()) {
            CompletionStage<WriteResult> renewal = gateway.renewal(request);
            if (renewal != null) {
                return renewal;
            }
            return CompletableFuture.completedFuture(new WriteResult.Refused(
                    ApiStatus.unavailable("the journal cannot be reached now: " + health.message(), 1)));
        }
        return gateway.write(request);
    }

    @Override
    public List<String> renewLeases(List<String> nodes, Instant at) {
        return closing || cluster.refusal().isPresent() ? nodes : nodeLeases.renew(nodes, at);
    }

    @Override
    public Catalog catalog() {
        return store.current();
    }

    @Override
    public AccessRules accessRules() {
        return accessRules.current(store.current());
    }

    @Override
    public CompletionStage<Catalog> currentCatalog() {
        Optional<String> stop = cluster.refusal();
        if (stop.isPresent()) {
            return CompletableFuture.failedFuture(new Unavailable(stop.get()));
        }
        return caughtUp().handle((version, failure) -> {
            if (failure != null) {
                Throwable cause = Gateway.cause(failure);
                throw cause instanceof JournalUnavailable
                        ? new Unavailable("the journal cannot be reached now: " + cause.getMessage())
                        : new IllegalStateException(cause);
            }
            return store.current();
        });
    }

    @Override
    public CompletionStage<StoredObject> withSoftState(StoredObject object) {
        return nodeLeases.newest(object);
    }

    @Override
    public void hold(Catalog version) {
        store.hold(version);
    }

    @Override
    public Optional<Catalog> held(long resourceVersion) {
        return store.held(resourceVersion).or(() -> store.past(resourceVersion));
    }

    @Override
    public CompletionStage<Void> remembered(long resourceVersion) {
        return store.pastAfter(resourceVersion);
    }

    @Override
    public Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        return store.watch(selection, afterVersion);
    }

    @Override
    public Optional<String> notReady() {
        if (closing) {
            return notServing();
        }
        TailHealth health = tail.health();
        if (!health.ready()) {
            return Optional.of("journal: " + health.message());
        }
        return cluster.notReady();
    }

    @Override
    public AuditCursor audit(AuditQuery query) {
        return audit.open(query);
    }

    @Override
    public CompletionStage<ClusterView> cluster() {
        return status.view();
    }

    @Override
    public Optional<String> notServing() {
        return closing ? Optional.of("the server is stopping") : Optional.empty();
    }

    /** Leaves the cluster, ends the actors, then closes the database. Blocks until done. */
    @Override
    public void close() {
        closing = true;
        membership.leave();
        cluster.leave();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            membership.left();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the actors did not end within {}", STOP_PATIENCE);
        }
        membership.close();
        past.close();
        audit.close();
        tail.close();
        if (tail.ended()) {
            sink.checkpointAtEnd();
        }
        checkpoints.close();
        watchExecutor.shutdownNow();
        secrets.close();
        database.close();
    }
}
