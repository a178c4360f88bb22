package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a {@link LocalCluster} is to be; to be filled in, then started. Not thread-safe. */
public final class ClusterPlan {

    /** How members find each other. */
    public enum Formation {
        /** Through the table in the database. */
        DATABASE,
        /** They ask the first two members, and the first may found the cluster. For what a version before knows. */
        SEED_NODES
    }

    final Path directory;
    int members = 3;
    int basePort;
    String heap = "384m";
    boolean haProxy;
    boolean insecureHttp;
    Formation formation = Formation.DATABASE;
    String settings = "";
    LocalDatabase given;
    final Map<String, String> databaseSettings = new HashMap<>();
    final Map<Integer, ServerProgram> programs = new HashMap<>();
    final List<String> arguments = new ArrayList<>(List.of("--hollow-nodes", "0", "--apply", "none"));

    /** @param directory for each member's data, logs and kubeconfig, and for the embedded database */
    public ClusterPlan(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** 1 to 9; 3 by default. */
    public ClusterPlan members(int count) {
        if (count < 1 || count > Ports.MOST_MEMBERS) {
            throw new IllegalArgumentException("1 to " + Ports.MOST_MEMBERS + " members, not " + count);
        }
        members = count;
        return this;
    }

    /** HAProxy there, member N's API at N more, the rest within the next 80; 0, the default, for any free ones. */
    public ClusterPlan basePort(int port) {
        basePort = port;
        return this;
    }

    /** Of each member, as -Xmx takes it. */
    public ClusterPlan heap(String size) {
        heap = size;
        return this;
    }

    /** With the HAProxy of the machine in front of all members, by config/haproxy.cfg. */
    public ClusterPlan haProxy(boolean wanted) {
        haProxy = wanted;
        return this;
    }

    /** Plain HTTP, where everybody is the administrator: for members of a version that knows nothing else. */
    public ClusterPlan insecureHttp(boolean wanted) {
        insecureHttp = wanted;
        return this;
    }

    /** Through the database by default; by seed nodes always when a member is of a version that knows nothing else. */
    public ClusterPlan formation(Formation how) {
        formation = how;
        return this;
    }

    /** Laid over every member's configuration, in HOCON. */
    public ClusterPlan settings(String hocon) {
        settings = hocon;
        return this;
    }

    /** A database that runs already, instead of an embedded one. */
    public ClusterPlan database(String url, String user, String password) {
        given = new GivenDatabase(url, user, password);
        return this;
    }

    /** A setting of the embedded PostgreSQL, such as max_connections. */
    public ClusterPlan databaseSetting(String name, String value) {
        databaseSettings.put(name, value);
        return this;
    }

    /** What a member runs; this repository's build where nothing is said. */
    public ClusterPlan program(int member, ServerProgram program) {
        programs.put(member, program);
        return this;
    }

    /** Starts everything; returns when the processes run, and {@link LocalCluster#awaitWhole} says when they serve. */
    public LocalCluster start() throws IOException {
        return LocalCluster.start(this);
    }
}
