package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In JVMs of their own, as the common pool of this one is made already. */
class AsyncPoolTest {

    /** Prints whether what is asynchronous runs in the pool. */
    public static final class Program {
        public static void main(String[] args) throws Exception {
            AsyncPool.prepare();
            Thread thread = CompletableFuture.supplyAsync(Thread::currentThread).get();
            System.out.print(thread instanceof ForkJoinWorkerThread);
        }
    }

    @Test
    void withTwoProcessorsThereIsAPool() throws Exception {
        assertThat(run("-XX:ActiveProcessorCount=2")).isEqualTo("true");
    }

    @Test
    void whatTheUserHasSetStays() throws Exception {
        assertThat(run("-XX:ActiveProcessorCount=2", "-D" + AsyncPool.PARALLELISM + "=1"))
                .isEqualTo("false");
    }

    private static String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(Path.of(Program.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()) + ":"
                + Path.of(AsyncPool.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return out;
    }
}
