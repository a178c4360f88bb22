package io.everynode.controlplane.journal;

/**
 * One event as the journal holds it. The payload is not copied: it belongs to the row and must not be changed.
 *
 * @param ordering its place in the one order of all events; the resourceVersion
 * @param persistenceId the entity that wrote it, see {@link PersistenceIds}
 * @param sequenceNumber its number among the events of that entity, from 1
 * @param writtenAtMillis when the entity handed it to the journal, by the clock of its JVM, in milliseconds since 1970
 * @param serializerId Pekko's id of the serializer
 * @param manifest the serializer's name for the event's form
 * @param payload the event's bytes
 */
public record JournalRow(
        long ordering,
        String persistenceId,
        long sequenceNumber,
        long writtenAtMillis,
        int serializerId,
        String manifest,
        byte[] payload) {
    @Override
    public String toString() {
        return "JournalRow[" + ordering + " " + persistenceId + " " + sequenceNumber + " " + manifest + " "
                + payload.length + " bytes]";
    }
}
