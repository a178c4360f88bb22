package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.admission.Amount;
import io.everynode.core.admission.NamespaceQuotas;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps the status of ResourceQuotas true: the limits in force and what is used of them, as the catalog sums it up
 * (pkg/controller/resourcequota). Admission does not read it.
 */
final class QuotaStatusDuty implements Duty<ObjectAddress> {

    private static final Caller CONTROLLER = Caller.controller("resourcequota-controller");

    /** A thousand Pods that are made at once are not a thousand statuses. */
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(250);

    /** Only used by the actor's thread. */
    private final Map<ObjectAddress, Instant> written = new HashMap<>();

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        written.clear();
        List<ObjectAddress> found = new ArrayList<>();
        version.list(Kinds.RESOURCE_QUOTA, "").forEach(quota -> found.add(address(quota.namespace(), quota.name())));
        return found;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.EVENT)) {
            return;
        }
        version.quotas()
                .in(object.namespace())
                .byName()
                .keySet()
                .forEach(name -> keys.accept(address(object.namespace(), name)));
    }

    private static ObjectAddress address(String namespace, String name) {
        return new ObjectAddress(Kinds.RESOURCE_QUOTA, namespace, name);
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        StoredObject quota =
                version.get(Kinds.RESOURCE_QUOTA, key.namespace(), key.name()).orElse(null);
        NamespaceQuotas.Usage usage = version.quotas().in(key.namespace()).get(key.name());
        if (quota == null || usage == null) {
            written.remove(key);
            return Todo.NOTHING;
        }
        ObjectNode tree = quota.tree();
        ObjectNode status = Json.object();
        put(status, "hard", usage.quota().hard());
        put(status, "used", usage.all());
        if (status.equals(tree.path("status"))) {
            return Todo.NOTHING;
        }
        Instant earliest = written.getOrDefault(key, Instant.EPOCH).plus(BETWEEN_WRITES);
        if (now.isBefore(earliest)) {
            return new Todo(List.of(), Duration.between(now, earliest));
        }
        written.put(key, now);
        tree.set("status", status);
        Json.child(tree, "metadata").remove("resourceVersion");
        ObjectWrite write = new ObjectWrite.Replace("status", tree, CleanupWrites.same(quota));
        return Todo.of(List.of(CleanupWrites.write(quota, write, 0, CONTROLLER, now)));
    }

    private static void put(ObjectNode status, String list, Map<String, Amount> amounts) {
        if (!amounts.isEmpty()) {
            ObjectNode into = status.putObject(list);
            amounts.forEach((name, amount) -> into.put(name, amount.text()));
        }
    }
}
