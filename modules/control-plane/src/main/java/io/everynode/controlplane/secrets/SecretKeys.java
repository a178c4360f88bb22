package io.everynode.controlplane.secrets;

import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals what is secret before it goes into the journal and opens what comes from there. Each object has a key of its
 * own, in a table beside the journal and under a master key; it is stored before the first event that needs it, kept in
 * memory while the object is there, and destroyed once it is known that the object was removed. Thread-safe.
 */
public final class SecretKeys implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SecretKeys.class);

    private static final int ID_BYTES = 16;

    /** Keys that are known to be gone, so that each is asked for once while history is read. */
    private static final int GONE_REMEMBERED = 10_000;

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final DataKeyTable table;
    private final MasterKeySource source;
    private final FormatGate gate;
    private final ScheduledExecutorService worker;
    private final Map<String, DataKey> byId = new ConcurrentHashMap<>();
    private final Map<String, DataKey> byUid = new ConcurrentHashMap<>();
    private final Map<String, Boolean> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > GONE_REMEMBERED;
        }
    };
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong destroyed = new AtomicLong();
    private volatile MasterKeys masters;

    private SecretKeys(DataKeyTable table, MasterKeySource source, MasterKeys masters, FormatGate gate) {
        this.table = table;
        this.source = source;
        this.masters = masters;
        this.gate = gate;
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2, task -> {
            Thread thread = new Thread(task, "everynode-secret-keys");
            thread.setDaemon(true);
            return thread;
        });
        // An end waits for what runs, and not for what is to come in minutes.
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.worker = threads;
    }

    /**
     * Reads the master keys, makes the first one where nothing was ever encrypted and no key is named, and compares
     * them with those of the journal.
     *
     * @param gate whether sealed events may be written; until then objects are stored as versions before this one did
     * @throws SecretsUnavailable when they are not there or not those of this journal
     * @throws JournalUnavailable when the database fails
     */
    public static SecretKeys open(DataKeyTable table, MasterKeySource source, FormatGate gate) {
        table.create();
        Map<String, String> used = table.masters();
        if (used.isEmpty()) {
            source.makeFirst();
        }
        MasterKeys masters = source.read();
        if (!used.containsKey(masters.first())) {
            if (!used.isEmpty() && used.keySet().stream().noneMatch(masters::has)) {
                throw foreign(source, used.keySet());
            }
            table.use(masters.first(), masters.proof(), used.isEmpty());
            // Another member may have noted another one at the same time.
            used = table.masters();
        }
        refuseForeign(table, source, masters, used);
        return new SecretKeys(table, source, masters, gate);
    }

    private static void refuseForeign(
            DataKeyTable table, MasterKeySource source, MasterKeys masters, Map<String, String> used) {
        if (!masters.ids().containsAll(used.keySet())) {
            throw foreign(source, used.keySet());
        }
        used.forEach((id, proof) -> {
            if (!proof.isEmpty() && !masters.proves(id, proof)) {
                throw other(source, id);
            }
        });
        for (WrappedKey sample : table.samples()) {
            try {
                masters.unwrap(sample);
            } catch (IllegalStateException notThat) {
                throw other(source, sample.master());
            }
        }
    }

    private static SecretsUnavailable foreign(MasterKeySource source, Collection<String> used) {
        return new SecretsUnavailable(
                "the Secrets of this journal are encrypted with the master keys " + String.join(", ", used)
                        + ", of which " + source.place() + " lacks at least one; all members need the same"
                        + " (everynode.secrets.key-file)",
                null);
    }

    private static SecretsUnavailable other(MasterKeySource source, String id) {
        return new SecretsUnavailable(
                "the master key " + id + " from " + source.place()
                        + " is not the one that the Secrets of this journal are encrypted with",
                null);
    }

    /** Whether objects of this kind are to be sealed now. */
    public boolean seals(Kind kind) {
        return SealedObjects.concerns(kind) && gate.mayWrite(SealedObjects.FORMAT);
    }

    /** The key of an object, if this JVM has it. */
    public DataKey known(String uid) {
        return byUid.get(uid);
    }

    /**
     * Makes a key for an object and stores it.
     *
     * @param object the entity's persistence id
     * @return fails with {@link JournalUnavailable} when the database does
     */
    public CompletionStage<DataKey> make(String object, String uid) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        DataKey key = new DataKey(
                                HexFormat.of().formatHex(AesGcm.random(ID_BYTES)),
                                uid,
                                AesGcm.key(AesGcm.random(AesGcm.KEY_BYTES)));
                        table.insert(masters.wrap(key, object));
                        made.incrementAndGet();
                        return key;
                    },
                    worker);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(new JournalUnavailable("the server is stopping", closed));
        }
    }

    public ResourceEvent.Sealed seal(JsonBytes object, DataKey key) {
        keep(key);
        return SealedObjects.seal(object, key);
    }

    /** The same event, opened if it is sealed and its key is still there. May block on the database. */
    public Recorded<? extends Event> opened(Recorded<? extends Event> recorded) {
        return recorded.event() instanceof ResourceEvent.Sealed sealed
                ? new Recorded<>(recorded.meta(), opened(sealed))
                : recorded;
    }

    /**
     * What it was before it was sealed, or itself when its key is gone. May block on the database.
     *
     * @throws JournalUnavailable when the database fails, or the master key is not there yet
     * @throws IllegalStateException when it was changed
     */
    public ResourceEvent.Present opened(ResourceEvent.Sealed sealed) {
        DataKey key = byId.get(sealed.key());
        if (key == null) {
            load(Set.of(sealed.key()));
            key = byId.get(sealed.key());
        }
        return key == null ? sealed : SealedObjects.open(sealed, key);
    }

    /** Has these keys in memory, or knows that they are gone. Blocks on the database if it must ask for some. */
    public void load(Collection<String> ids) {
        Set<String> missing = new HashSet<>();
        synchronized (gone) {
            for (String id : ids) {
                if (!byId.containsKey(id) && !gone.containsKey(id)) {
                    missing.add(id);
                }
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        for (WrappedKey wrapped : table.find(missing)) {
            missing.remove(wrapped.id());
            keep(unwrap(wrapped));
        }
        synchronized (gone) {
            missing.forEach(id -> gone.put(id, true));
        }
    }

    private void keep(DataKey key) {
        if (byId.putIfAbsent(key.id(), key) == null) {
            byUid.put(key.uid(), key);
        }
    }

    /** A member with a newer master key may have begun to use it: then it is looked for where ours came from. */
    private DataKey unwrap(WrappedKey wrapped) {
        if (!masters.has(wrapped.master())) {
            try {
                masters = source.read();
            } catch (SecretsUnavailable unreadable) {
                throw new JournalUnavailable(unreadable.getMessage(), unreadable);
            }
            if (!masters.has(wrapped.master())) {
                throw new JournalUnavailable(
                        "a Secret is encrypted with the master key " + wrapped.master() + ", which " + source.place()
                                + " lacks",
                        null);
            }
        }
        return masters.unwrap(wrapped);
    }

    /** An object was removed for good: its keys are destroyed in the background, however long that takes. */
    public void removed(String uid) {
        DataKey key = byUid.remove(uid);
        if (key != null) {
            byId.values().removeIf(one -> one.uid().equals(uid));
            destroy(uid);
        }
    }

    private void destroy(String uid) {
        later(Duration.ZERO, () -> {
            try {
                destroyed.addAndGet(table.destroy(uid));
            } catch (JournalUnavailable away) {
                log.warn("The key of a removed Secret (uid {}) is still there: {}", uid, away.getMessage());
                later(RETRY, () -> destroy(uid));
            }
        });
    }

    private void later(Duration delay, Runnable task) {
        try {
            worker.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("Stopping; the next start does it");
        }
    }

    /**
     * The keys that are there now, for {@link #destroyAllBut}.
     *
     * @param settled only those that are older than any write that is under way
     */
    public List<WrappedKey> stored(boolean settled) {
        return table.all(settled);
    }

    /** Destroys those of objects that are not there any more: a crash came before, or the object was never made. */
    public void destroyAllBut(Set<String> living, List<WrappedKey> stored) {
        int count = 0;
        for (WrappedKey key : stored) {
            if (!living.contains(key.uid())) {
                count += table.destroy(key.uid());
            }
        }
        destroyed.addAndGet(count);
        if (count > 0) {
            log.info("{} keys of Secrets that are gone were destroyed", count);
        }
    }

    /** Puts all keys under the first master key; how many were under another. Blocks. */
    public int rewrap() {
        int count = 0;
        for (WrappedKey key : table.all(false)) {
            if (!key.master().equals(masters.first())) {
                table.rewrap(key, masters.wrap(unwrap(key), key.object()));
                count++;
            }
        }
        for (String id : table.masters().keySet()) {
            if (!id.equals(masters.first())) {
                table.disuse(id);
            }
        }
        if (count > 0) {
            log.info("{} keys of Secrets are now under the master key {}", count, masters.first());
        }
        return count;
    }

    /** Runs a task on this object's threads after a time, unless it is closed before. */
    public void after(Duration delay, Runnable task) {
        later(delay, task);
    }

    /** Keys in memory: of objects that are there. */
    public int held() {
        return byId.size();
    }

    /** Keys that this JVM has made. */
    public long madeCount() {
        return made.get();
    }

    /** Keys that this JVM has destroyed. */
    public long destroyedCount() {
        return destroyed.get();
    }

    /** The master key that encrypts. */
    public String master() {
        return masters.first();
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            // What was removed just before the end is destroyed, as a rule; what is left, the next start destroys.
            worker.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
    }
}
