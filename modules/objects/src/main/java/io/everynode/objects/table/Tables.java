package io.everynode.objects.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.Map;

/**
 * Prints objects as rows with upstream's columns for the kind (pkg/printers/internalversion/printers.go). Pure and
 * thread-safe.
 */
public final class Tables {

    private static final Map<Kind, Printer> PRINTERS = Map.ofEntries(
            Map.entry(Kinds.NODE, NodeTable.NODES),
            Map.entry(Kinds.NAMESPACE, CoreTables.NAMESPACES),
            Map.entry(Kinds.POD, PodTable.PODS),
            Map.entry(Kinds.EVENT, EventTable.EVENTS),
            Map.entry(Kinds.EVENT_OF_OWN_GROUP, EventTable.OWN_GROUP),
            Map.entry(Kinds.CONFIG_MAP, CoreTables.CONFIG_MAPS),
            Map.entry(Kinds.SECRET, CoreTables.SECRETS),
            Map.entry(Kinds.SERVICE_ACCOUNT, CoreTables.SERVICE_ACCOUNTS),
            Map.entry(Kinds.SERVICE, CoreTables.SERVICES),
            Map.entry(Kinds.DAEMON_SET, AppsTables.DAEMON_SETS),
            Map.entry(Kinds.CONTROLLER_REVISION, AppsTables.CONTROLLER_REVISIONS),
            Map.entry(Kinds.LEASE, ClusterTables.LEASES),
            Map.entry(Kinds.LIMIT_RANGE, RbacTables.ROLES),
            Map.entry(Kinds.RESOURCE_QUOTA, BudgetTables.RESOURCE_QUOTAS),
            Map.entry(Kinds.POD_DISRUPTION_BUDGET, BudgetTables.POD_DISRUPTION_BUDGETS),
            Map.entry(Kinds.PRIORITY_CLASS, ClusterTables.PRIORITY_CLASSES),
            Map.entry(Kinds.CLUSTER_ROLE, RbacTables.ROLES),
            Map.entry(Kinds.CLUSTER_ROLE_BINDING, RbacTables.BINDINGS),
            Map.entry(Kinds.ROLE, RbacTables.ROLES),
            Map.entry(Kinds.ROLE_BINDING, RbacTables.BINDINGS),
            Map.entry(Kinds.ENDPOINTS, FurtherTables.ENDPOINTS),
            Map.entry(Kinds.POD_TEMPLATE, FurtherTables.POD_TEMPLATES),
            Map.entry(Kinds.RUNTIME_CLASS, FurtherTables.RUNTIME_CLASSES),
            Map.entry(Kinds.CERTIFICATE_SIGNING_REQUEST, FurtherTables.CERTIFICATE_SIGNING_REQUESTS),
            Map.entry(Kinds.PERSISTENT_VOLUME, StorageTables.PERSISTENT_VOLUMES),
            Map.entry(Kinds.PERSISTENT_VOLUME_CLAIM, StorageTables.PERSISTENT_VOLUME_CLAIMS),
            Map.entry(Kinds.STORAGE_CLASS, StorageTables.STORAGE_CLASSES),
            Map.entry(Kinds.CSI_DRIVER, StorageTables.CSI_DRIVERS),
            Map.entry(Kinds.CSI_NODE, StorageTables.CSI_NODES),
            Map.entry(Kinds.VOLUME_ATTACHMENT, StorageTables.VOLUME_ATTACHMENTS));

    private Tables() {}

    /** {@code columnDefinitions}: an array of name, type, format, description, priority. */
    public static ArrayNode columns(Kind kind) {
        ArrayNode columns = JsonNodeFactory.instance.arrayNode();
        printer(kind).columns().forEach(column -> columns.add(column.toJson()));
        return columns;
    }

    /** {@code cells} of one object, in the order of {@link #columns}; ages count up to {@code now}. */
    public static ArrayNode cells(Kind kind, ObjectNode object, Instant now) {
        ArrayNode cells = JsonNodeFactory.instance.arrayNode();
        printer(kind).row().print(object, now, cells);
        return cells;
    }

    /** Kinds without columns of their own show name and time of creation, as upstream's default table does. */
    private static Printer printer(Kind kind) {
        return PRINTERS.getOrDefault(kind, RbacTables.ROLES);
    }
}
