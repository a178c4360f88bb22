package io.everynode.app;

import com.typesafe.config.ConfigException;
import io.everynode.nodes.agent.AgentSettings;
import io.everynode.nodes.agent.DockerAgent;
import io.everynode.nodes.agent.docker.DockerEngine;
import io.everynode.nodes.agent.docker.DockerRuntime;
import io.everynode.nodes.agent.docker.EngineException;
import io.everynode.nodes.endpoint.EndpointSettings;
import io.everynode.nodes.endpoint.NodeEndpoint;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpSettings;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.nodes.join.EndpointIdentity;
import io.everynode.nodes.join.JoinFailure;
import io.everynode.nodes.join.JoinSettings;
import io.everynode.nodes.join.NodeIdentity;
import io.everynode.nodes.join.NodeJoin;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code everynode agent}: makes a host with a Docker Engine a node, until it is stopped. */
@Command(
        name = "agent",
        description =
                "Makes this host a node: its Pods run as containers of a Docker Engine. Ending it leaves them running.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class AgentCommand implements Callable<Integer> {

    private static final Duration LEASE_INTERVAL = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 256;
    private static final Duration STATUS_INTERVAL = Duration.ofMinutes(5);

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Where the API is, and as whom; else the agent joins, or has joined.")
    private Path kubeconfig;

    @Mixin
    private JoinOptions join;

    @Option(names = "--node-name", paramLabel = "NAME", required = true, description = "Name of the node.")
    private String node;

    @Option(
            names = "--docker-host",
            paramLabel = "URL",
            defaultValue = "unix:///var/run/docker.sock",
            description = "Where the Engine is (default: ${DEFAULT-VALUE}).")
    private String dockerHost;

    @Option(
            names = "--root-dir",
            paramLabel = "DIR",
            defaultValue = "/var/lib/everynode",
            description = "Directory of this node alone, for volumes of Pods (default: ${DEFAULT-VALUE}).")
    private Path rootDir;

    @Option(
            names = "--pod-logs",
            paramLabel = "DIR",
            defaultValue = "/var/log",
            description =
                    "Links to containers' logs are made in its pods/ and containers/ (default: ${DEFAULT-VALUE}).")
    private Path podLogs;

    @Option(
            names = "--labels",
            paramLabel = "K=V",
            split = ",",
            description = "Labels of the node besides the standard ones.")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--address",
            paramLabel = "IP",
            defaultValue = "",
            description = "Address of the node (default: the host's first).")
    private String address;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Serve logs, exec, attach and port-forward at this port of --address (default: not served)."
                    + " Only callers with a certificate of the cluster's authority are served, as the API server has one;"
                    + " with a kubeconfig that names no authority everybody is.")
    private int port;

    @Option(
            names = "--sandbox-image",
            paramLabel = "IMAGE",
            defaultValue = "",
            description = "What a Pod's network is held by (default: one of the agent's own, without a registry).")
    private String sandboxImage;

    @Option(names = "--verbose", description = "Show the log on the terminal, too.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        JoinSettings joining = join.settings(spec.commandLine(), node, rootDir, kubeconfig);
        System.setProperty("everynode.log.dir", rootDir.toString());
        System.setProperty("everynode.log.name", "agent");
        TerminalLog.show(verbose);
        ClusterAccess access;
        HttpSettings http;
        boolean joins = kubeconfig == null;
        try {
            http = HttpSettings.of(Settings.load(null, Map.of()));
            if (joins) {
                NodeJoin machine = new NodeJoin(joining, http, out::println);
                access = machine.access();
                kubeconfig = machine.kubeconfig();
            } else {
                access = KubeconfigFile.read(kubeconfig);
            }
        } catch (ClusterAccess.Broken | ConfigException | JoinFailure e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
        AgentSettings settings = new AgentSettings(
                node,
                dockerHost,
                rootDir.toAbsolutePath().normalize(),
                podLogs.toAbsolutePath().normalize(),
                labels,
                address,
                port,
                sandboxImage,
                LEASE_INTERVAL,
                STATUS_INTERVAL);
        DockerEngine engine;
        DockerAgent agent;
        NodeEndpoint endpoint;
        try {
            engine = new DockerEngine(dockerHost, settings::terminationMessage);
            agent = DockerAgent.start(settings, engine, access, http);
            endpoint = port == 0 ? null : endpoint(engine, agent);
        } catch (ClusterAccess.Broken | EngineException | IOException | IllegalArgumentException e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (endpoint != null) {
                                endpoint.close();
                            }
                            agent.close();
                            out.println("The agent of node " + node + " has ended; its Pods go on running");
                        },
                        "stop-agent"));
        Interrupts.install(() -> out.println("Stopping (Ctrl-C again to end at once)"));
        try {
            agent.started().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new StartFailure(StartFailure.firstLine(e.getCause()), e);
        }
        keepCertificates(joins ? joining : null, http, agent, endpoint);
        out.println("Node " + node + " is ready: Pods run at " + dockerHost);
        // Until the JVM is told to end.
        new CountDownLatch(1).await();
        return 0;
    }

    /**
     * Now that the Node is registered: who approves may compare its addresses.
     *
     * @param joined null for a node that has its certificate from elsewhere
     * @param endpoint null for none
     */
    private void keepCertificates(JoinSettings joined, HttpSettings http, DockerAgent agent, NodeEndpoint endpoint)
            throws StartFailure {
        try {
            Runnable joinedAgain = () -> {};
            List<X509Certificate> authorities = KubeconfigFile.authorityCertificates(kubeconfig);
            if (endpoint != null && !authorities.isEmpty()) {
                Path directory = rootDir.toAbsolutePath().normalize();
                EndpointIdentity serving = EndpointIdentity.keep(
                        node, directory, agent.reachedBy(), authorities, agent.api(), agent.loop(), endpoint::use);
                joinedAgain = serving::another;
            }
            if (joined != null) {
                NodeIdentity.keep(joined, http, agent.api(), agent.loop(), joinedAgain);
            }
        } catch (ClusterAccess.Broken e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }

    private NodeEndpoint endpoint(DockerEngine engine, DockerAgent agent) throws IOException, ClusterAccess.Broken {
        String host = address.isEmpty() ? agent.address() : address;
        EndpointSettings at = new EndpointSettings(host, port, List.of(node, "localhost"), CONNECTIONS);
        DockerRuntime runtime = new DockerRuntime(engine.client(), dockerHost, node, agent::pods);
        return NodeEndpoint.start(
                at, runtime, KubeconfigFile.authorities(kubeconfig).orElse(null));
    }
}
