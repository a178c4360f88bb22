package io.everynode.nodes.agent.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands in the labels of a container, from which an agent that returns knows everything again. The names are
 * those of the kubelet's former way to Docker (kubernetes 1.23, pkg/kubelet/dockershim), which log collectors know.
 */
public final class Labels {

    /** Whose container it is: several nodes may share an Engine. */
    public static final String NODE = "io.everynode.node";

    public static final String BACK_OFF = "io.everynode.back-off-seconds";
    public static final String NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String POD = "io.kubernetes.pod.name";
    public static final String UID = "io.kubernetes.pod.uid";
    public static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";
    public static final String CONTAINER = "io.kubernetes.container.name";
    public static final String TYPE = "io.kubernetes.docker.type";
    public static final String SANDBOX = "io.kubernetes.sandbox.id";
    public static final String HASH = "annotation.io.kubernetes.container.hash";
    public static final String MESSAGE_POLICY = "annotation.io.kubernetes.container.terminationMessagePolicy";
    public static final String ATTEMPT = "annotation.io.kubernetes.container.restartCount";

    /** Those that each line of a container's log shows. */
    public static final List<String> IN_LOGS = List.of(NODE, NAMESPACE, POD, UID, CONTAINER);

    private Labels() {}

    /** Of a Pod's sandbox, and of each of its containers. */
    static Map<String, String> of(PodView pod, String node, String container, int attempt) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(NODE, node);
        labels.put(NAMESPACE, pod.namespace());
        labels.put(POD, pod.name());
        labels.put(UID, pod.uid());
        labels.put(GRACE, Long.toString(pod.graceSeconds()));
        labels.put(CONTAINER, container);
        labels.put(ATTEMPT, Integer.toString(attempt));
        labels.put(TYPE, container.equals(ContainerFacts.SANDBOX) ? "podsandbox" : "container");
        return labels;
    }

    /** Unique for each attempt: k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT. */
    static String name(PodView pod, String container, int attempt) {
        return String.join("_", "k8s", container, pod.name(), pod.namespace(), pod.uid(), Integer.toString(attempt));
    }
}
