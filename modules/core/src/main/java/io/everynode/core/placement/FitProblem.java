package io.everynode.core.placement;

/** Why a Pod cannot be placed on one node, in kube-scheduler's words, which clients and people search for. */
public record FitProblem(String reason) {

    private static final String INSUFFICIENT = "Insufficient ";

    static final FitProblem UNSCHEDULABLE = new FitProblem("node(s) were unschedulable");
    static final FitProblem OTHER_NODE = new FitProblem("node(s) didn't match the requested node name");
    static final FitProblem AFFINITY = new FitProblem("node(s) didn't match Pod's node affinity/selector");
    static final FitProblem PORTS = new FitProblem("node(s) didn't have free ports for the requested pod ports");
    static final FitProblem TOO_MANY_PODS = new FitProblem("Too many pods");
    static final FitProblem CPU = insufficient(ResourceAmounts.CPU);
    static final FitProblem MEMORY = insufficient(ResourceAmounts.MEMORY);
    static final FitProblem EPHEMERAL_STORAGE = insufficient(ResourceAmounts.EPHEMERAL_STORAGE);

    static FitProblem untolerated(Taint taint) {
        return new FitProblem("node(s) had untolerated taint {" + taint.key() + ": " + taint.value() + "}");
    }

    static FitProblem insufficient(String resource) {
        return new FitProblem(INSUFFICIENT + resource);
    }

    /** Whether there are too many Pods, or too much is requested. */
    boolean isLack() {
        return equals(TOO_MANY_PODS) || reason.startsWith(INSUFFICIENT);
    }
}
