package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Every namespace that is not terminating has the account {@value #DEFAULT}; a deleted one is made again
 * (pkg/controller/serviceaccount/serviceaccounts_controller.go). The key is the namespace's name.
 */
final class ServiceAccountsDuty implements Duty<String> {

    static final String DEFAULT = "default";

    private static final Caller CONTROLLER = Caller.controller("service-account-controller");
    private static final Duration LIFE = Duration.ofSeconds(10);

    @Override
    public Collection<String> everything(CatalogVersion version) {
        List<String> found = new ArrayList<>();
        version.list(Kinds.NAMESPACE, "").forEach(namespace -> found.add(namespace.name()));
        return found;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.NAMESPACE) && change.type() == Change.Type.ADDED) {
            keys.accept(object.name());
        } else if (object.kind().equals(Kinds.SERVICE_ACCOUNT)
                && change.type() == Change.Type.REMOVED
                && object.name().equals(DEFAULT)) {
            keys.accept(object.namespace());
        }
    }

    @Override
    public Todo decide(CatalogVersion version, String name, Instant now) {
        boolean wanted = version.get(Kinds.NAMESPACE, "", name)
                .filter(namespace -> !namespace.terminating())
                .isPresent();
        if (!wanted || version.get(Kinds.SERVICE_ACCOUNT, name, DEFAULT).isPresent()) {
            return Todo.NOTHING;
        }
        ObjectNode account = Json.object().put("apiVersion", "v1").put("kind", "ServiceAccount");
        account.putObject("metadata").put("name", DEFAULT).put("namespace", name);
        return Todo.of(List.of(new WriteRequest(
                Kinds.SERVICE_ACCOUNT,
                name,
                DEFAULT,
                new ObjectWrite.Create(account, ""),
                0,
                false,
                CONTROLLER,
                "namespace " + name,
                now.plus(LIFE))));
    }
}
