package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The container whose network, and IPC, a Pod's containers share. Pure. */
public final class SandboxPlan {

    /** Linux allows no longer one. */
    private static final int HOSTNAME_LENGTH = 63;

    private SandboxPlan() {}

    public static ContainerPlan of(PodView pod, String node, String image, int attempt) {
        JsonNode spec = pod.tree().path("spec");
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(pod.hostNetwork() ? "host" : "bridge")
                .withIpcMode(spec.path("hostIPC").asBoolean(false) ? "host" : "shareable")
                .withSecurityOpts(new ArrayList<>(List.of("no-new-privileges")))
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
        if (spec.path("hostPID").asBoolean(false)) {
            host.withPidMode("host");
        }
        if (pod.hostNetwork()) {
            host.withUtSMode("host");
        } else {
            host.withPortBindings(ports(pod));
        }
        names(host, pod, spec);
        Map<String, String> sysctls = new HashMap<>();
        for (JsonNode sysctl : Json.at(spec, "securityContext", "sysctls")) {
            sysctls.put(Json.text(sysctl, "name"), Json.text(sysctl, "value"));
        }
        if (!sysctls.isEmpty()) {
            host.withSysctls(sysctls);
        }
        return new ContainerPlan(
                Labels.name(pod, ContainerFacts.SANDBOX, attempt),
                image,
                null,
                null,
                List.of(),
                "",
                "",
                pod.hostNetwork() ? "" : hostname(pod, spec),
                "",
                false,
                false,
                false,
                Labels.of(pod, node, ContainerFacts.SANDBOX, attempt),
                host);
    }

    static String hostname(PodView pod, JsonNode spec) {
        String name = Json.text(spec, "hostname");
        String hostname = name.isEmpty() ? pod.name() : name;
        if (hostname.length() > HOSTNAME_LENGTH) {
            hostname = hostname.substring(0, HOSTNAME_LENGTH).replaceAll("[-.]+$", "");
        }
        return hostname;
    }

    private static List<PortBinding> ports(PodView pod) {
        List<PortBinding> bindings = new ArrayList<>();
        for (ContainerSpec container : pod.allContainers()) {
            for (JsonNode port : container.tree().path("ports")) {
                int hostPort = port.path("hostPort").asInt(0);
                if (hostPort > 0) {
                    InternetProtocol protocol = InternetProtocol.parse(
                            port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT));
                    Ports.Binding binding = new Ports.Binding(Json.text(port, "hostIP"), Integer.toString(hostPort));
                    bindings.add(new PortBinding(
                            binding, new ExposedPort(port.path("containerPort").asInt(), protocol)));
                }
            }
        }
        return bindings;
    }

    /** The host's resolver serves every policy but None: there is no cluster's own here. */
    private static void names(HostConfig host, PodView pod, JsonNode spec) {
        List<String> hosts = new ArrayList<>();
        for (JsonNode alias : spec.path("hostAliases")) {
            alias.path("hostnames").forEach(name -> hosts.add(name.asText() + ":" + Json.text(alias, "ip")));
        }
        if (!hosts.isEmpty() && !pod.hostNetwork()) {
            host.withExtraHosts(hosts.toArray(String[]::new));
        }
        JsonNode dns = spec.path("dnsConfig");
        List<String> servers = texts(dns.path("nameservers"));
        List<String> searches = texts(dns.path("searches"));
        List<String> options = new ArrayList<>();
        for (JsonNode option : dns.path("options")) {
            String value = Json.text(option, "value");
            options.add(Json.text(option, "name") + (value.isEmpty() ? "" : ":" + value));
        }
        if (!servers.isEmpty()) {
            host.withDns(servers);
        }
        if (!searches.isEmpty()) {
            host.withDnsSearch(searches);
        }
        if (!options.isEmpty()) {
            host.withDnsOptions(options);
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
