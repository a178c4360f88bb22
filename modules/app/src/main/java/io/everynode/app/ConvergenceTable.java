package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far nodes and DaemonSets have come, read from a catalog version. Remembers what it read, so that looking often
 * costs only what has changed. One caller at a time.
 */
final class ConvergenceTable {

    /** More DaemonSets than this are only counted. */
    static final int MAX_ROWS = 12;

    /** More nodes than this are only counted. */
    static final int MAX_NAMED_NODES = 6;

    private Map<String, NodeRow> nodes = Map.of();
    private List<DaemonSetRow> daemonSets = List.of();

    private record NodeRow(long resourceVersion, String name, boolean ready, boolean network) {}

    private record DaemonSetRow(
            String name, boolean observed, long desired, long current, long ready, long updated, long available) {

        boolean converged() {
            return observed && current == desired && ready == desired && updated == desired && available == desired;
        }
    }

    void look(Catalog catalog) {
        Map<String, NodeRow> seen = new HashMap<>();
        for (StoredObject node : catalog.list(Kinds.NODE, "")) {
            NodeRow known = nodes.get(node.uid());
            seen.put(
                    node.uid(), known != null && known.resourceVersion() == node.resourceVersion() ? known : row(node));
        }
        nodes = seen;
        List<DaemonSetRow> rows = new ArrayList<>();
        for (StoredObject daemonSet : catalog.list(Kinds.DAEMON_SET, "")) {
            rows.add(row(daemonSet.namespace(), daemonSet.tree()));
        }
        daemonSets = rows;
    }

    private static NodeRow row(StoredObject node) {
        boolean ready = false;
        boolean network = true;
        for (JsonNode condition : Json.at(node.tree(), "status", "conditions")) {
            boolean holds = Json.text(condition, "status").equals("True");
            switch (Json.text(condition, "type")) {
                case "Ready" -> ready = holds;
                case "NetworkUnavailable" -> network = !holds;
                default -> {}
            }
        }
        return new NodeRow(node.resourceVersion(), node.name(), ready, network);
    }

    private static DaemonSetRow row(String namespace, JsonNode daemonSet) {
        JsonNode status = daemonSet.path("status");
        return new DaemonSetRow(
                namespace + "/" + Json.text(daemonSet, "metadata", "name"),
                status.path("observedGeneration").asLong(0)
                        >= Json.at(daemonSet, "metadata", "generation").asLong(1),
                status.path("desiredNumberScheduled").asLong(0),
                status.path("currentNumberScheduled").asLong(0),
                status.path("numberReady").asLong(0),
                status.path("updatedNumberScheduled").asLong(0),
                status.path("numberAvailable").asLong(0));
    }

    /** Nothing is left to wait for: every node is ready and connected, every DaemonSet has what it wants. */
    boolean converged() {
        return nodes.values().stream().allMatch(node -> node.ready() && node.network())
                && daemonSets.stream().allMatch(DaemonSetRow::converged);
    }

    /** For a terminal: a line for the nodes and a table of the DaemonSets. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(nodeLine());
        if (!daemonSets.isEmpty()) {
            int width = daemonSets.stream()
                    .mapToInt(row -> row.name().length())
                    .max()
                    .orElse(0);
            String form = "%-" + Math.max(width, 10) + "s  %7s  %7s  %7s  %10s  %9s";
            lines.add(form.formatted("DAEMONSET", "DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE"));
            for (DaemonSetRow row : daemonSets.subList(0, Math.min(MAX_ROWS, daemonSets.size()))) {
                lines.add(form.formatted(
                        row.name(), row.desired(), row.current(), row.ready(), row.updated(), row.available()));
            }
            if (daemonSets.size() > MAX_ROWS) {
                lines.add("and " + (daemonSets.size() - MAX_ROWS) + " more");
            }
        }
        return lines;
    }

    /** For a file or a pipe: all in one line. */
    String line() {
        StringBuilder line = new StringBuilder(nodeLine());
        for (DaemonSetRow row : daemonSets.subList(0, Math.min(MAX_ROWS, daemonSets.size()))) {
            line.append("; ").append(row.name()).append(' ').append(row.ready());
            line.append('/').append(row.desired()).append(" ready");
        }
        return line.toString();
    }

    private String nodeLine() {
        long ready = nodes.values().stream().filter(NodeRow::ready).count();
        List<String> waiting = nodes.values().stream()
                .filter(node -> !node.ready() || !node.network())
                .map(node -> node.name() + (node.ready() ? " (no network)" : " (not ready)"))
                .sorted()
                .toList();
        String all = "Nodes " + ready + "/" + nodes.size() + " ready";
        if (waiting.isEmpty()) {
            return all;
        }
        return waiting.size() <= MAX_NAMED_NODES
                ? all + ", waiting for " + String.join(", ", waiting)
                : all + ", waiting for " + waiting.size();
    }
}
