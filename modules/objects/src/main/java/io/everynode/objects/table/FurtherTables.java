package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Endpoints, stored Pod templates, RuntimeClasses and CertificateSigningRequests. */
final class FurtherTables {

    static final Printer ENDPOINTS = new Printer(
            List.of(Column.NAME, Column.text("Endpoints", "Its addresses, as far as they fit in."), Column.AGE),
            (endpoints, now, cells) -> cells.add(Cells.name(endpoints))
                    .add(addresses(endpoints.path("subsets")))
                    .add(Cells.age(endpoints, now)));

    static final Printer POD_TEMPLATES = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Containers", "Names of the template's containers."),
                    Column.text("Images", "Images of the template's containers."),
                    Column.text("Pod Labels", "Labels of the Pods.")),
            FurtherTables::podTemplate);

    static final Printer RUNTIME_CLASSES = new Printer(
            List.of(Column.NAME, Column.text("Handler", "What nodes call the runtime."), Column.AGE),
            (runtimeClass, now, cells) -> cells.add(Cells.name(runtimeClass))
                    .add(Json.text(runtimeClass, "handler"))
                    .add(Cells.age(runtimeClass, now)));

    static final Printer CERTIFICATE_SIGNING_REQUESTS = new Printer(
            List.of(
                    Column.NAME,
                    Column.AGE,
                    Column.text("SignerName", "Who is to sign."),
                    Column.text("Requestor", "Who asked."),
                    Column.text("RequestedDuration", "For how long the certificate is wished to be valid."),
                    Column.text("Condition", "Whether it is approved and issued.")),
            FurtherTables::certificateSigningRequest);

    private static final int MOST_ADDRESSES = 3;

    private FurtherTables() {}

    private static void podTemplate(ObjectNode object, Instant now, ArrayNode cells) {
        JsonNode containers = Json.at(object, "template", "spec", "containers");
        cells.add(Cells.name(object))
                .add(String.join(",", Cells.each(containers, "name")))
                .add(String.join(",", Cells.each(containers, "image")))
                .add(Cells.labels(Json.at(object, "template", "metadata", "labels")));
    }

    /** Each ready address with each port; only the first few are shown, and how many more there are. */
    private static String addresses(JsonNode subsets) {
        if (subsets.isEmpty()) {
            return Cells.NONE;
        }
        List<String> shown = new ArrayList<>();
        int count = 0;
        for (JsonNode subset : subsets) {
            List<String> ports = new ArrayList<>();
            subset.path("ports").forEach(port -> ports.add(port.path("port").asText()));
            if (ports.isEmpty()) {
                ports.add("");
            }
            for (String port : ports) {
                for (String ip : Cells.each(subset.path("addresses"), "ip")) {
                    count++;
                    if (shown.size() < MOST_ADDRESSES) {
                        shown.add(port.isEmpty() ? ip : (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port);
                    }
                }
            }
        }
        String text = String.join(",", shown);
        return count > MOST_ADDRESSES ? text + " + " + (count - MOST_ADDRESSES) + " more..." : text;
    }

    private static void certificateSigningRequest(ObjectNode request, Instant now, ArrayNode cells) {
        JsonNode spec = request.path("spec");
        JsonNode seconds = spec.path("expirationSeconds");
        cells.add(Cells.name(request))
                .add(Cells.age(request, now))
                .add(Cells.orNone(Json.text(spec, "signerName")))
                .add(Json.text(spec, "username"))
                .add(seconds.isNumber() ? HumanDuration.text(Duration.ofSeconds(seconds.asLong())) : Cells.NONE)
                .add(condition(request.path("status")));
    }

    private static String condition(JsonNode status) {
        List<String> types = Cells.each(status.path("conditions"), "type");
        String decision = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        String failed = types.contains("Failed") ? ",Failed" : "";
        String issued = Json.text(status, "certificate").isEmpty() ? "" : ",Issued";
        return decision + failed + issued;
    }
}
