package io.everynode.nodes.agent;

import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.PodView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links to containers' logs under the names by which log collectors find them (kubernetes 1.23, pkg/kubelet/dockershim
 * and kuberuntime/legacy.go): pods/NAMESPACE_POD_UID/CONTAINER/N.log and containers/POD_NAMESPACE_CONTAINER-ID.log. A
 * link that cannot be made is told, and no reason for a container not to run.
 */
final class LogLinks {

    private static final Logger log = LoggerFactory.getLogger(LogLinks.class);

    private final Path directory;

    LogLinks(Path directory) {
        this.directory = directory;
    }

    /** @param target in which the Engine keeps the container's log */
    void make(ContainerFacts facts, Path target) {
        try {
            link(ofPod(facts), target);
            link(ofContainer(facts), ofPod(facts));
        } catch (IOException e) {
            log.warn("No link to the log of {}: {}", facts.id(), "" + e);
        }
    }

    private static void link(Path link, Path target) throws IOException {
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    void remove(ContainerFacts facts) {
        if (facts.isSandbox()) {
            return;
        }
        try {
            Files.deleteIfExists(ofContainer(facts));
            Files.deleteIfExists(ofPod(facts));
        } catch (IOException e) {
            log.warn("The link to the log of {} stays: {}", facts.id(), "" + e);
        }
    }

    void remove(PodView pod) throws IOException {
        Path own = directory.resolve("pods").resolve(pod.namespace() + "_" + pod.name() + "_" + pod.uid());
        if (Files.isDirectory(own)) {
            PodVolumes.delete(own);
        }
    }

    private Path ofPod(ContainerFacts facts) {
        return directory
                .resolve("pods")
                .resolve(facts.podNamespace() + "_" + facts.podName() + "_" + facts.podUid())
                .resolve(facts.name())
                .resolve(facts.attempt() + ".log");
    }

    private Path ofContainer(ContainerFacts facts) {
        return directory
                .resolve("containers")
                .resolve(facts.podName() + "_" + facts.podNamespace() + "_" + facts.name() + "-" + facts.id() + ".log");
    }
}
