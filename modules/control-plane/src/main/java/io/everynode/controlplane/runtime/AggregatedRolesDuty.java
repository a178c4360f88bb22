package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.AccessRulesFeed;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.AccessRules;
import io.everynode.core.authorization.PolicyRule;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes into aggregated ClusterRoles the rules that they come to (pkg/controller/clusterroleaggregation), so that
 * people see them; decisions do not wait for it. The key is the role's name.
 */
final class AggregatedRolesDuty implements Duty<String> {

    private static final Caller CONTROLLER = Caller.controller("clusterrole-aggregation-controller");
    private static final Duration LIFE = Duration.ofSeconds(10);

    private final AccessRulesFeed feed;

    /** @param feed is told of each version before this duty */
    AggregatedRolesDuty(AccessRulesFeed feed) {
        this.feed = feed;
    }

    @Override
    public Collection<String> everything(CatalogVersion version) {
        return List.copyOf(feed.current(version).aggregated());
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        if (change.object().kind().equals(Kinds.CLUSTER_ROLE)) {
            feed.current(version).aggregated().forEach(keys);
        }
    }

    @Override
    public Todo decide(CatalogVersion version, String name, Instant now) {
        AccessRules rules = feed.current(version);
        Optional<List<PolicyRule>> wanted = rules.aggregatedRules(name);
        Optional<StoredObject> found = version.get(Kinds.CLUSTER_ROLE, "", name);
        if (wanted.isEmpty() || found.isEmpty() || found.get().terminating()) {
            return Todo.NOTHING;
        }
        ObjectNode role = found.get().tree();
        if (PolicyRule.rules(role).equals(wanted.get())) {
            return Todo.NOTHING;
        }
        ArrayNode list = role.putArray("rules");
        wanted.get().forEach(rule -> list.add(rule.toJson()));
        Json.child(role, "metadata").remove("resourceVersion");
        return Todo.of(List.of(new WriteRequest(
                Kinds.CLUSTER_ROLE,
                "",
                name,
                new ObjectWrite.Replace("", role, Precondition.NONE),
                found.get().resourceVersion(),
                false,
                CONTROLLER,
                "aggregated roles",
                now.plus(LIFE))));
    }
}
