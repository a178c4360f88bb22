package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cluster supervise}: the process behind {@code cluster up}; ends with {@code down} or SIGTERM. */
@Command(
        name = "supervise",
        description = "As up, but in this process, until down or SIGTERM.",
        mixinStandardHelpOptions = true)
final class SuperviseCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(SuperviseCommand.class);

    @ParentCommand
    private ClusterCommand parent;

    @Mixin
    private UpOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = parent.directory();
        LocalCluster cluster = options.plan(spec, directory).start();
        Files.writeString(directory.resolve("pid"), ProcessHandle.current().pid() + "\n");
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(cluster), "end cluster"));
        ControlSocket.serve(directory, new Ears(cluster, ended));
        log.info("supervising {} members in {}", options.members(), directory);
        ended.await();
        Files.deleteIfExists(directory.resolve("pid"));
        return 0;
    }

    private record Ears(LocalCluster cluster, CountDownLatch ended) implements ControlSocket.Listener {

        private static final String DOWN = "down";

        @Override
        public void hear(List<String> words, Consumer<String> told) throws Exception {
            if (words.get(0).equals(DOWN)) {
                close(cluster);
            } else {
                new ControlWords(cluster).hear(words, told);
            }
        }

        @Override
        public void answered(List<String> words) {
            if (words.get(0).equals(DOWN)) {
                ended.countDown();
            }
        }
    }

    private static synchronized void close(LocalCluster cluster) {
        try {
            cluster.close();
        } catch (IOException e) {
            log.error("the cluster did not end in order", e);
        }
    }
}
