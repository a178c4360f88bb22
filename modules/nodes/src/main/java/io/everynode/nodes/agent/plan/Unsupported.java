package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a Pod asks for that a Docker Engine cannot give, or this agent does not. Such a Pod is not begun at all: a
 * container that runs with less than was asked for would be worse. docs/nodes.md lists them. Pure.
 */
public final class Unsupported {

    /** Of the event, the conditions and the waiting containers. */
    public static final String REASON = "Unsupported";

    private static final Set<String> VOLUMES =
            Set.of("name", "hostPath", "emptyDir", "configMap", "secret", "downwardAPI", "projected");
    private static final Set<String> SOURCES = Set.of("configMap", "secret", "downwardAPI", "serviceAccountToken");

    private Unsupported() {}

    /** In the order of the spec; empty for a Pod that can be run. */
    public static List<String> of(PodView pod) {
        List<String> found = new ArrayList<>();
        JsonNode spec = pod.tree().path("spec");
        given(found, spec, "runtimeClassName", "spec.runtimeClassName");
        given(found, spec, "resourceClaims", "spec.resourceClaims");
        given(found, spec, "resources", "spec.resources (of a whole Pod)");
        given(found, spec, "setHostnameAsFQDN", "spec.setHostnameAsFQDN");
        if (spec.path("hostUsers").isBoolean() && !spec.path("hostUsers").asBoolean()) {
            found.add("spec.hostUsers: false");
        }
        if (Json.text(spec, "os", "name").equals("windows")) {
            found.add("spec.os: windows");
        }
        for (JsonNode volume : spec.path("volumes")) {
            volume(found, volume);
        }
        pod.allContainers().forEach(container -> container(found, container));
        return found;
    }

    private static void volume(List<String> found, JsonNode volume) {
        String name = Json.text(volume, "name");
        volume.fieldNames().forEachRemaining(field -> {
            if (!VOLUMES.contains(field)) {
                found.add("volume \"" + name + "\": " + field);
            }
        });
        if (Json.text(volume, "emptyDir", "medium").startsWith("HugePages")) {
            found.add("volume \"" + name + "\": emptyDir.medium: HugePages");
        }
        for (JsonNode source : Json.at(volume, "projected", "sources")) {
            source.fieldNames().forEachRemaining(field -> {
                if (!SOURCES.contains(field)) {
                    found.add("volume \"" + name + "\": projected " + field);
                }
            });
        }
    }

    private static void container(List<String> found, ContainerSpec container) {
        String name = "container \"" + container.name() + "\": ";
        JsonNode tree = container.tree();
        given(found, tree, "volumeDevices", name + "volumeDevices");
        given(found, tree, "restartPolicyRules", name + "restartPolicyRules");
        if (container.type() == ContainerSpec.Type.APP) {
            given(found, tree, "restartPolicy", name + "restartPolicy");
        }
        given(found, tree.path("resources"), "claims", name + "resources.claims");
        for (JsonNode env : tree.path("env")) {
            if (env.path("valueFrom").has("fileKeyRef")) {
                found.add(name + "env fileKeyRef");
            }
        }
        for (JsonNode mount : tree.path("volumeMounts")) {
            if (Json.text(mount, "recursiveReadOnly").equals("Enabled")) {
                found.add(name + "recursiveReadOnly: Enabled");
            }
        }
        tree.path("resources").path("limits").fieldNames().forEachRemaining(resource -> {
            if (!Set.of("cpu", "memory", "ephemeral-storage").contains(resource)) {
                found.add(name + "limits of " + resource);
            }
        });
    }

    private static void given(List<String> found, JsonNode parent, String field, String text) {
        JsonNode value = parent.path(field);
        boolean empty = value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isBoolean() && !value.asBoolean());
        if (!empty) {
            found.add(text);
        }
    }
}
