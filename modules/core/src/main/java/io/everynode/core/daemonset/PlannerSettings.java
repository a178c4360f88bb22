package io.everynode.core.daemonset;

import java.time.Duration;

/**
 * Limits of one DaemonSet's planning.
 *
 * @param outstanding how many Nodes may owe an answer at a time: enough to keep a journal busy, few enough that one
 *     DaemonSet does not fill its write queue
 * @param statusInterval status is written at most this often, as a fleet of thousands changes it with every Pod
 */
public record PlannerSettings(int outstanding, Duration statusInterval) {

    public static final PlannerSettings DEFAULT = new PlannerSettings(256, Duration.ofMillis(250));
}
