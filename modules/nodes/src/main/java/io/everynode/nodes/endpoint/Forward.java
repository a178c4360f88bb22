package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a port of a Pod, and the client's two streams for it. */
final class Forward implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Forward.class);
    private static final int BUFFER = 32 * 1024;

    private final Executor executor;
    private final PodName pod;
    private final PodPorts ports;
    private final int port;
    private final Pipe fromClient;
    private final OutputStream toClient;
    private final OutputStream error;
    private PortConnection connected;
    private boolean stopped;

    Forward(
            Executor executor,
            PodName pod,
            PodPorts ports,
            int port,
            Pipe fromClient,
            OutputStream toClient,
            OutputStream error) {
        this.executor = executor;
        this.pod = pod;
        this.ports = ports;
        this.port = port;
        this.fromClient = fromClient;
        this.toClient = toClient;
        this.error = error;
    }

    /** Until the Pod has closed its side, or the client has gone. */
    @Override
    public void run() {
        try (PortConnection connection = ports.connect(port)) {
            synchronized (this) {
                connected = connection;
                if (stopped) {
                    return;
                }
            }
            executor.execute(() -> toPod(connection));
            byte[] buffer = new byte[BUFFER];
            int count;
            while ((count = connection.input().read(buffer)) >= 0) {
                toClient.write(buffer, 0, count);
            }
        } catch (IOException e) {
            if (!isStopped()) {
                tell(e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void toPod(PortConnection connection) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count;
            while ((count = fromClient.read(buffer, 0, buffer.length)) >= 0) {
                connection.output().write(buffer, 0, count);
            }
            connection.endOutput();
        } catch (IOException e) {
            LOG.debug("port {} of {} takes no more: {}", port, pod, e.toString());
            fromClient.close();
        }
    }

    void refuse(String why) {
        tell(why);
        end();
    }

    private void tell(String why) {
        String text = "error forwarding port " + port + " to pod " + pod.name() + ", uid " + pod.uid() + ": " + why;
        try {
            error.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("{}; nobody hears it", text);
        }
    }

    private void end() {
        fromClient.close();
        try {
            toClient.close();
            error.close();
        } catch (IOException e) {
            LOG.debug("the client of port {} of {} has gone: {}", port, pod, e.toString());
        }
    }

    /** The client wants no more. */
    void stop() {
        PortConnection open;
        synchronized (this) {
            stopped = true;
            open = connected;
        }
        fromClient.close();
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("closing port {} of {}: {}", port, pod, e.toString());
            }
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }
}
