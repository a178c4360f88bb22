package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Endpoints (core validation ValidateEndpoints). They are kept; nothing here fills them from Services. */
final class EndpointsRules implements KindRules {

    @Override
    public void applyDefaults(ObjectNode endpoints) {
        for (ObjectNode subset : Trees.objects(endpoints, "subsets")) {
            for (ObjectNode port : Trees.objects(subset, "ports")) {
                Trees.textDefault(port, "protocol", "TCP");
            }
        }
    }

    @Override
    public void prepareCreate(ObjectNode endpoints) {
        // There is no status to keep out.
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode endpoints, Causes causes) {
        ObjectMetaRules.validate(endpoints, true, NameRule.SUBDOMAIN, causes);
        int i = 0;
        for (ObjectNode subset : Trees.objects(endpoints, "subsets")) {
            subset(subset, Trees.at("subsets", i++), causes);
        }
    }

    private static void subset(ObjectNode subset, String field, Causes causes) {
        if (subset.path("addresses").isEmpty()
                && subset.path("notReadyAddresses").isEmpty()) {
            causes.required(field, "must specify `addresses` or `notReadyAddresses`");
        }
        for (String list : List.of("addresses", "notReadyAddresses")) {
            int i = 0;
            for (ObjectNode address : Trees.objects(subset, list)) {
                address(address, Trees.at(field + "." + list, i++), causes);
            }
        }
        List<ObjectNode> ports = Trees.objects(subset, "ports");
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), ports.size() > 1, Trees.at(field + ".ports", i), causes);
        }
    }

    private static void address(ObjectNode address, String field, Causes causes) {
        String ip = Trees.text(address, "ip");
        causes.invalid(field + ".ip", ip, Formats.ip(ip));
        String hostname = Trees.text(address, "hostname");
        if (!hostname.isEmpty()) {
            causes.invalid(field + ".hostname", hostname, Formats.dnsLabel(hostname));
        }
        if (address.has("nodeName")) {
            String node = Trees.text(address, "nodeName");
            causes.invalid(field + ".nodeName", node, Formats.dnsSubdomain(node));
        }
        if (Formats.isIp(ip)) {
            special(ip, field + ".ip", causes);
        } else {
            // Upstream looks at the address twice (ValidateNonSpecialIP).
            causes.invalid(field + ".ip", ip, "must be a valid IP address");
        }
    }

    /** Addresses that mean the machine itself or its link could be used to reach what is not meant to be reached. */
    private static void special(String ip, String field, Causes causes) {
        InetAddress address;
        try {
            address = InetAddress.getByName(ip);
        } catch (UnknownHostException e) {
            return;
        }
        if (address.isAnyLocalAddress()) {
            causes.invalid(field, ip, "may not be unspecified (" + ip + ")");
        }
        if (address.isLoopbackAddress()) {
            causes.invalid(field, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (address.isLinkLocalAddress()) {
            causes.invalid(field, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (address.isMCLinkLocal() || ip.startsWith("224.0.0.")) {
            causes.invalid(field, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    private static void port(ObjectNode port, boolean named, String field, Causes causes) {
        String name = Trees.text(port, "name");
        if (!name.isEmpty()) {
            causes.invalid(field + ".name", name, Formats.dnsLabel(name));
        } else if (named) {
            causes.required(field + ".name");
        }
        long number = Trees.number(port, "port");
        Formats.portNumber(number).forEach(wrong -> causes.invalid(field + ".port", number, wrong));
        PodSpecValidation.choice(port, "protocol", ContainerValidation.PROTOCOLS, field, causes);
        JsonNode application = port.path("appProtocol");
        if (!application.isMissingNode()) {
            causes.invalid(field + ".appProtocol", application.asText(), Formats.qualifiedName(application.asText()));
        }
    }
}
