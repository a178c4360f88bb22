package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.checkpoint.Checkpoints;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.membership.ClusterSettings;
import io.everynode.controlplane.membership.MemberTls;
import io.everynode.controlplane.membership.Membership;
import io.everynode.controlplane.membership.PekkoSettings;
import io.everynode.controlplane.secrets.DataKeyTable;
import io.everynode.controlplane.secrets.MasterKeySource;
import io.everynode.controlplane.secrets.OpeningReader;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.controlplane.secrets.SecretsUnavailable;
import io.everynode.core.authorization.AccessRules;
import io.everynode.objects.ApiStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane of one JVM from its first moment to its last. The actor system is there at once, so that an API
 * server can be bound before the database is touched; everything else is {@link ControlPlane.Unavailable} until
 * {@link #open} has returned, and passes to the {@link ControlPlaneServer} from then on. Thread-safe.
 */
public final class ControlPlaneStart implements ControlPlane, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlaneStart.class);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int RETRY_AFTER_SECONDS = 1;

    private final DatabaseSettings settings;
    private final String member;
    private final Config config;
    private final MasterKeySource masterKeys;
    private final Checkpoints checkpoints;
    private final Optional<MemberTls> tls;
    private final ActorSystem<Void> system;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private volatile String apiAddress = "";
    private volatile Optional<Supplier<String>> authority = Optional.empty();
    private volatile Consumer<AuditedViolation> audited = violation -> {};
    private volatile String waitingFor = "the database is not open yet";

    /** While it starts, to be closed; guarded by this object. */
    private ControlPlaneServer starting;

    /** Once it serves. */
    private volatile ControlPlaneServer server;

    private volatile boolean closed;

    private ControlPlaneStart(
            DatabaseSettings settings,
            String member,
            Config config,
            MasterKeySource masterKeys,
            Checkpoints checkpoints,
            Optional<MemberTls> tls,
            ActorSystem<Void> system) {
        this.settings = settings;
        this.member = member;
        this.config = config;
        this.masterKeys = masterKeys;
        this.checkpoints = checkpoints;
        this.tls = tls;
        this.system = system;
    }

    /**
     * Makes the actor system, which listens for other members; touches no database.
     *
     * @param config everynode-control-plane.conf with what the operator laid over it
     * @param dataDir for H2's file, and for checkpoints; null for none
     * @throws com.typesafe.config.ConfigException if a setting is wrong
     */
    public static ControlPlaneStart begin(Config config, Path dataDir) {
        return begin(config, dataDir, Optional.empty());
    }

    /** @param tls between members; empty for what the settings say */
    public static ControlPlaneStart begin(Config config, Path dataDir, Optional<MemberTls> tls) {
        DatabaseSettings settings = DatabaseSettings.from(config.getConfig("everynode.database"), dataDir);
        ClusterSettings membership = ClusterSettings.from(config.getConfig("everynode.cluster"));
        String member = UUID.randomUUID().toString();
        // The plugin's connection follows from the database settings alone.
        Config all = JournalDatabase.pluginConfig(settings, member)
                .withFallback(tls.map(PekkoSettings::through).orElse(ConfigFactory.empty()))
                .withFallback(PekkoSettings.of(membership, member, config))
                .withFallback(config)
                .withFallback(ConfigFactory.defaultReference(ControlPlaneServer.class.getClassLoader()))
                .resolve();
        // The newest checkpoint is read while the actor system and the database come up.
        Checkpoints checkpoints = Checkpoints.of(all.getConfig("everynode.control-plane"), dataDir);
        MasterKeySource masterKeys = MasterKeySource.of(all.getConfig("everynode.secrets"), dataDir);
        return new ControlPlaneStart(
                settings,
                member,
                all,
                masterKeys,
                checkpoints,
                tls,
                ActorSystem.create(Behaviors.empty(), PekkoSettings.SYSTEM, setup(all, tls)));
    }

    private static ActorSystemSetup setup(Config config, Optional<MemberTls> tls) {
        List<Setup> setups = new ArrayList<>(List.of(BootstrapSetup.create(config)));
        tls.map(MemberTls::setup).ifPresent(setups::add);
        return ActorSystemSetup.create(setups.toArray(Setup[]::new));
    }

    /** The actor system, for an API server beside it. */
    public ActorSystem<Void> system() {
        return system;
    }

    /**
     * Opens the database, reads the journal and joins the cluster; blocks until done. A PostgreSQL that is away is
     * waited for, and so are other members, for as long as it takes.
     *
     * @param news is told in one line what is waited for, whenever that changes
     * @return the control plane that everything passes to from now on
     * @throws DatabaseUnavailable with one line for people when the database cannot be opened as it is set up; whatever
     *     is thrown, everything is closed before
     * @throws SecretsUnavailable the same when the master keys of Secrets are missing or wrong
     */
    public ControlPlaneServer open(Consumer<String> news) {
        ControlPlaneServer opened = null;
        try {
            JournalDatabase database = openDatabase(news);
            FormatGate gate = new FormatGate();
            SecretKeys secrets = openSecrets(database, gate);
            Checkpoints.Start first = firstCatalog(database, secrets);
            synchronized (this) {
                refuseClosed(database);
                Membership membership = new Membership(
                        system, database, ClusterSettings.from(config.getConfig("everynode.cluster")), member);
                membership.lost().thenAccept(lost::complete);
                membership.serves(apiAddress);
                starting = new ControlPlaneServer(
                        database,
                        config,
                        system,
                        watchExecutor(),
                        membership,
                        checkpoints,
                        first,
                        gate,
                        secrets,
                        authority);
                starting.tellAudited(audited);
                opened = starting;
            }
            opened.begin(this::waitFor);
            server = opened;
            return opened;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while starting", e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Tells other members and operators, through the database, where clients reach this JVM; before {@link #open}. */
    public void serves(String address) {
        apiAddress = address;
    }

    /**
     * Has Pods mount tokens of their accounts, and what they need to know the API's servers; before {@link #open}.
     * Without this they get neither, as a token is not to be sent to whom nobody knows.
     *
     * @param certificates of the authorities, in PEM; asked now and then, may block for a moment, never throws
     */
    public void showsPods(Supplier<String> certificates) {
        authority = Optional.of(certificates);
    }

    /** As {@link ControlPlaneServer#lost}, also while it starts. */
    public CompletionStage<String> lost() {
        return lost;
    }

    private static ExecutorService watchExecutor() {
        return Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "everynode-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    private void refuseClosed(JournalDatabase database) {
        if (closed) {
            database.close();
            throw new IllegalStateException("closed while starting");
        }
    }

    private JournalDatabase openDatabase(Consumer<String> news) throws InterruptedException {
        String told = "";
        while (true) {
            try {
                return JournalDatabase.open(settings, member);
            } catch (DatabaseUnavailable away) {
                if (closed || !away.passing()) {
                    throw away;
                }
                // Anybody who asks is told; the log says which database, and why.
                waitFor(away.inShort());
                if (!told.equals(away.getMessage())) {
                    told = away.getMessage();
                    log.warn("Waiting for the database: {}", told);
                    news.accept(told);
                }
                Thread.sleep(DATABASE_RETRY.toMillis());
            }
        }
    }

    /** Asks until the database answers; without the right master keys there is no start. */
    private SecretKeys openSecrets(JournalDatabase database, FormatGate gate) throws InterruptedException {
        try {
            while (true) {
                try {
                    DataKeyTable table = new DataKeyTable(database.dataSource(), database.shared());
                    return SecretKeys.open(table, masterKeys, gate);
                } catch (JournalUnavailable away) {
                    if (closed) {
                        throw new IllegalStateException("closed while starting", away);
                    }
                    waitFor("the journal cannot be read");
                    Thread.sleep(DATABASE_RETRY.toMillis());
                }
            }
        } catch (RuntimeException | InterruptedException e) {
            database.close();
            throw e;
        }
    }

    /** Asks until the journal answers; what is not of this journal is not begun with. */
    private Checkpoints.Start firstCatalog(JournalDatabase database, SecretKeys secrets) throws InterruptedException {
        String told = "";
        while (true) {
            try {
                return checkpoints.start(new OpeningReader(database.reader(), secrets));
            } catch (JournalUnavailable away) {
                refuseClosed(database);
                if (!told.equals(away.getMessage())) {
                    told = away.getMessage();
                    log.warn("Waiting for the journal: {}", told);
                }
                waitFor("the journal cannot be read");
                Thread.sleep(DATABASE_RETRY.toMillis());
            }
        }
    }

    private void waitFor(String what) {
        waitingFor = what;
    }

    private String why() {
        if (closed) {
            return "the server is stopping";
        }
        // Members of another authority wait for each other for ever.
        String refused = tls.flatMap(MemberTls::refused).map(why -> "; " + why).orElse("");
        return "the server is starting: " + waitingFor + refused;
    }

    /** The control plane, once it serves. */
    private ControlPlaneServer serving() {
        ControlPlaneServer now = server;
        if (now == null) {
            throw new Unavailable(why());
        }
        return now;
    }

    @Override
    public Optional<String> notServing() {
        ControlPlaneServer now = server;
        return now == null ? Optional.of(why()) : now.notServing();
    }

    @Override
    public Optional<String> notReady() {
        ControlPlaneServer now = server;
        return now == null ? Optional.of(why()) : now.notReady();
    }

    @Override
    public CompletionStage<WriteResult> write(WriteRequest request) {
        ControlPlaneServer now = server;
        return now == null
                ? CompletableFuture.completedFuture(
                        new WriteResult.Refused(ApiStatus.unavailable(why(), RETRY_AFTER_SECONDS)))
                : now.write(request);
    }

    @Override
    public Catalog catalog() {
        return serving().catalog();
    }

    @Override
    public AccessRules accessRules() {
        return serving().accessRules();
    }

    @Override
    public CompletionStage<Catalog> currentCatalog() {
        return serving().currentCatalog();
    }

    @Override
    public List<String> renewLeases(List<String> nodes, Instant at) {
        return serving().renewLeases(nodes, at);
    }

    @Override
    public CompletionStage<StoredObject> withSoftState(StoredObject object) {
        return serving().withSoftState(object);
    }

    @Override
    public void hold(Catalog version) {
        serving().hold(version);
    }

    @Override
    public Optional<Catalog> held(long resourceVersion) {
        return serving().held(resourceVersion);
    }

    @Override
    public CompletionStage<Void> remembered(long resourceVersion) {
        return serving().remembered(resourceVersion);
    }

    @Override
    public Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        return serving().watch(selection, afterVersion);
    }

    @Override
    public void tellAudited(Consumer<AuditedViolation> listener) {
        audited = listener;
    }

    @Override
    public AuditCursor audit(AuditQuery query) {
        return serving().audit(query);
    }

    @Override
    public CompletionStage<ClusterView> cluster() {
        return serving().cluster();
    }

    /** Ends whatever has been started. Blocks until done. */
    @Override
    public void close() {
        ControlPlaneServer begun;
        synchronized (this) {
            closed = true;
            begun = starting;
        }
        if (begun != null) {
            begun.close();
            return;
        }
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the actors did not end within {}", STOP_PATIENCE);
        }
    }
}
