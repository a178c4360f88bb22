package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A node's endpoint over processes of this machine, for scripts/streams-test: {@code ProcessNodeMain PORT ECHO_PORT}.
 * At the second port whatever comes is sent back.
 */
final class ProcessNodeMain {

    private ProcessNodeMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        NodeEndpoint endpoint =
                NodeEndpoint.start(EndpointSettings.loopback(Integer.parseInt(args[0])), new ProcessRuntime());
        ServerSocket echo = new ServerSocket(Integer.parseInt(args[1]), 50, InetAddress.getLoopbackAddress());
        new Thread(() -> sendBack(echo)).start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        System.out.println("Everynode ready " + endpoint.address().getPort());
        Thread.currentThread().join();
    }

    private static void sendBack(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                new Thread(() -> {
                            try (socket) {
                                socket.getInputStream().transferTo(socket.getOutputStream());
                            } catch (IOException e) {
                                // The other side has gone.
                            }
                        })
                        .start();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
