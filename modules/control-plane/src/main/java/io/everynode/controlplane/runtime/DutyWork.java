package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is done of a {@link Duty} and when: the actor and the simulator carry out its writes. Mutable soft state of one
 * start; without clock and I/O.
 */
public final class DutyWork<K> {

    /** Writes under way at a time: enough for the journal's batches, and few beside those of clients. */
    static final int MAX_WRITES = 200;

    /** Writes of one key, to be made in any order; then it is {@link DutyWork#done}. */
    public record Batch<K>(K key, List<WriteRequest> writes) {}

    private final Duty<K> duty;
    private final WorkQueue<K> queue = new WorkQueue<>();
    private int underWay;

    public DutyWork(Duty<K> duty) {
        this.duty = duty;
    }

    /** To be called first, with a catalog that has all that was committed before the call that asked for it. */
    public void begin(CatalogVersion version) {
        duty.everything(version).forEach(queue::add);
    }

    /** These keys are worth a look. */
    public void concerned(Collection<K> keys) {
        keys.forEach(queue::add);
    }

    /** What is to be written now; to be called after each of the others, and at {@link #nextDue}. */
    public List<Batch<K>> work(CatalogVersion version, Instant now) {
        List<Batch<K>> batches = new ArrayList<>();
        K key = null;
        while (underWay < MAX_WRITES && (key = queue.start(now)) != null) {
            Duty.Todo todo = duty.decide(version, key, now);
            if (todo.lookAgain() != null) {
                queue.addAt(key, now.plus(todo.lookAgain()));
            }
            if (todo.writes().isEmpty()) {
                queue.done(key, false, now);
            } else {
                underWay += todo.writes().size();
                batches.add(new Batch<>(key, todo.writes()));
            }
        }
        return batches;
    }

    /** All writes of a batch were answered, or will not be. @param refused whether one of them was not done */
    public void done(Batch<K> batch, boolean refused, Instant now) {
        // After a restart of the actor, writes of before it end here, too.
        underWay = Math.max(0, underWay - batch.writes().size());
        queue.done(batch.key(), refused, now);
    }

    /**
     * Whether a write was not done, so that its key has to come again. A new Event is a note for people and not
     * insisted on; what is created by somebody else is there.
     *
     * @param refusal null when the write was done; any status when it was not answered
     */
    public static boolean isRefused(WriteRequest write, ApiStatus refusal) {
        if (refusal == null || !(write.write() instanceof ObjectWrite.Create)) {
            return refusal != null;
        }
        return !write.kind().equals(Kinds.EVENT) && !refusal.reason().equals("AlreadyExists");
    }

    /** Writes that are not answered yet. */
    public int underWay() {
        return underWay;
    }

    /** When the next key comes by itself; null when none does. */
    public Instant nextDue() {
        return queue.nextDue();
    }
}
