package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** ResourceQuotas and PodDisruptionBudgets. */
final class BudgetTables {

    private static final String NOT_SET = "N/A";

    static final Printer RESOURCE_QUOTAS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Request", "What is used and allowed of requests and of counted objects."),
                    Column.text("Limit", "What is used and allowed of limits."),
                    Column.AGE),
            BudgetTables::quota);

    static final Printer POD_DISRUPTION_BUDGETS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Min Available", "Pods that must stay."),
                    Column.text("Max Unavailable", "Pods that may be down."),
                    Column.integer("Allowed Disruptions", "Evictions that are allowed now."),
                    Column.AGE),
            (budget, now, cells) -> cells.add(Cells.name(budget))
                    .add(Cells.or(Json.text(budget, "spec", "minAvailable"), NOT_SET))
                    .add(Cells.or(Json.text(budget, "spec", "maxUnavailable"), NOT_SET))
                    .add(budget.path("status").path("disruptionsAllowed").asLong())
                    .add(Cells.age(budget, now)));

    private BudgetTables() {}

    private static void quota(ObjectNode quota, Instant now, ArrayNode cells) {
        JsonNode used = Json.at(quota, "status", "used");
        TreeMap<String, String> hard = new TreeMap<>();
        Json.at(quota, "status", "hard")
                .properties()
                .forEach(entry -> hard.put(entry.getKey(), entry.getValue().asText()));
        List<String> requests = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        hard.forEach((resource, most) -> {
            String text = resource + ": " + used.path(resource).asText("0") + "/" + most;
            (resource.startsWith("limits.") ? limits : requests).add(text);
        });
        cells.add(Cells.name(quota))
                .add(String.join(", ", requests))
                .add(String.join(", ", limits))
                .add(Cells.age(quota, now));
    }
}
