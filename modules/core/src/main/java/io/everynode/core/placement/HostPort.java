package io.everynode.core.placement;

import java.util.Collection;

/**
 * A port of a node that a Pod takes for itself. Immutable; equal ones are the same claim.
 *
 * @param ip the node's address it is bound to; none given means {@link #ANY_IP}
 * @param protocol TCP (also when none is given), UDP or SCTP
 * @param port 1 to 65535
 */
public record HostPort(String ip, String protocol, int port) {

    /** All addresses of the node. */
    public static final String ANY_IP = "0.0.0.0";

    public HostPort {
        ip = ip == null || ip.isEmpty() ? ANY_IP : ip;
        protocol = protocol == null || protocol.isEmpty() ? "TCP" : protocol;
    }

    /**
     * Whether two Pods with these ports cannot share a node: same protocol and port, on the same address or with one of
     * them on all addresses (kube-scheduler's HostPortInfo).
     */
    public boolean conflictsWith(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (ip.equals(other.ip) || ip.equals(ANY_IP) || other.ip.equals(ANY_IP));
    }

    public boolean conflictsWithAny(Collection<HostPort> used) {
        for (HostPort other : used) {
            if (conflictsWith(other)) {
                return true;
            }
        }
        return false;
    }
}
