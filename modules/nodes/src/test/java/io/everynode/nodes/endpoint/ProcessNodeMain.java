package io.everynode.nodes.endpoint;

import java.io.IOException;

/** A node's endpoint over processes of this machine, for scripts/streams-test: {@code ProcessNodeMain PORT}. */
final class ProcessNodeMain {

    private ProcessNodeMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        NodeEndpoint endpoint =
                NodeEndpoint.start(EndpointSettings.loopback(Integer.parseInt(args[0])), new ProcessRuntime());
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        System.out.println("Everynode ready " + endpoint.address().getPort());
        Thread.currentThread().join();
    }
}
