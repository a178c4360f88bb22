package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Pod may read about itself: fieldRef and resourceFieldRef (kubernetes/pkg/fieldpath,
 * pkg/api/v1/resource/helpers.go). Pure.
 *
 * @param node its name
 * @param podIps empty while the Pod has none
 * @param allocatable of the node: what a container without a limit has
 */
public record PodFields(
        PodView pod, String node, List<String> podIps, List<String> hostIps, Map<String, Quantity> allocatable) {

    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

    /** @throws ConfigProblem when there is no such field */
    public String field(String path) throws ConfigProblem {
        JsonNode metadata = pod.tree().path("metadata");
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            return Json.text(metadata, subscript.group(1), subscript.group(2));
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels" -> map(metadata.path("labels"));
            case "metadata.annotations" -> map(metadata.path("annotations"));
            case "spec.nodeName" -> node;
            case "spec.serviceAccountName" -> Json.text(pod.tree(), "spec", "serviceAccountName");
            case "status.hostIP" -> hostIps.isEmpty() ? "" : hostIps.get(0);
            case "status.hostIPs" -> String.join(",", hostIps);
            case "status.podIP" -> podIps.isEmpty() ? "" : podIps.get(0);
            case "status.podIPs" -> String.join(",", podIps);
            default -> throw new ConfigProblem("unsupported fieldPath: " + path);
        };
    }

    /** One line for each key, as Go quotes texts. */
    private static String map(JsonNode given) {
        Map<String, String> sorted = new TreeMap<>();
        given.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
        StringBuilder text = new StringBuilder();
        sorted.forEach((key, value) -> {
            String quoted = value.replace("\\", "\\\\")
                    .replace("\"", "\\\"")
                    .replace("\n", "\\n")
                    .replace("\t", "\\t");
            text.append(text.length() == 0 ? "" : "\n")
                    .append(key)
                    .append("=\"")
                    .append(quoted)
                    .append('"');
        });
        return text.toString();
    }

    /**
     * @param own the container that asks, unless the reference names another one
     * @throws ConfigProblem when there is no such container or resource
     */
    public String resource(JsonNode ref, String own) throws ConfigProblem {
        String name = ref.hasNonNull("containerName") ? Json.text(ref, "containerName") : own;
        String path = Json.text(ref, "resource");
        int dot = path.indexOf('.');
        String side = dot < 0 ? "" : path.substring(0, dot);
        String resource = path.substring(dot + 1);
        if (!side.equals("limits") && !side.equals("requests")) {
            throw new ConfigProblem("unsupported container resource: " + path);
        }
        ContainerSpec container = pod.allContainers().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigProblem("container " + name + " not found"));
        Quantity amount = Quantity.parse(Json.text(container.tree(), "resources", side, resource))
                .orElse(side.equals("limits") ? allocatable.getOrDefault(resource, Quantity.ZERO) : Quantity.ZERO);
        Quantity divisor = Quantity.parse(ref.path("divisor").asText("1"))
                .filter(each -> !each.isZero())
                .orElse(new Quantity(BigDecimal.ONE));
        return amount.value()
                .divide(divisor.value(), 0, RoundingMode.UP)
                .toBigInteger()
                .toString();
    }
}
