package io.everynode.controlplane.logs;

import io.everynode.objects.Outcome;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Where the logs of some nodes' containers can be read. They are in no journal: a log is asked for on its node, or made
 * up for a node that does not exist. Thread-safe; nothing blocks.
 */
public interface ContainerLogs {

    /** Whether the logs of this node's containers are here. */
    boolean serves(ContainerLogRequest request);

    /** Whether there are processes behind these logs that one could connect to (exec, attach, port-forward). */
    default boolean hasProcesses() {
        return true;
    }

    /**
     * The log's bytes, made or fetched as they are taken (back-pressure), or a refusal. To be run at most once; a
     * source that is never run costs nothing lasting. Completes exceptionally only for defects of this program.
     */
    CompletionStage<Outcome<Source<ByteString, NotUsed>>> read(ContainerLogRequest request);
}
