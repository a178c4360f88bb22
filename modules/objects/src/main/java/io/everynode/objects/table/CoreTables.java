package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Namespaces, ConfigMaps, Secrets, ServiceAccounts and Services. */
final class CoreTables {

    static final Printer NAMESPACES = new Printer(
            List.of(Column.NAME, Column.text("Status", "Whether it is active or being emptied."), Column.AGE),
            (namespace, now, cells) -> cells.add(Cells.name(namespace))
                    .add(Json.text(namespace, "status", "phase"))
                    .add(Cells.age(namespace, now)));

    static final Printer CONFIG_MAPS = new Printer(
            List.of(Column.NAME, Column.text("Data", "How many entries it has."), Column.AGE),
            (map, now, cells) -> cells.add(Cells.name(map))
                    .add(map.path("data").size() + map.path("binaryData").size())
                    .add(Cells.age(map, now)));

    static final Printer SECRETS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Type", "What its entries are for."),
                    Column.text("Data", "How many entries it has."),
                    Column.AGE),
            (secret, now, cells) -> cells.add(Cells.name(secret))
                    .add(Json.text(secret, "type"))
                    .add(secret.path("data").size())
                    .add(Cells.age(secret, now)));

    static final Printer SERVICE_ACCOUNTS = new Printer(
            List.of(Column.NAME, Column.text("Secrets", "How many Secrets its Pods may mount."), Column.AGE),
            (account, now, cells) -> cells.add(Cells.name(account))
                    .add(account.path("secrets").size())
                    .add(Cells.age(account, now)));

    static final Printer SERVICES = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Type", "How it is exposed."),
                    Column.text("Cluster-IP", "Its address inside of the cluster."),
                    Column.text("External-IP", "Its addresses for the outside."),
                    Column.text("Port(s)", "Its ports, with node ports and protocols."),
                    Column.AGE,
                    Column.wide("Selector", "Labels of the Pods behind it.")),
            CoreTables::service);

    private CoreTables() {}

    private static void service(ObjectNode service, Instant now, ArrayNode cells) {
        JsonNode spec = service.path("spec");
        String clusterIp = Cells.or(
                spec.path("clusterIPs").path(0).asText(""),
                spec.path("clusterIP").asText(""));
        cells.add(Cells.name(service))
                .add(Json.text(spec, "type"))
                .add(Cells.orNone(clusterIp))
                .add(externalIp(service))
                .add(Cells.orNone(ports(spec.path("ports"))))
                .add(Cells.age(service, now))
                .add(Cells.labels(spec.path("selector")));
    }

    private static String externalIp(JsonNode service) {
        JsonNode spec = service.path("spec");
        List<String> own = Cells.texts(spec.path("externalIPs"));
        return switch (Json.text(spec, "type")) {
            case "ClusterIP", "NodePort" -> Cells.orNone(String.join(",", own));
            case "LoadBalancer" -> {
                List<String> all = new ArrayList<>(loadBalancerAddresses(service));
                all.addAll(own);
                yield Cells.or(String.join(",", all), "<pending>");
            }
            case "ExternalName" -> Json.text(spec, "externalName");
            default -> HumanDuration.UNKNOWN;
        };
    }

    private static TreeSet<String> loadBalancerAddresses(JsonNode service) {
        TreeSet<String> addresses = new TreeSet<>();
        for (JsonNode ingress : Json.at(service, "status", "loadBalancer", "ingress")) {
            addresses.add(Cells.or(Json.text(ingress, "ip"), Json.text(ingress, "hostname")));
        }
        addresses.remove("");
        return addresses;
    }

    private static String ports(JsonNode ports) {
        List<String> texts = new ArrayList<>();
        for (JsonNode port : ports) {
            int nodePort = port.path("nodePort").asInt();
            texts.add(port.path("port").asInt() + (nodePort > 0 ? ":" + nodePort : "") + "/"
                    + Json.text(port, "protocol"));
        }
        return String.join(",", texts);
    }
}
