package io.everynode.loadtest.report;

/**
 * What a phase cost. Null stands for what was not measured.
 *
 * @param serverCpuSeconds processor time of the server's processes
 * @param serverPeakMiB the most memory they were seen to have
 * @param driverCpuSeconds processor time of this process, which plays the nodes and reads the watches
 * @param revisions by how much the API's resourceVersion has grown: of Everynode, rows of the journal
 * @param journalRows rows that were read in the journal itself
 * @param journalBytes their payload
 */
public record Costs(
        Double serverCpuSeconds,
        Double serverPeakMiB,
        Double driverCpuSeconds,
        Long revisions,
        Long journalRows,
        Long journalBytes) {

    public static final Costs UNKNOWN = new Costs(null, null, null, null, null, null);
}
