package io.everynode.core.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Objects for tests, written as people write them. */
public final class Yaml {

    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}

    public static ObjectNode object(String yaml) {
        try {
            return (ObjectNode) MAPPER.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    public static NodeFacts node(String yaml) {
        return NodeFacts.of(object(yaml));
    }

    /** The requirements of a Pod with this spec. */
    public static PodRequirements pod(String spec) {
        ObjectNode pod = MAPPER.createObjectNode();
        pod.set("spec", object(spec));
        return PodRequirements.ofPod(pod);
    }

    /** The requirements of a DaemonSet whose template has this spec. */
    public static PodRequirements daemon(String spec) {
        ObjectNode template = MAPPER.createObjectNode();
        template.set("spec", object(spec));
        return PodRequirements.ofTemplate(DaemonTolerations.addTo(template));
    }
}
