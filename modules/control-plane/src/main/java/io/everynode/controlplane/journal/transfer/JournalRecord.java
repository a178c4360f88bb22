package io.everynode.controlplane.journal.transfer;

/**
 * A row of the journal with every column that pekko-persistence-jdbc keeps. Arrays belong to the record and must not be
 * changed.
 *
 * @param ordering its place in the one order of all events; the resourceVersion
 * @param persistenceId the entity that wrote it
 * @param sequenceNumber its number among the events of that entity, from 1
 * @param deleted the plugin's mark on the last event of an entity whose events were all deleted
 * @param writer the plugin's id of the actor that wrote it
 * @param writtenAtMillis by the clock of its JVM, in milliseconds since 1970
 * @param adapterManifest the plugin's, "" as nothing here uses one
 * @param serializerId Pekko's id of the serializer
 * @param manifest the serializer's name for the event's form
 * @param payload the event's bytes
 * @param metadata the plugin's, null as nothing here uses it
 */
public record JournalRecord(
        long ordering,
        String persistenceId,
        long sequenceNumber,
        boolean deleted,
        String writer,
        long writtenAtMillis,
        String adapterManifest,
        int serializerId,
        String manifest,
        byte[] payload,
        Metadata metadata) {

    /** What the plugin keeps beside an event. */
    public record Metadata(int serializerId, String manifest, byte[] payload) {}

    @Override
    public String toString() {
        return "JournalRecord[" + ordering + " " + persistenceId + " " + sequenceNumber + " " + manifest + "]";
    }
}
