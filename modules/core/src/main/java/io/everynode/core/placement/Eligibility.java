package io.everynode.core.placement;

import java.util.List;

/**
 * Whether a DaemonSet wants its Pod on a node. Resources, ports, the Ready condition and {@code spec.unschedulable} do
 * not matter here: a Pod that does not fit stays Pending on its node, it is not unwanted
 * (pkg/controller/daemon/daemon_controller.go, NodeShouldRunDaemonPod).
 *
 * @param shouldRun a Pod must be made where there is none
 * @param shouldContinue a Pod that is there stays; true whenever shouldRun is
 * @param reason why shouldRun is false, in a few words; "" when it is true
 */
public record Eligibility(boolean shouldRun, boolean shouldContinue, String reason) {

    private static final Eligibility ELIGIBLE = new Eligibility(true, true, "");
    private static final Eligibility OTHER_NODE = never("the Pod template names another node");
    private static final Eligibility SELECTOR = never("node selector does not match");
    private static final Eligibility AFFINITY = never("required node affinity does not match");

    /**
     * Decides for one node; takes well under a microsecond, as nothing is parsed and texts are made only for taints.
     *
     * @param daemon the requirements of the DaemonSet's template with its {@link DaemonTolerations}
     */
    public static Eligibility of(NodeFacts node, PodRequirements daemon) {
        NodeRequirements wanted = daemon.node();
        if (!wanted.matchesName(node)) {
            return OTHER_NODE;
        }
        if (!wanted.matchesSelector(node)) {
            return SELECTOR;
        }
        if (!wanted.matchesAffinity(node)) {
            return AFFINITY;
        }
        return ofTaints(node.taints(), daemon.tolerations());
    }

    /**
     * The same at a time: an evicting taint that is tolerated for some seconds counts as not tolerated when they are
     * over ({@link TaintTolerance}).
     *
     * @param now epoch milliseconds
     */
    public static Eligibility of(NodeFacts node, PodRequirements daemon, long now) {
        Eligibility timeless = of(node, daemon);
        if (!timeless.shouldContinue()) {
            return timeless;
        }
        Taint outlasted = TaintTolerance.outlasted(node.taints(), daemon.tolerations(), now);
        return outlasted == null
                ? timeless
                : new Eligibility(false, false, "toleration of taint {" + outlasted + "} is over");
    }

    /** Names an evicting taint rather than one that only keeps new Pods away, else the first. */
    private static Eligibility ofTaints(List<Taint> taints, List<Toleration> tolerations) {
        Taint refusing = null;
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = taints.get(i);
            if (taint.forbidsScheduling() && !Toleration.anyTolerates(tolerations, taint)) {
                if (taint.effect().equals(Taint.NO_EXECUTE)) {
                    return new Eligibility(false, false, untolerated(taint));
                }
                refusing = refusing == null ? taint : refusing;
            }
        }
        return refusing == null ? ELIGIBLE : new Eligibility(false, true, untolerated(refusing));
    }

    private static String untolerated(Taint taint) {
        return "untolerated taint {" + taint + "}";
    }

    private static Eligibility never(String reason) {
        return new Eligibility(false, false, reason);
    }
}
