package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Nodes. */
final class NodeTable {

    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";

    static final Printer NODES = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Status", "Whether the node is ready and takes new Pods."),
                    Column.text("Roles", "Roles that its labels give it."),
                    Column.AGE,
                    Column.text("Version", "Version of its kubelet."),
                    Column.wide("Internal-IP", "Its address inside of the cluster."),
                    Column.wide("External-IP", "Its address for the outside."),
                    Column.wide("OS-Image", "Its operating system."),
                    Column.wide("Kernel-Version", "Version of its kernel."),
                    Column.wide("Container-Runtime", "Its container runtime and the version of that.")),
            NodeTable::node);

    private NodeTable() {}

    private static void node(ObjectNode node, Instant now, ArrayNode cells) {
        JsonNode info = Json.at(node, "status", "nodeInfo");
        cells.add(Cells.name(node))
                .add(status(node))
                .add(roles(node))
                .add(Cells.age(node, now))
                .add(Json.text(info, "kubeletVersion"))
                .add(address(node, "InternalIP"))
                .add(address(node, "ExternalIP"))
                .add(Cells.or(Json.text(info, "osImage"), HumanDuration.UNKNOWN))
                .add(Cells.or(Json.text(info, "kernelVersion"), HumanDuration.UNKNOWN))
                .add(Cells.or(Json.text(info, "containerRuntimeVersion"), HumanDuration.UNKNOWN));
    }

    private static String status(JsonNode node) {
        String status = "Unknown";
        for (JsonNode condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                status = Json.text(condition, "status").equals("True") ? "Ready" : "NotReady";
            }
        }
        return Json.at(node, "spec", "unschedulable").asBoolean() ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        for (Map.Entry<String, JsonNode> label :
                Json.at(node, "metadata", "labels").properties()) {
            String value = label.getValue().asText();
            if (label.getKey().startsWith(ROLE_PREFIX)) {
                roles.add(label.getKey().substring(ROLE_PREFIX.length()));
            } else if (label.getKey().equals(ROLE_LABEL)) {
                roles.add(value);
            }
        }
        roles.remove("");
        return Cells.orNone(String.join(",", roles));
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : Json.at(node, "status", "addresses")) {
            if (Json.text(address, "type").equals(type)) {
                return Json.text(address, "address");
            }
        }
        return Cells.NONE;
    }
}
