package io.everynode.controlplane.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pekko's settings that follow from ours, and from the id of this member. Laid over all other configuration. */
public final class PekkoSettings {

    /** Every actor system of ours has this name; members of one cluster must agree on it. */
    public static final String SYSTEM = "everynode";

    private static final String MEMBER_ROLE = "member-";
    private static final String ARTERY = "pekko.remote.artery.";
    private static final String CLUSTER = "pekko.cluster.";
    private static final String SEEDS = CLUSTER + "seed-nodes";

    private PekkoSettings() {}

    /** The role by which others know a member's id in the database. */
    public static String role(String member) {
        return MEMBER_ROLE + member;
    }

    /** The id in the database of the member with these roles; empty for one of an earlier version. */
    public static Optional<String> member(Iterable<String> roles) {
        for (String role : roles) {
            if (role.startsWith(MEMBER_ROLE)) {
                return Optional.of(role.substring(MEMBER_ROLE.length()));
            }
        }
        return Optional.empty();
    }

    /**
     * @param member this JVM's id in the database
     * @param below the configuration that the answer is to be laid over; its roles are kept, and its seed nodes if ours
     *     are not set
     */
    public static Config of(ClusterSettings settings, String member, Config below) {
        Map<String, Object> pekko = new HashMap<>();
        pekko.put(ARTERY + "canonical.hostname", settings.host());
        pekko.put(ARTERY + "canonical.port", settings.port());
        pekko.put(ARTERY + "bind.hostname", settings.bindHost());
        pekko.put(ARTERY + "bind.port", settings.bindPort());
        pekko.put(ARTERY + "advanced.tcp.outbound-client-hostname", settings.outboundHost());
        List<String> roles = new ArrayList<>(below.getStringList(CLUSTER + "roles"));
        roles.add(role(member));
        pekko.put(CLUSTER + "roles", roles);
        // With seed nodes in its own setting Pekko would join by itself, and the first of them would found a cluster
        // when the others are slow to answer.
        List<String> seeds = settings.seedNodes().isEmpty() ? below.getStringList(SEEDS) : settings.seedNodes();
        pekko.put(
                "everynode.cluster.seed-nodes",
                seeds.stream().map(PekkoSettings::address).toList());
        pekko.put(SEEDS, List.of());
        splitBrain(settings, pekko);
        timings(settings.detection(), pekko);
        settings.tls().ifPresent(tls -> {
            String engine = ARTERY + "ssl.rotating-keys-engine.";
            pekko.put(ARTERY + "transport", "tls-tcp");
            pekko.put(
                    ARTERY + "ssl.ssl-engine-provider",
                    "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider");
            pekko.put(engine + "key-file", tls.keyFile());
            pekko.put(engine + "cert-file", tls.certificateFile());
            pekko.put(engine + "ca-cert-file", tls.authorityFile());
        });
        return ConfigFactory.parseMap(pekko, "everynode.cluster");
    }

    /** What has members talk through engines that are given with the actor system. */
    public static Config through(MemberTls tls) {
        return ConfigFactory.parseMap(Map.of(ARTERY + "transport", "tls-tcp"), "everynode.cluster.tls");
    }

    /** {@code host:port} as Pekko writes it; what is an address already stays as it is. */
    static String address(String node) {
        return node.contains("://") ? node : "pekko://" + SYSTEM + "@" + node;
    }

    private static void splitBrain(ClusterSettings settings, Map<String, Object> pekko) {
        boolean lease = settings.splitBrain() == ClusterSettings.SplitBrain.LEASE;
        pekko.put(CLUSTER + "split-brain-resolver.active-strategy", lease ? "lease-majority" : "keep-majority");
        pekko.put(CLUSTER + "split-brain-resolver.lease-majority.lease-implementation", "everynode.database-lease");
    }

    private static void timings(ClusterSettings.FailureDetection detection, Map<String, Object> pekko) {
        boolean fast = detection == ClusterSettings.FailureDetection.FAST;
        // Silent for about the sum of the two: unreachable.
        pekko.put(CLUSTER + "failure-detector.heartbeat-interval", fast ? "500ms" : "1s");
        pekko.put(CLUSTER + "failure-detector.acceptable-heartbeat-pause", fast ? "2500ms" : "10s");
        // Nothing has changed for so long: who is unreachable is given up.
        pekko.put(CLUSTER + "split-brain-resolver.stable-after", fast ? "1500ms" : "7s");
        // While members come and go in each other's sight without end, all of them would be given up. Those that cannot
        // agree are told apart by the fence, so that this may take its time.
        pekko.put(CLUSTER + "split-brain-resolver.down-all-when-unstable", fast ? "20s" : "40s");
        // The wait between giving a member up and taking its shards over is for its actors to end. The fence takes
        // care of that; 0 would mean the default, which is stable-after.
        pekko.put(CLUSTER + "down-removal-margin", "1ms");
        pekko.put(CLUSTER + "gossip-interval", fast ? "200ms" : "500ms");
        pekko.put(CLUSTER + "leader-actions-interval", fast ? "200ms" : "500ms");
        pekko.put(CLUSTER + "unreachable-nodes-reaper-interval", fast ? "250ms" : "1s");
    }
}
