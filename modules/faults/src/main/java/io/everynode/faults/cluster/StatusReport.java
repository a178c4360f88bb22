package io.everynode.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** What {@code status} prints: each member asked for itself, as in a partition they see different clusters. */
final class StatusReport {

    /** Pekko gives it to every member, and there is only one. */
    private static final String DATA_CENTER = "dc-";

    private final LocalCluster cluster;

    StatusReport(LocalCluster cluster) {
        this.cluster = cluster;
    }

    List<String> lines() {
        Map<Integer, CompletableFuture<JsonNode>> asked = new TreeMap<>();
        for (Member member : cluster.members()) {
            // Not one after the other: a frozen one takes as long as it is waited for.
            asked.put(member.number(), CompletableFuture.supplyAsync(() -> ask(member)));
        }
        Map<Integer, JsonNode> views = new TreeMap<>();
        asked.forEach((number, view) -> views.put(number, view.join()));
        Map<String, Integer> numbers = new HashMap<>();
        views.forEach((number, view) -> numbers.put(view.path("self").asText(), number));
        List<String> lines = new ArrayList<>(members(views, numbers));
        lines.add("");
        lines.addAll(shards(views));
        lines.add("");
        lines.addAll(singletons(views));
        lines.add("");
        lines.add("database: " + cluster.database().state());
        String faults = cluster.linkFaults();
        lines.add("links: " + (faults.isEmpty() ? "all well" : faults));
        cluster.balanced().ifPresent(api -> lines.add("HAProxy: " + api.address()));
        return lines;
    }

    private JsonNode ask(Member member) {
        try {
            return member.isPaused()
                    ? MissingNode.getInstance()
                    : cluster.status(member.number()).body();
        } catch (IOException away) {
            return MissingNode.getInstance();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MissingNode.getInstance();
        }
    }

    private List<String> members(Map<Integer, JsonNode> views, Map<String, Integer> numbers) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MEMBER", "PROCESS", "ENDED", "API", "STATUS", "READY", "SEES", "ROLES", "VERSION", "LAG"));
        for (Member member : cluster.members()) {
            JsonNode view = views.get(member.number());
            JsonNode own = own(view);
            TreeSet<String> seen = new TreeSet<>();
            for (JsonNode other : view.path("members")) {
                if (other.path("reachable").asBoolean()
                        && other.path("status").asText().equals("Up")) {
                    Integer number = numbers.get(other.path("address").asText());
                    seen.add(number == null ? "?" : number.toString());
                }
            }
            TreeSet<String> roles = new TreeSet<>();
            for (JsonNode role : own.path("roles")) {
                if (!role.asText().startsWith(DATA_CENTER)) {
                    roles.add(shortened(role.asText()));
                }
            }
            rows.add(List.of(
                    Integer.toString(member.number()),
                    process(member),
                    member.ends().size() + " times",
                    cluster.api(member.number()).address().toString(),
                    own.path("status").asText("?"),
                    ready(view, own),
                    seen.isEmpty() ? "-" : String.join(" ", seen),
                    roles.isEmpty() ? "-" : String.join(",", roles),
                    own.path("resourceVersion").asText("?"),
                    own.path("lag").asText("?")));
        }
        return Table.lines(rows);
    }

    /** The id of a member is long, and its start tells as much as the whole. */
    private static String shortened(String role) {
        return role.startsWith("member-") && role.length() > 15 ? role.substring(0, 15) : role;
    }

    private static String process(Member member) {
        if (!member.isRunning()) {
            return member.isWanted() ? "restarting" : "stopped";
        }
        return (member.isPaused() ? "paused " : "running ") + member.pid();
    }

    private static String ready(JsonNode view, JsonNode own) {
        if (view.isMissingNode()) {
            return "no answer";
        }
        if (own.path("ready").asBoolean()) {
            return "yes";
        }
        return "no: "
                + (own.has("notReady")
                        ? own.path("notReady").asText()
                        : view.path("message").asText("it does not tell"));
    }

    private static JsonNode own(JsonNode view) {
        for (JsonNode member : view.path("members")) {
            if (member.path("address").equals(view.path("self"))) {
                return member;
            }
        }
        return MissingNode.getInstance();
    }

    private static List<String> shards(Map<Integer, JsonNode> views) {
        TreeSet<String> types = new TreeSet<>();
        views.values().forEach(view -> own(view).path("shards").fieldNames().forEachRemaining(types::add));
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("SHARDS (ENTITIES)"));
        views.keySet().forEach(number -> head.add("MEMBER " + number));
        rows.add(head);
        for (String type : types) {
            List<String> row = new ArrayList<>(List.of(type));
            for (JsonNode view : views.values()) {
                JsonNode count = own(view).path("shards").path(type);
                row.add(
                        count.isMissingNode()
                                ? "?"
                                : count.path("shards").asInt() + " ("
                                        + count.path("entities").asInt() + ")");
            }
            rows.add(row);
        }
        return Table.lines(rows);
    }

    /** Each is told by the member that runs it. */
    private static List<String> singletons(Map<Integer, JsonNode> views) {
        TreeMap<String, TreeSet<Integer>> places = new TreeMap<>();
        views.forEach((number, view) -> view.path("singletons").properties().forEach(each -> {
            TreeSet<Integer> runs = places.computeIfAbsent(each.getKey(), name -> new TreeSet<>());
            if (each.getValue().equals(view.path("self"))) {
                runs.add(number);
            }
        }));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SINGLETON", "MEMBER"));
        places.forEach((name, runs) -> rows.add(List.of(
                name,
                runs.isEmpty()
                        ? "?"
                        : String.join(" ", runs.stream().map(String::valueOf).toList()))));
        return Table.lines(rows);
    }
}
