package io.everynode.nodes.agent.docker;

import io.everynode.nodes.agent.plan.ContainerFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;

/**
 * What a container has left as its termination message (kubernetes/pkg/kubelet/kuberuntime,
 * readLastStringFromContainerLogs).
 */
final class LastWords {

    /** A kubelet takes no more. */
    private static final int BYTES = 4096;

    private static final int LOG_LINES = 80;
    private static final int LOG_BYTES = 2048;

    interface Log {
        String tail(String id, int lines, int bytes);
    }

    private final BiFunction<String, String, Path> file;
    private final Log log;

    LastWords(BiFunction<String, String, Path> file, Log log) {
        this.file = file;
        this.log = log;
    }

    /** @param policy FallbackToLogsOnError, or anything else for the file alone */
    String of(ContainerFacts ended, String policy) {
        Path written = file.apply(ended.podUid(), ended.name() + "/" + ended.attempt());
        try (InputStream in = Files.newInputStream(written)) {
            String text = new String(in.readNBytes(BYTES), StandardCharsets.UTF_8);
            if (!text.isEmpty()) {
                return text;
            }
        } catch (IOException none) {
            // A container that was never started, or whose Pod's directory is gone, has left none.
            return "";
        }
        boolean fallBack = policy.equals("FallbackToLogsOnError") && ended.exitCode() != 0;
        return fallBack ? log.tail(ended.id(), LOG_LINES, LOG_BYTES) : "";
    }
}
