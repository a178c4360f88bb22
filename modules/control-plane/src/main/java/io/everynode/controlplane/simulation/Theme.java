package io.everynode.controlplane.simulation;

import java.util.List;

/** What happens more often in a run than the rest, so that rare things meet each other in some runs. */
enum Theme {
    ALL_ALIKE(List.of()),
    /** Templates and strategies change, planners move. */
    ROLLOUTS(List.of(Act.TEMPLATE, Act.TEMPLATE_AND_SHAKE, Act.TEMPLATE_AND_SHAKE, Act.STRATEGY, Act.DELETE_POD)),
    /** Ordinary Pods come, go, and have their owners moved between two steps. */
    PODS(List.of(
            Act.CREATE_PODS, Act.CREATE_PODS, Act.FREEZE_UNSETTLED, Act.FREEZE_UNSETTLED, Act.DELETE_POD, Act.LEAVE)),
    /** DaemonSets leave their Pods, others find them. */
    OWNERSHIP(List.of(Act.OWNERSHIP, Act.OWNERSHIP, Act.CREATE_DAEMON_SET, Act.FREEZE_UNSETTLED, Act.LEAVE, Act.JOIN)),
    /** Nodes and DaemonSets come and go. */
    COMING_AND_GOING(List.of(Act.JOIN, Act.LEAVE, Act.REPLACE_DAEMON_SET, Act.REPLACE_DAEMON_SET, Act.TAINT, Act.MOVE)),
    /** As PODS, and Pods are of several priorities. */
    PRIORITIES(List.of(
            Act.CREATE_PODS, Act.CREATE_PODS, Act.FREEZE_UNSETTLED, Act.FREEZE_UNSETTLED, Act.DELETE_POD, Act.LEAVE)),
    /** Daemon Pods are of several priorities, too, and end ordinary ones and each other. */
    DAEMON_PRIORITIES(List.of(
            Act.CREATE_PODS,
            Act.CREATE_PODS,
            Act.REPLACE_DAEMON_SET,
            Act.REPLACE_DAEMON_SET,
            Act.TEMPLATE,
            Act.DELETE_POD,
            Act.LEAVE)),
    /** Ordinary Pods want to be near others or apart from them, and are of several priorities. */
    NEIGHBOURS(
            List.of(Act.CREATE_PODS, Act.CREATE_PODS, Act.CREATE_PODS, Act.DELETE_POD, Act.LABEL, Act.LEAVE, Act.JOIN));

    /** Those that seeds have. */
    static final List<Theme> DRAWN =
            List.of(ALL_ALIKE, ROLLOUTS, PODS, OWNERSHIP, COMING_AND_GOING, PRIORITIES, DAEMON_PRIORITIES, NEIGHBOURS);

    /** What people, machines and accidents do. */
    enum Act {
        JOIN,
        LEAVE,
        TAINT,
        LABEL,
        CORDON,
        READINESS,
        /** A kubelet is not heard for a while. */
        SILENCE,
        CREATE_DAEMON_SET,
        DELETE_DAEMON_SET,
        /** It is deleted while its messages are under way, and made again. */
        REPLACE_DAEMON_SET,
        TEMPLATE,
        /** Planners are moved while its messages are under way. */
        TEMPLATE_AND_SHAKE,
        STRATEGY,
        SELECTOR,
        DELETE_POD,
        CREATE_PODS,
        NAMESPACE,
        /** Objects that own others, and their deletion. */
        OWNERS,
        /** What changes whose Pods are. */
        OWNERSHIP,
        HOLD,
        TAKE_NAME,
        SHAKE,
        MOVE,
        FREEZE_UNSETTLED
    }

    private static final List<Act> ALL = List.of(
            Act.JOIN,
            Act.LEAVE,
            Act.TAINT,
            Act.TAINT,
            Act.LABEL,
            Act.CORDON,
            Act.READINESS,
            Act.SILENCE,
            Act.CREATE_DAEMON_SET,
            Act.DELETE_DAEMON_SET,
            Act.REPLACE_DAEMON_SET,
            Act.TEMPLATE,
            Act.TEMPLATE,
            Act.TEMPLATE,
            Act.STRATEGY,
            Act.STRATEGY,
            Act.SELECTOR,
            Act.DELETE_POD,
            Act.DELETE_POD,
            Act.CREATE_PODS,
            Act.NAMESPACE,
            Act.OWNERS,
            Act.OWNERS,
            Act.OWNERSHIP,
            Act.HOLD,
            Act.TAKE_NAME,
            Act.SHAKE,
            Act.MOVE,
            Act.FREEZE_UNSETTLED);

    private final List<Act> often;

    Theme(List<Act> often) {
        this.often = often;
    }

    Act next(Chance chance) {
        return chance.of(often.isEmpty() || chance.oneIn(2) ? ALL : often);
    }
}
