package io.everynode.core.fairness;

import java.util.Locale;

/** Whose requests share seats and queues with each other and with nobody else; what must go on stands first. */
public enum Level {
    /** Nodes say that they are alive and how they and their Pods are. */
    HEARTBEATS,
    /** Whatever else nodes do. */
    NODES,
    /** Masters, the control plane's own users, accounts of kube-system. */
    SYSTEM,
    /** Users who are none of the others. */
    PEOPLE,
    /** Accounts of other namespaces, machines that join. */
    ACCOUNTS,
    /** Who does not say who they are. */
    ANONYMOUS;

    /** As settings and metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
