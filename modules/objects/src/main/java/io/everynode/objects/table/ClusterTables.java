package io.everynode.objects.table;

import io.everynode.objects.Json;
import java.util.List;

/** Leases and PriorityClasses. */
final class ClusterTables {

    static final Printer LEASES = new Printer(
            List.of(Column.NAME, Column.text("Holder", "Who holds it."), Column.AGE),
            (lease, now, cells) -> cells.add(Cells.name(lease))
                    .add(Json.text(lease, "spec", "holderIdentity"))
                    .add(Cells.age(lease, now)));

    static final Printer PRIORITY_CLASSES = new Printer(
            List.of(
                    Column.NAME,
                    Column.integer("Value", "Priority of the Pods that name it; higher goes first."),
                    new Column(
                            "Global-Default", "boolean", "", "Whether Pods that name no class are given this one.", 0),
                    Column.AGE,
                    Column.text("PreemptionPolicy", "Whether its Pods may push lower ones out.")),
            (priority, now, cells) -> cells.add(Cells.name(priority))
                    .add(priority.path("value").asLong())
                    .add(priority.path("globalDefault").asBoolean())
                    .add(Cells.age(priority, now))
                    .add(Cells.or(Json.text(priority, "preemptionPolicy"), "PreemptLowerPriority")));

    private ClusterTables() {}
}
