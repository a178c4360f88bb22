package io.everynode.controlplane.checkpoint;

import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * What a checkpoint is of.
 *
 * @param ordering up to which the journal is in it; no persist is open there
 * @param persistenceId of the row with that ordering
 * @param sequenceNumber of that row
 * @param digest of what stands in that row
 * @param rows how many rows the journal had up to there
 * @param changes how many changes of objects they made
 */
public record CheckpointHeader(
        long ordering, String persistenceId, long sequenceNumber, String digest, long rows, long changes) {

    /** What a fold of the whole journal begins with. */
    public static final CheckpointHeader NOTHING = new CheckpointHeader(0, "", 0, "", 0, 0);

    static CheckpointHeader of(JournalRow last, long rows, long changes) {
        return new CheckpointHeader(
                last.ordering(), last.persistenceId(), last.sequenceNumber(), digest(last), rows, changes);
    }

    private static String digest(JournalRow row) {
        MessageDigest digest = ProgramFingerprint.sha256();
        digest.update((row.manifest() + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(row.payload()));
    }

    /**
     * Whether the journal has the very row that this ends with. If not, it is another database's, or the database has
     * been restored to what it was before.
     *
     * @throws io.everynode.controlplane.journal.JournalUnavailable if the journal cannot be read now
     */
    boolean isOf(JournalReader journal) {
        List<JournalRow> found = journal.after(ordering - 1, 1);
        return !found.isEmpty() && of(found.get(0), rows, changes).equals(this);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(ordering);
        out.writeUTF(persistenceId);
        out.writeLong(sequenceNumber);
        out.writeUTF(digest);
        out.writeLong(rows);
        out.writeLong(changes);
    }

    static CheckpointHeader read(DataInputStream in) throws IOException {
        return new CheckpointHeader(
                in.readLong(), in.readUTF(), in.readLong(), in.readUTF(), in.readLong(), in.readLong());
    }
}
