package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The kinds of the group apps. */
final class AppsTables {

    static final Printer DAEMON_SETS = new Printer(
            List.of(
                    Column.NAME,
                    Column.integer("Desired", "Nodes that should run a Pod."),
                    Column.integer("Current", "Nodes that should run a Pod and have one."),
                    Column.integer("Ready", "Nodes that should run a Pod and have a ready one."),
                    Column.integer("Up-to-date", "Nodes that have a Pod of the newest template."),
                    Column.integer("Available", "Nodes that should run a Pod and have an available one."),
                    Column.text("Node Selector", "Labels that the template asks of nodes."),
                    Column.AGE,
                    Column.wide("Containers", "Names of the template's containers."),
                    Column.wide("Images", "Images of the template's containers."),
                    Column.wide("Selector", "Which Pods are its own.")),
            AppsTables::daemonSet);

    static final Printer CONTROLLER_REVISIONS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Controller", "Whose history it belongs to."),
                    Column.text("Revision", "Its number in that history."),
                    Column.AGE),
            AppsTables::controllerRevision);

    private AppsTables() {}

    private static void daemonSet(ObjectNode daemonSet, Instant now, ArrayNode cells) {
        JsonNode status = daemonSet.path("status");
        JsonNode template = Json.at(daemonSet, "spec", "template", "spec");
        JsonNode containers = template.path("containers");
        cells.add(Cells.name(daemonSet))
                .add(status.path("desiredNumberScheduled").asInt())
                .add(status.path("currentNumberScheduled").asInt())
                .add(status.path("numberReady").asInt())
                .add(status.path("updatedNumberScheduled").asInt())
                .add(status.path("numberAvailable").asInt())
                .add(Cells.labels(template.path("nodeSelector")))
                .add(Cells.age(daemonSet, now))
                .add(String.join(",", Cells.each(containers, "name")))
                .add(String.join(",", Cells.each(containers, "image")))
                .add(Cells.selector(Json.at(daemonSet, "spec", "selector")));
    }

    private static void controllerRevision(ObjectNode revision, Instant now, ArrayNode cells) {
        cells.add(Cells.name(revision))
                .add(controller(revision))
                .add(revision.path("revision").asLong())
                .add(Cells.age(revision, now));
    }

    /** Such as "daemonset.apps/fluentd". */
    private static String controller(JsonNode object) {
        for (JsonNode owner : Json.at(object, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String apiVersion = Json.text(owner, "apiVersion");
                int slash = apiVersion.indexOf('/');
                String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
                return (Json.text(owner, "kind") + group).toLowerCase(Locale.ROOT) + "/" + Json.text(owner, "name");
            }
        }
        return Cells.NONE;
    }
}
