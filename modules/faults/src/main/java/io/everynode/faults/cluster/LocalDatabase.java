package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The cluster's PostgreSQL. */
public interface LocalDatabase {

    /** SIGKILL for all of its processes at once, as when its machine dies. Returns when they are gone. */
    void kill() throws IOException;

    /** Starts it if it is not running, and returns when it accepts connections. */
    void start() throws IOException;

    /** SIGSTOP for all of its processes: connections stay open and nothing answers. */
    void freeze() throws IOException;

    /** SIGCONT. */
    void thaw() throws IOException;

    /** Stops it in order if it is ours; its data stays. */
    void stop() throws IOException;

    /** Its JDBC URL when nothing is in between. */
    String url();

    /** The same with another address. */
    String url(String host, int port);

    String user();

    String password();

    /** Where it listens; empty when links cannot be put in front of it. */
    Optional<InetSocketAddress> address();

    /** Such as "running", "killed", "frozen", "given". */
    String state();
}
