package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** All ports of a cluster on loopback, counted from one. */
record Ports(int base) {

    /** More members have no room in the numbering. */
    static final int MOST_MEMBERS = 9;

    private static final int SPAN = 80;

    /** Below what the kernel gives to connections, so that a free one stays so. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 30_000;
    private static final int ATTEMPTS = 200;

    /** Some that are free now. */
    static Ports free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Ports ports = new Ports(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST));
            if (ports.areFree()) {
                return ports;
            }
        }
        throw new IOException("no " + SPAN + " free ports in a row");
    }

    private boolean areFree() {
        for (int port = base; port < base + SPAN; port++) {
            if (!isFree(port)) {
                return false;
            }
        }
        return true;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException used) {
            return false;
        }
    }

    int balancer() {
        return base;
    }

    int api(int member) {
        return base + member;
    }

    /** What other members dial: a proxy's. */
    int member(int member) {
        return base + 20 + member;
    }

    /** Behind the proxy. */
    int bound(int member) {
        return base + 40 + member;
    }

    int database() {
        return base + 60;
    }

    /** In front of the database, for one member. */
    int databaseOf(int member) {
        return base + 60 + member;
    }
}
