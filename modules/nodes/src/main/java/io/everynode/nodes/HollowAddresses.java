package io.everynode.nodes;

/**
 * Made-up IPv4 addresses: nodes in 172.16.0.0/12, each node's Pods in a /24 of 10.0.0.0/8. They are unique up to 65,535
 * nodes; beyond that Pods of different nodes may share one, which nothing here minds.
 */
final class HollowAddresses {

    /** Host numbers 1 to 254 of a node's /24. */
    static final int PODS_PER_NODE = 254;

    private HollowAddresses() {}

    /** @param index of the node in its fleet, from 0 */
    static String node(int index) {
        int number = (index + 1) & 0xF_FFFF;
        return "172." + (16 + (number >> 16)) + "." + ((number >> 8) & 255) + "." + (number & 255);
    }

    /** @param host 1 to {@link #PODS_PER_NODE} */
    static String pod(int node, int host) {
        int subnet = node & 0xFFFF;
        return "10." + (subnet >> 8) + "." + (subnet & 255) + "." + host;
    }
}
