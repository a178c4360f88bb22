package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/**
 * Drops from a Pod spec what encodes the same as nothing: false, 0 and "" in fields where Kubernetes cannot tell them
 * from absent, empty lists and empty maps. So {@code hostNetwork: false} added to a template is no change of it, just
 * as upstream, which decodes into Go structures and encodes again.
 */
final class ZeroValues {

    /** Fields of plain Go types that are left out when zero, wherever in a Pod spec they appear. */
    private static final Set<String> PLAIN = Set.of(
            "hostNetwork",
            "hostPID",
            "hostIPC",
            "stdin",
            "stdinOnce",
            "tty",
            "readOnly",
            "nodeName",
            "serviceAccountName",
            "serviceAccount",
            "hostname",
            "subdomain",
            "schedulerName",
            "priorityClassName",
            "workingDir",
            "hostPort",
            "hostIP",
            "subPath",
            "subPathExpr",
            "prefix",
            "initialDelaySeconds",
            "medium",
            "containerName");

    /** The same for objects in these lists, whose field names mean other things elsewhere. */
    private static final Map<String, Set<String>> PLAIN_IN = Map.of(
            "env", Set.of("value"),
            "ports", Set.of("name"),
            "tolerations", Set.of("key", "operator", "value", "effect"),
            "httpGet", Set.of("host"),
            "tcpSocket", Set.of("host"));

    /** There {@code readOnly: false} can be told from absent. */
    private static final Set<String> OWN_READ_ONLY = Set.of("csi", "azureDisk");

    private static final Set<String> MAPS =
            Set.of("labels", "annotations", "nodeSelector", "matchLabels", "limits", "requests", "overhead");

    /** Keys and values there are the user's own. */
    private static final Set<String> USER_MAPS = Set.of(
            "labels",
            "annotations",
            "nodeSelector",
            "matchLabels",
            "limits",
            "requests",
            "overhead",
            "volumeAttributes",
            "options");

    private ZeroValues() {}

    static void drop(ObjectNode tree) {
        drop("", tree);
    }

    private static void drop(String name, JsonNode node) {
        if (node instanceof ArrayNode list) {
            list.forEach(item -> drop(name, item));
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : new ArrayList<>(object.properties())) {
                if (isNothing(name, field.getKey(), field.getValue())) {
                    object.remove(field.getKey());
                } else if (!USER_MAPS.contains(field.getKey())) {
                    drop(field.getKey(), field.getValue());
                }
            }
        }
    }

    private static boolean isNothing(String parent, String name, JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty();
        }
        if (value.isObject()) {
            return value.isEmpty() && MAPS.contains(name);
        }
        boolean zero = value.isTextual() && value.asText().isEmpty()
                || value.isBoolean() && !value.asBoolean()
                || value.isNumber() && value.asLong() == 0;
        boolean plain = PLAIN.contains(name)
                ? !(name.equals("readOnly") && OWN_READ_ONLY.contains(parent))
                : PLAIN_IN.getOrDefault(parent, Set.of()).contains(name);
        return zero && plain;
    }
}
