package io.everynode.nodes.agent;

import io.everynode.objects.Quantity;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machine that a node is, as it was when the agent started. Immutable.
 *
 * @param addresses the first is the one that Pods are told
 * @param allocatable what Pods may ask for: its capacity without what must stay free ({@link Pressure})
 * @param capacityTexts as the API writes them
 * @param allocatableTexts as the API writes them
 * @param nameResolves whether the node's name leads to an address, on this machine
 */
record NodeFacts(
        List<String> addresses,
        Map<String, Quantity> allocatable,
        Map<String, String> capacityTexts,
        Map<String, String> allocatableTexts,
        String machineId,
        String systemUuid,
        String bootId,
        boolean nameResolves) {

    private static final String PODS = "110";

    String address() {
        return addresses.get(0);
    }

    /** As the Node's status lists them. */
    List<String> reachedBy(String node) {
        List<String> all = new ArrayList<>(addresses);
        if (nameResolves) {
            all.add(node);
        }
        return all;
    }

    /** @param address "" for the host's own */
    static NodeFacts read(String node, String address, int cpus, long memoryBytes, Path rootDirectory)
            throws IOException {
        long memory = memoryBytes / 1024;
        long disk = Files.getFileStore(rootDirectory).getTotalSpace() / 1024;
        Map<String, String> capacity = new TreeMap<>();
        capacity.put("cpu", Integer.toString(cpus));
        capacity.put("memory", memory + "Ki");
        capacity.put("ephemeral-storage", disk + "Ki");
        capacity.put("pods", PODS);
        Map<String, String> allocatable = new TreeMap<>(capacity);
        allocatable.put("memory", Math.max(0, memory - Pressure.LEAST_MEMORY_KIB) + "Ki");
        allocatable.put("ephemeral-storage", disk / 100 * (100 - Pressure.LEAST_DISK_PERCENT) + "Ki");
        Map<String, Quantity> quantities = new TreeMap<>();
        allocatable.forEach(
                (name, text) -> quantities.put(name, Quantity.parse(text).orElse(new Quantity(BigDecimal.ZERO))));
        return new NodeFacts(
                List.of(address.isEmpty() ? hostAddress() : address),
                quantities,
                capacity,
                allocatable,
                line("/etc/machine-id"),
                line("/sys/class/dmi/id/product_uuid"),
                line("/proc/sys/kernel/random/boot_id"),
                resolves(node));
    }

    private static boolean resolves(String name) {
        try {
            return !InetAddress.getByName(name).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String line(String file) {
        try {
            return KernelFile.read(file).strip();
        } catch (IOException none) {
            // Some machines have none, or do not show it.
            return "";
        }
    }

    /** The first address of the first interface that is up and no bridge of the Engine's. */
    private static String hostAddress() throws IOException {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            boolean bridge = each.getName().startsWith("docker")
                    || each.getName().startsWith("br-")
                    || each.getName().startsWith("veth");
            if (each.isUp() && !each.isLoopback() && !bridge) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    if (address.getAddress() instanceof Inet4Address) {
                        return address.getAddress().getHostAddress();
                    }
                }
            }
        }
        return InetAddress.getLoopbackAddress().getHostAddress();
    }
}
