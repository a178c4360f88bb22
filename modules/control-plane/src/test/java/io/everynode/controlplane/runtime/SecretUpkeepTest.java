package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.secrets.DataKeyTable;
import io.everynode.controlplane.secrets.MasterKeys;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.controlplane.secrets.TestSecrets;
import io.everynode.controlplane.secrets.WrappedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Superfluous keys are found, and keys of Secrets that this member has not seen yet are not taken for such. */
class SecretUpkeepTest {

    @TempDir
    Path directory;

    private final DataSource database = TestSecrets.database();
    private SecretKeys keys;

    @BeforeEach
    void open() throws IOException {
        Path masters = Files.writeString(directory.resolve("masters"), MasterKeys.newLine() + "\n");
        keys = SecretKeys.open(new DataKeyTable(database, false), TestSecrets.source(masters), new FormatGate());
    }

    @AfterEach
    void close() {
        keys.close();
    }

    private void makeLongAgo(String uid) {
        keys.make("Resource|" + uid, uid).toCompletableFuture().join();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE \"secret_key\" SET \"created_at\" = CURRENT_TIMESTAMP - INTERVAL '30' MINUTE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatOthersMadeWhileThisMemberStoodStillIsKept() {
        makeLongAgo("superfluous");
        new SecretUpkeep(keys, true, Duration.ZERO)
                .again(() -> CompletableFuture.supplyAsync(() -> {
                    // Its event comes after what this catalog has.
                    makeLongAgo("of another member");
                    return CatalogVersion.EMPTY;
                }));
        await().until(() -> keys.destroyedCount() == 1);
        assertThat(keys.stored(true)).extracting(WrappedKey::uid).containsExactly("of another member");
    }

    @Test
    void withoutACatalogNothingIsDestroyed() throws InterruptedException {
        makeLongAgo("living");
        CountDownLatch asked = new CountDownLatch(1);
        new SecretUpkeep(keys, true, Duration.ZERO).again(() -> {
            asked.countDown();
            return CompletableFuture.failedFuture(new JournalUnavailable("away", null));
        });
        asked.await();
        // It ends what was begun.
        keys.close();
        assertThat(keys.stored(true)).hasSize(1);
    }
}
