package io.everynode.controlplane.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How this JVM is a member of the cluster: the settings at {@code everynode.cluster} (everynode-control-plane.conf
 * tells what each means). {@link PekkoSettings} turns them into Pekko's own.
 *
 * @param host the address by which other members reach this one
 * @param port the same; 0 for any free one
 * @param bindHost where this JVM listens; the host unless set
 * @param bindPort the same; the port unless set
 * @param outboundHost the local address that connections to other members come from; empty for any
 * @param seedNodes each {@code host:port} or a whole Pekko address; empty: see {@link Formation}
 * @param splitBrain who goes on when members lose sight of each other
 * @param detection how soon a silent member is given up
 * @param aliveFor a member whose row was renewed within this time is alive
 * @param tls encryption between members, if any
 */
public record ClusterSettings(
        String host,
        int port,
        String bindHost,
        int bindPort,
        String outboundHost,
        List<String> seedNodes,
        SplitBrain splitBrain,
        FailureDetection detection,
        Duration aliveFor,
        Optional<Tls> tls) {

    /** Who goes on after members have lost sight of each other; the same in all members. */
    public enum SplitBrain {
        /** The larger part; for three members and more. With two, the one with the lower address. */
        MAJORITY,
        /** Who gets a lease in the database; for two members. */
        LEASE
    }

    /** How soon a member that is silent is given up. */
    public enum FailureDetection {
        /** Some seconds: safe as a member that was given up too early is fenced and comes back. */
        FAST,
        /** About four times that, for slow or overloaded networks and machines. */
        NORMAL
    }

    /** PEM files, read again every few minutes; members trust whom this authority signed, and nobody else. */
    public record Tls(String keyFile, String certificateFile, String authorityFile) {}

    /**
     * @param config with the settings at its root
     * @throws ConfigException if a setting is missing or out of its range; the message says which
     */
    public static ClusterSettings from(Config config) {
        String host = config.getString("host");
        int port = port(config, "port");
        boolean sameHost = config.getString("bind-host").isEmpty();
        boolean samePort = config.getString("bind-port").isEmpty();
        Duration aliveFor = config.getDuration("alive-for");
        if (aliveFor.toMillis() < 2_000) {
            throw wrong(config, "alive-for", "must be at least 2s, as rows are renewed every second");
        }
        return new ClusterSettings(
                host,
                port,
                sameHost ? host : config.getString("bind-host"),
                samePort ? port : port(config, "bind-port"),
                config.getString("outbound-host"),
                List.copyOf(config.getStringList("seed-nodes")),
                choice(config, "split-brain", SplitBrain.class),
                choice(config, "failure-detection", FailureDetection.class),
                aliveFor,
                tls(config.getConfig("tls")));
    }

    private static int port(Config config, String path) {
        int port = config.getInt(path);
        if (port < 0 || port > 65_535) {
            throw wrong(config, path, "must be 0 to 65535");
        }
        return port;
    }

    private static <E extends Enum<E>> E choice(Config config, String path, Class<E> type) {
        try {
            return Enum.valueOf(type, config.getString(path).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            String known = String.join(
                    " or ", List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
            throw wrong(config, path, "must be one of " + known);
        }
    }

    private static Optional<Tls> tls(Config config) {
        Tls tls =
                new Tls(config.getString("key-file"), config.getString("cert-file"), config.getString("ca-cert-file"));
        List<String> files = List.of(tls.keyFile, tls.certificateFile, tls.authorityFile);
        if (files.stream().allMatch(String::isEmpty)) {
            return Optional.empty();
        }
        if (files.contains("")) {
            throw wrong(config, "key-file", "needs cert-file and ca-cert-file as well");
        }
        return Optional.of(tls);
    }

    /**
     * Whether members are to talk by the authority that they share, where there is one.
     *
     * @param config with the settings at its root
     */
    public static boolean tlsOfAuthority(Config config) {
        String mode = config.getString("tls.mode");
        if (!mode.equals("auto") && !mode.equals("off") && !mode.equals("false")) {
            throw wrong(config, "tls.mode", "must be auto or off");
        }
        return mode.equals("auto") && tls(config.getConfig("tls")).isEmpty();
    }

    private static ConfigException wrong(Config config, String path, String why) {
        return new ConfigException.BadValue(config.getValue(path).origin(), "everynode.cluster." + path, why);
    }
}
