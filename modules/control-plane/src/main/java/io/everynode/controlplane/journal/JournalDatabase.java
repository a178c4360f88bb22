package io.everynode.controlplane.journal;

import com.typesafe.config.Config;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.pattern.ValidatePattern;

/**
 * The opened database of the journal, with our schema in it, and a small pool of connections for readers. Pekko's
 * plugin writes through a pool of its own, which {@link #pluginConfig} describes; with H2 both share one database in
 * this JVM because they use the same URL. Open this first, start the actors, end the actors, then close this. Safe for
 * use by several threads.
 */
public final class JournalDatabase implements AutoCloseable {
    /** The advisory lock that every writer of the journal on PostgreSQL holds until its transaction ends. */
    public static final long JOURNAL_LOCK = MemberFence.JOURNAL_LOCK;

    /** Our own name for Flyway's table, so that it is not mistaken for another application's in the same schema. */
    static final String SCHEMA_HISTORY = "everynode_schema_history";

    /**
     * Of the tables of members. Apart, as JVMs of an earlier version refuse a newer history of the journal's tables.
     */
    private static final String MEMBER_SCHEMA_HISTORY = "everynode_member_schema_history";

    /** The tail, two replays for old watches, and one for all else. */
    private static final int READER_CONNECTIONS = 4;

    /** A reader that gets no connection fails soon, as a client waits for it. */
    private static final long CONNECTION_TIMEOUT_MILLIS = 3_000;

    /** A pooled connection that does not answer for so long is given up; well below the time above. */
    private static final long VALIDATION_TIMEOUT_MILLIS = 1_000;

    private final DatabaseSettings settings;
    private final String member;
    private final HikariDataSource pool;

    private JournalDatabase(DatabaseSettings settings, String member, HikariDataSource pool) {
        this.settings = settings;
        this.member = member;
        this.pool = pool;
    }

    /**
     * Opens the database and brings its schema up to date. Several JVMs may do so at once.
     *
     * @param member the id of this member of the cluster, new for each start of a JVM (see {@link MemberFence}): 1 to
     *     50 letters, digits and any of {@code . _ : @ -}
     * @throws DatabaseUnavailable if that is not possible, also if the schema is newer than this program or foreign
     */
    public static JournalDatabase open(DatabaseSettings settings, String member) {
        String url = JdbcUrls.forJournal(settings, member);
        HikariDataSource pool = null;
        // The pool would try for a second before it says why it cannot connect. This connection stays open until the
        // pool has one, as H2 closes the database behind the last.
        try (Connection first = DriverManager.getConnection(url, settings.user(), settings.password())) {
            refuseWithoutRights(settings, first);
            pool = new HikariDataSource(pool(settings, url));
            migrate(settings, pool);
            return new JournalDatabase(settings, member, pool);
        } catch (SQLException | RuntimeException failure) {
            if (pool != null) {
                pool.close();
            }
            throw failure instanceof DatabaseUnavailable explained
                    ? explained
                    : DatabaseErrors.explain(settings, failure);
        }
    }

    private static HikariConfig pool(DatabaseSettings settings, String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("everynode-reader");
        config.setDriverClassName(settings.kind().driver);
        config.setJdbcUrl(url);
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(READER_CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setValidationTimeout(VALIDATION_TIMEOUT_MILLIS);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    /** Flyway would try for ten seconds, in case another JVM is at it. */
    private static void refuseWithoutRights(DatabaseSettings settings, Connection connection) throws SQLException {
        if (settings.kind() != DatabaseSettings.Kind.POSTGRES) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT to_regclass('" + SCHEMA_HISTORY + "') IS NOT NULL"
                        + " OR coalesce(has_schema_privilege(current_schema(), 'CREATE'), FALSE)")) {
            found.next();
            if (!found.getBoolean(1)) {
                throw new DatabaseUnavailable(
                        "user \"" + settings.user() + "\" may not create tables in database " + settings.place(), null);
            }
        }
    }

    private static void migrate(DatabaseSettings settings, DataSource pool) {
        Flyway flyway = Flyway.configure(JournalDatabase.class.getClassLoader())
                .dataSource(pool)
                .table(SCHEMA_HISTORY)
                .locations("classpath:io/everynode/journal/"
                        + (settings.kind() == DatabaseSettings.Kind.H2 ? "h2" : "postgres"))
                // By default migrations of a newer program are passed over in silence.
                .ignoreMigrationPatterns(new ValidatePattern[0])
                .load();
        refuseNewer(settings, flyway.info());
        flyway.migrate();
        if (settings.kind() == DatabaseSettings.Kind.POSTGRES) {
            Flyway.configure(JournalDatabase.class.getClassLoader())
                    .dataSource(pool)
                    .table(MEMBER_SCHEMA_HISTORY)
                    .locations("classpath:io/everynode/membership/postgres")
                    // The schema has tables, the journal's, when this history begins.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        }
    }

    private static void refuseNewer(DatabaseSettings settings, MigrationInfoService info) {
        Optional<MigrationVersion> newer = Arrays.stream(info.applied())
                .filter(m -> m.getState() == MigrationState.FUTURE_SUCCESS)
                .map(MigrationInfo::getVersion)
                .max(MigrationVersion::compareTo);
        if (newer.isPresent()) {
            String known = Arrays.stream(info.all())
                    .filter(m -> m.getState() != MigrationState.FUTURE_SUCCESS)
                    .map(m -> m.getVersion().getVersion())
                    .reduce("none", (first, second) -> second);
            throw new DatabaseUnavailable(
                    "database " + settings.place() + " has schema version " + newer.get()
                            + " but this program knows up to " + known + "; start a newer program",
                    null);
        }
    }

    /**
     * What Pekko needs to write to this database: URL, driver, user, password, and one transaction at a time. Put it in
     * front of the application's configuration, which includes everynode-journal.conf for all else.
     */
    public Config pluginConfig() {
        return pluginConfig(settings, member);
    }

    /** The same for a database that is yet to be opened with these settings for this member. */
    public static Config pluginConfig(DatabaseSettings settings, String member) {
        return JournalPlugin.config(settings, JdbcUrls.forPlugin(settings, member));
    }

    /** A reader of the journal; many may be used at a time. */
    public JournalReader reader() {
        return new SqlJournalReader(pool);
    }

    /** The journal as the audit reads it. */
    public AuditRows auditRows() {
        return new AuditRows(pool);
    }

    /** The means to shut dead members out; only on PostgreSQL, as H2 has one member. */
    public Optional<MemberFence> fence() {
        return settings.kind() == DatabaseSettings.Kind.POSTGRES
                ? Optional.of(new MemberFence(pool, member))
                : Optional.empty();
    }

    /** Whether several JVMs may share this database. */
    public boolean shared() {
        return settings.kind() == DatabaseSettings.Kind.POSTGRES;
    }

    /** A new connection outside of the pools, for one thread that must never wait for the others. */
    public Connection session() throws SQLException {
        return DriverManager.getConnection(JdbcUrls.forJournal(settings, member), settings.user(), settings.password());
    }

    /** The pool for readers, for other tables of the same database. */
    public DataSource dataSource() {
        return pool;
    }

    /** Closes the pool. H2 closes and compacts its file once the plugin's pool is closed as well. */
    @Override
    public void close() {
        pool.close();
    }
}
