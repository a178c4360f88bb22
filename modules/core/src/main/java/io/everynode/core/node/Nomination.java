package io.everynode.core.node;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.List;

/**
 * Room on a Node that is being freed for a Pod: daemon Pods of lower priority do not take it. Immutable.
 *
 * @param untilMillis when it may be forgotten, epoch milliseconds, should nobody say so before
 */
public record Nomination(String podUid, Resources requests, List<HostPort> ports, int priority, long untilMillis) {}
