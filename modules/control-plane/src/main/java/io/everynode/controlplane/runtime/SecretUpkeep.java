package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.controlplane.secrets.WrappedKey;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the keys of Secrets destroyed that are removed: of each as soon as this JVM's catalog knows it, and at the start
 * of those that a crash left behind. Every member does so, as it costs nothing to do it twice.
 */
final class SecretUpkeep {

    private static final Logger log = LoggerFactory.getLogger(SecretUpkeep.class);

    /** Longer than any key may wait for the event it was made for, which is a minute at the most. */
    private static final Duration SETTLED = Duration.ofMinutes(15);

    private final SecretKeys keys;
    private final boolean shared;
    private final Duration settled;
    private List<WrappedKey> stored = List.of();

    /** @param shared whether other members make keys, too */
    SecretUpkeep(SecretKeys keys, boolean shared) {
        this(keys, shared, SETTLED);
    }

    SecretUpkeep(SecretKeys keys, boolean shared, Duration settled) {
        this.keys = keys;
        this.shared = shared;
        this.settled = settled;
    }

    /** On the catalog's thread. */
    void published(List<Change> changes) {
        for (Change change : changes) {
            if (change.object().kind().equals(Kinds.SECRET) && change.type() == Change.Type.REMOVED) {
                keys.removed(change.object().uid());
            }
        }
    }

    /** Before the catalog is waited for: what is stored now belongs to objects that it will have, or is left behind. */
    void begin() {
        try {
            stored = keys.stored(shared);
        } catch (JournalUnavailable away) {
            log.warn("Keys of Secrets that a crash left behind stay until the next start: {}", away.getMessage());
        }
    }

    /** Once the catalog has everything that was committed before {@link #begin}. */
    void caughtUp(CatalogVersion version) {
        destroyOthers(version);
        tellLost(version);
        try {
            if (!shared) {
                keys.rewrap();
            }
        } catch (JournalUnavailable away) {
            log.warn("Keys of Secrets stay under their master key until the next start: {}", away.getMessage());
        }
    }

    private void destroyOthers(Catalog version) {
        Set<String> living = new HashSet<>();
        for (StoredObject secret : version.list(Kinds.SECRET, "")) {
            living.add(secret.uid());
        }
        try {
            keys.destroyAllBut(living, stored);
        } catch (JournalUnavailable away) {
            log.warn("Keys of Secrets that a crash left behind stay until the next start: {}", away.getMessage());
        }
        stored = List.of();
    }

    /**
     * In a cluster keys that were new at the start, and whose Secrets never came, are looked for once more.
     *
     * @param caughtUp a catalog that has everything that was committed before it was asked for: this JVM may have stood
     *     still since, while others made Secrets, whose keys must not be taken for superfluous ones
     */
    void again(Supplier<CompletionStage<Catalog>> caughtUp) {
        if (shared) {
            keys.after(settled, () -> {
                begin();
                caughtUp.get()
                        .whenComplete(
                                (catalog, failure) -> keys.after(Duration.ZERO, () -> caughtUp(catalog, failure)));
            });
        }
    }

    private void caughtUp(Catalog catalog, Throwable failure) {
        if (failure == null) {
            destroyOthers(catalog);
        } else {
            log.warn("Keys of Secrets that a crash left behind stay until the next start: {}", failure.getMessage());
        }
    }

    private static void tellLost(CatalogVersion version) {
        for (StoredObject secret : version.list(Kinds.SECRET, "")) {
            if (keyIsLost(secret)) {
                log.error(
                        "The data of Secret {}/{} cannot be read: its key is not in the database",
                        secret.namespace(),
                        secret.name());
            }
        }
    }

    static boolean keyIsLost(StoredObject secret) {
        return secret.tree().path("metadata").path("annotations").has(ResourceEvent.Sealed.MARK);
    }
}
