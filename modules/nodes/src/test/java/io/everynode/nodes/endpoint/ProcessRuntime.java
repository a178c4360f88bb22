package io.everynode.nodes.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Containers that are processes of this machine: every container of every Pod runs but those named "absent", its own
 * process repeats each line that it is told, and its ports are the machine's. The command "sizes" tells the terminal's.
 */
final class ProcessRuntime implements NodeRuntime {

    /** Every process that a session began, to see whether it has ended. */
    final List<Process> processes = new CopyOnWriteArrayList<>();

    @Override
    public ObjectNode pods() {
        ObjectNode list = Json.object().put("kind", "PodList").put("apiVersion", "v1");
        list.putArray("items");
        return list;
    }

    private static void check(ContainerName container) throws RuntimeRefusal {
        if (container.pod().name().equals("absent")) {
            throw new RuntimeRefusal(404, "pod does not exist");
        }
        if (container.name().equals("absent")) {
            throw new RuntimeRefusal(500, "container not found (\"absent\")");
        }
    }

    @Override
    public ContainerLog log(ContainerName container, LogOptions options) throws RuntimeRefusal {
        check(container);
        return (out, client) -> {
            CountDownLatch gone = new CountDownLatch(1);
            client.onGone(gone::countDown);
            long lines = options.tailLines() == null ? 3 : options.tailLines();
            for (int i = 0; i < lines; i++) {
                out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
            if (options.follow()) {
                gone.await();
            }
        };
    }

    @Override
    public ContainerSession exec(ContainerName container, List<String> command, StreamOptions options)
            throws RuntimeRefusal {
        check(container);
        return command.get(0).equals("sizes")
                ? ProcessRuntime::sizes
                : streams -> run(options.tty() ? inTerminal(command) : command, streams);
    }

    @Override
    public ContainerSession attach(ContainerName container, StreamOptions options) throws RuntimeRefusal {
        check(container);
        return streams -> run(List.of("sh", "-c", "echo ready; while read line; do echo \"got $line\"; done"), streams);
    }

    /** {@code script} gives a process a terminal. */
    private static List<String> inTerminal(List<String> command) {
        List<String> words = new ArrayList<>();
        command.forEach(word -> words.add("'" + word.replace("'", "'\\''") + "'"));
        return List.of("script", "-qefc", String.join(" ", words), "/dev/null");
    }

    private static int sizes(ContainerStreams streams) throws IOException, InterruptedException {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        streams.onResize(size -> told.add(size.columns() + "x" + size.rows() + "\r\n"));
        streams.onGone(() -> told.add(""));
        String size;
        while (!(size = told.take()).isEmpty()) {
            streams.stdout().write(size.getBytes(StandardCharsets.UTF_8));
            if (size.startsWith("77x")) {
                return 7;
            }
        }
        return 0;
    }

    private int run(List<String> command, ContainerStreams streams) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        streams.onGone(() -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        Thread in = copy(streams.stdin(), process.getOutputStream(), true);
        Thread err = copy(process.getErrorStream(), streams.stderr(), false);
        try {
            process.getInputStream().transferTo(streams.stdout());
        } catch (IOException e) {
            process.destroyForcibly();
        }
        err.join();
        int code = process.waitFor();
        streams.stdin().close();
        in.join();
        return code;
    }

    private static Thread copy(InputStream from, OutputStream to, boolean close) {
        Thread thread = new Thread(() -> {
            byte[] buffer = new byte[16 * 1024];
            try {
                int count;
                while ((count = from.read(buffer)) >= 0) {
                    to.write(buffer, 0, count);
                    to.flush();
                }
            } catch (IOException e) {
                // The other side has ended.
            }
            try {
                if (close) {
                    to.close();
                }
                from.close();
            } catch (IOException e) {
                // Likewise.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public PodPorts ports(PodName pod) throws RuntimeRefusal {
        check(new ContainerName(pod, "c"));
        return port -> PortConnection.of(new Socket("127.0.0.1", port));
    }
}
