package io.everynode.nodes.agent.docker;

import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent needs of a Docker Engine. Calls block, may be made from any thread at a time, and fail with
 * {@link EngineException}.
 */
public interface Engine extends AutoCloseable {

    /** @param root where the Engine keeps its data */
    record Info(
            String version,
            String kernel,
            String operatingSystem,
            String architecture,
            int cpus,
            long memoryBytes,
            String root) {}

    /**
     * @param reference as a status shows it
     * @param user "" for root
     */
    record Image(String id, String reference, String user) {}

    /** @param exitCode -1 when it did not end in time */
    record ExecResult(int exitCode, String output) {}

    /** What a pull is allowed with; both "" for nobody. */
    record Credentials(String registry, String user, String password, String identityToken) {
        @Override
        public String toString() {
            return "credentials for " + registry;
        }
    }

    Info info();

    void ping();

    /** Of all containers of a node, running or not. */
    List<String> containers(String node);

    Optional<ContainerFacts> inspect(String id);

    Optional<Image> image(String name);

    /** @param credentials null for none */
    void pull(String image, Credentials credentials);

    /** @param context a tar archive with a Dockerfile */
    void build(String name, byte[] context);

    /** @return its ID; of the one that has this name already, if there is one */
    String create(ContainerPlan plan);

    /** Does nothing when it runs already. */
    void start(String id);

    /** Does nothing when it does not run. */
    void signal(String id, String signal);

    /** Does nothing when it is not there. Kills it if it runs. */
    void remove(String id);

    ExecResult exec(String id, List<String> command, Duration timeout);

    /** Where the Engine keeps a container's log; empty when it keeps none as a file. */
    Optional<Path> logPath(String id);

    /** The last bytes of its log. */
    String logTail(String id, int lines, int bytes);

    /**
     * Tells of each change of a container of a node, from when this returns.
     *
     * @param changed gets its ID, on any thread
     * @param ended is told once, when no more changes will be told and nobody has closed it
     */
    AutoCloseable events(String node, Consumer<String> changed, Consumer<Throwable> ended);

    @Override
    void close();
}
