package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The variables by which containers find Services (kubernetes/pkg/kubelet/envvars/envvars.go). Pure. */
public final class ServiceEnvironment {

    private static final String KUBERNETES = "kubernetes";

    private ServiceEnvironment() {}

    /** Whether a Pod wants those of its namespace; it always gets the API server's. */
    public static boolean links(PodView pod) {
        return pod.tree().path("spec").path("enableServiceLinks").asBoolean(true);
    }

    /**
     * @param services of the Pod's namespace, and "kubernetes" of the namespace "default"; those without an address of
     *     their own are passed over
     * @param api where this node reaches the API, for a cluster without that Service
     */
    public static Map<String, String> of(List<JsonNode> services, URI api) {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode service : services) {
            String ip = Json.text(service, "spec", "clusterIP");
            if (!ip.isEmpty() && !ip.equals("None")) {
                add(
                        env,
                        Json.text(service, "metadata", "name"),
                        ip,
                        service.path("spec").path("ports"));
            }
        }
        if (!env.containsKey("KUBERNETES_SERVICE_HOST")) {
            int port = api.getPort() > 0 ? api.getPort() : api.getScheme().equals("https") ? 443 : 80;
            String host = api.getHost().startsWith("[")
                    ? api.getHost().substring(1, api.getHost().length() - 1)
                    : api.getHost();
            JsonNode ports = Json.object()
                    .putArray("ports")
                    .add(Json.object().put("name", api.getScheme()).put("port", port));
            add(env, KUBERNETES, host, ports);
        }
        return env;
    }

    private static void add(Map<String, String> env, String name, String ip, JsonNode ports) {
        String prefix = variable(name);
        String shown = ip.contains(":") ? "[" + ip + "]" : ip;
        boolean first = true;
        env.put(prefix + "_SERVICE_HOST", ip);
        for (JsonNode port : ports) {
            String number = Integer.toString(port.path("port").asInt());
            String protocol = port.path("protocol").asText("TCP");
            String lower = protocol.toLowerCase(Locale.ROOT);
            if (first) {
                env.put(prefix + "_SERVICE_PORT", number);
                env.put(prefix + "_PORT", lower + "://" + shown + ":" + number);
                first = false;
            }
            if (port.hasNonNull("name")) {
                env.put(prefix + "_SERVICE_PORT_" + variable(Json.text(port, "name")), number);
            }
            String own = prefix + "_PORT_" + number + "_" + protocol.toUpperCase(Locale.ROOT);
            env.put(own, lower + "://" + shown + ":" + number);
            env.put(own + "_PROTO", lower);
            env.put(own + "_PORT", number);
            env.put(own + "_ADDR", ip);
        }
    }

    private static String variable(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
