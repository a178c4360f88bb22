package io.everynode.nodes.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What runs a node's containers, as the node's endpoint sees it. Thread-safe. Each method is called on a thread of the
 * endpoint that serves one client only, and may block it; work goes on in {@link ContainerSession#run} and the like, on
 * that same thread, until the session is over.
 *
 * <p>Each method checks first and refuses with {@link RuntimeRefusal}, which becomes the HTTP answer. What fails after
 * that, when the client already has its stream, is told within the stream.
 */
public interface NodeRuntime {

    /** The Pods that the node knows, a v1 PodList. */
    ObjectNode pods();

    /** A container's log. */
    ContainerLog log(ContainerName container, LogOptions options) throws RuntimeRefusal;

    /**
     * A new process in a running container. Whether the command exists shows only when the session runs.
     *
     * @param command at least one word, never through a shell
     */
    ContainerSession exec(ContainerName container, List<String> command, StreamOptions options) throws RuntimeRefusal;

    /**
     * The streams of a running container's own process.
     *
     * @param options what the client asks for; a container without stdin or terminal has its own say
     */
    ContainerSession attach(ContainerName container, StreamOptions options) throws RuntimeRefusal;

    /** The ports in a running Pod's network. */
    PodPorts ports(PodName pod) throws RuntimeRefusal;
}
