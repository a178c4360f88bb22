package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.record.Claim;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.RunRecord;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The record of a run as text, to look into when something broke: a line for each request and each event. */
final class RecordFiles {

    private RecordFiles() {}

    static void write(RunRecord record, Path directory) throws IOException {
        Files.createDirectories(directory);
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(directory.resolve("requests.txt")))) {
            record.ops().stream().sorted(Comparator.comparingLong(Op::start)).forEach(out::println);
        }
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(directory.resolve("leaders.txt")))) {
            record.claims().stream()
                    .sorted(Comparator.comparingLong(Claim::from))
                    .forEach(out::println);
        }
        int number = 0;
        for (Stretch stretch : record.stretches()) {
            String name = String.format("%03d %s.txt", ++number, stretch.watcher());
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(directory.resolve(name)))) {
                out.println("listed at " + stretch.from());
                for (Snapshot object : stretch.listed()) {
                    out.println(object);
                }
                for (Seen seen : stretch.events()) {
                    out.println(seen);
                }
                out.println("through " + stretch.through());
            }
        }
    }
}
