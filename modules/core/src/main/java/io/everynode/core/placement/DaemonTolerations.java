package io.everynode.core.placement;

/** Filled in by the next commit. */
final class DaemonTolerations {

    private DaemonTolerations() {}
}
