package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The kinds of the group rbac.authorization.k8s.io. */
final class RbacTables {

    /** Roles have upstream's columns for kinds without a printer of their own. */
    static final Printer ROLES = new Printer(
            List.of(Column.NAME, new Column("Created At", "date", "", "When the object was created.", 0)),
            (role, now, cells) -> cells.add(Cells.name(role)).add(created(role)));

    static final Printer BINDINGS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Role", "The role that is granted."),
                    Column.AGE,
                    Column.wide("Users", "Users to whom it is granted."),
                    Column.wide("Groups", "Groups to whom it is granted."),
                    Column.wide("ServiceAccounts", "ServiceAccounts to whom it is granted.")),
            RbacTables::binding);

    private RbacTables() {}

    private static void binding(ObjectNode binding, Instant now, ArrayNode cells) {
        List<String> users = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        List<String> accounts = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            String name = Json.text(subject, "name");
            switch (Json.text(subject, "kind")) {
                case "User" -> users.add(name);
                case "Group" -> groups.add(name);
                case "ServiceAccount" -> accounts.add(Json.text(subject, "namespace") + "/" + name);
                default -> {
                    // Upstream has no column for other kinds either.
                }
            }
        }
        cells.add(Cells.name(binding))
                .add(Json.text(binding, "roleRef", "kind") + "/" + Json.text(binding, "roleRef", "name"))
                .add(Cells.age(binding, now))
                .add(String.join(", ", users))
                .add(String.join(", ", groups))
                .add(String.join(", ", accounts));
    }

    private static String created(JsonNode object) {
        Instant created = HumanDuration.instant(Json.text(object, "metadata", "creationTimestamp"));
        return created == null ? HumanDuration.UNKNOWN : Timestamps.seconds(created);
    }
}
