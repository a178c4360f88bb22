package io.everynode.nodes.agent.plan;

/** Why a container or a volume cannot be made as its Pod asks; its message is for the Pod's owner. */
public final class ConfigProblem extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigProblem(String message) {
        super(message);
    }
}
