package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Virtual addresses of Services. Clients wait for one (Helm does with {@code --wait}), but nothing here carries traffic
 * to it. So it is not handed out from a pool: it follows from the Service's UID, in 10.96.0.0/12 or fd00:10:96::/96.
 * Whoever makes a Service sees to it that no other has that address, else gives it another UID.
 */
final class ClusterAddresses {

    private static final String DUAL = "RequireDualStack";
    private static final List<String> FAMILIES = List.of("ipFamilies", "ipFamilyPolicy");
    private static final int HOSTS = 1 << 20;

    private ClusterAddresses() {}

    /** Gives what a new Service, or one that changed its type, lacks; one that exists keeps what it has. */
    static void assign(ObjectNode service) {
        if (!(service.get("spec") instanceof ObjectNode spec)
                || Trees.text(spec, "type").equals("ExternalName")) {
            return;
        }
        boolean headless = Trees.text(spec, "clusterIP").equals("None");
        boolean anyFamily = headless && spec.path("selector").isEmpty();
        Trees.textDefault(spec, "ipFamilyPolicy", anyFamily ? DUAL : "SingleStack");
        if (spec.path("ipFamilies").isEmpty()) {
            boolean six = !headless && Formats.isIpv6(Trees.text(spec, "clusterIP"));
            var families = spec.putArray("ipFamilies").add(six ? "IPv6" : "IPv4");
            if (anyFamily && Trees.text(spec, "ipFamilyPolicy").equals(DUAL)) {
                families.add("IPv6");
            }
        }
        if (Trees.text(spec, "clusterIP").isEmpty()) {
            String address = address(
                    Trees.text(service.path("metadata"), "uid"),
                    spec.path("ipFamilies").path(0).asText().equals("IPv6"));
            spec.put("clusterIP", address);
            spec.putArray("clusterIPs").add(address);
        }
    }

    /**
     * The same for an update, which may leave out what was given. One that turns the Service into an alias takes its
     * address away, unless it names another one.
     */
    static void reassign(ObjectNode service, JsonNode before) {
        ObjectNode spec = Json.child(service, "spec");
        if (!Trees.text(spec, "type").equals("ExternalName")) {
            for (String name : FAMILIES) {
                if (!spec.has(name)) {
                    Trees.copy(spec, name, before);
                }
            }
            assign(service);
        } else if (!Trees.text(before, "type").equals("ExternalName")
                && Trees.text(spec, "clusterIP").equals(Trees.text(before, "clusterIP"))) {
            spec.remove(List.of("clusterIP", "clusterIPs"));
            spec.remove(FAMILIES);
        }
    }

    private static String address(String uid, boolean six) {
        byte[] hash = hash(uid);
        int number = (hash[0] & 0xff) << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | hash[3] & 0xff;
        if (six) {
            return "fd00:10:96::" + Integer.toHexString(number >>> 16) + ":"
                    + Integer.toHexString(1 + (number & 0xfffe));
        }
        // Neither the first nor the last address of the range.
        int host = 1 + Integer.remainderUnsigned(number, HOSTS - 2);
        return "10." + (96 + (host >>> 16)) + "." + (host >>> 8 & 0xff) + "." + (host & 0xff);
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
