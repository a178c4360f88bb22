package io.everynode.loadtest.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.report.Costs;
import io.everynode.objects.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What phases cost, as far as it can be measured here. For one thread. */
final class CostMeter {

    private final ApiClient api;
    private final String list;
    private final ProcessMeter processes;
    private final JournalMeter journal;

    /** When a phase began. */
    private long version;

    private long journalLast;
    private double serverCpu;
    private double driverCpu;

    /**
     * @param list path of a list whose version tells how many changes there were
     * @param processes null when they are not known
     * @param journal null when it cannot be read
     */
    CostMeter(ApiClient api, String list, ProcessMeter processes, JournalMeter journal) {
        this.api = api;
        this.list = list + "?limit=1";
        this.processes = processes;
        this.journal = journal;
    }

    /** Returns when the server has changed nothing for so long, or at the latest after {@code most}. */
    void awaitQuiet(Duration quiet, Duration most) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        long before;
        do {
            before = changes();
            TimeUnit.NANOSECONDS.sleep(quiet.toNanos());
        } while (changes() != before && System.nanoTime() < end);
    }

    /** Grows with each change: of objects, and of the journal where that can be read, as not every row is told of. */
    private long changes() throws IOException, InterruptedException {
        return version() + journalEnd();
    }

    private long journalEnd() throws IOException {
        return journal == null ? 0 : journal.last();
    }

    /** Processor time is read last, and first in {@link #end}: what is asked here is not the phase's. */
    void begin() throws IOException, InterruptedException {
        version = version();
        journalLast = journalEnd();
        if (processes != null) {
            processes.takePeakMiB();
            serverCpu = processes.cpuSeconds();
        }
        driverCpu = driverCpu();
    }

    Costs end() throws IOException, InterruptedException {
        double driver = driverCpu() - driverCpu;
        Double server = processes == null ? null : processes.cpuSeconds() - serverCpu;
        Double peak = processes == null ? null : processes.takePeakMiB();
        JournalMeter.Rows rows = journal == null ? null : journal.since(journalLast);
        long grown = version() - version;
        return new Costs(
                server, peak, driver, grown, rows == null ? null : rows.number(), rows == null ? null : rows.bytes());
    }

    private long version() throws IOException, InterruptedException {
        JsonNode page = api.get(list);
        return Long.parseLong(Json.text(page, "metadata", "resourceVersion"));
    }

    private static double driverCpu() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1000.0;
    }
}
