package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.entity.CatalogAccess;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** All that is cleaned up by a {@link DutyActor}, by the name of its singleton. */
final class Duties implements ChangeListener {

    private final Map<String, DutyFeed<?>> feeds = new LinkedHashMap<>();

    /**
     * @param limits everynode.control-plane
     * @param quiet whether no create is on its way into a namespace
     */
    Duties(Config limits, Predicate<String> quiet) {
        add("owner-collector", new OwnerDuty());
        add("namespace-collector", new NamespaceDuty(quiet));
        add("node-pod-collector", new NodePodsDuty(limits.getDuration("missing-node-quarantine")));
        add("unbound-pod-collector", new UnboundPodsDuty());
        add("ended-pod-collector", new EndedPodsDuty(limits.getInt("ended-pods-kept")));
    }

    private void add(String name, Duty<?> duty) {
        feeds.put(name, new DutyFeed<>(duty));
    }

    /** Starts an actor for each, one in the cluster. */
    void start(ClusterLife cluster, ControlPlane controlPlane, CatalogAccess catalog, Clock clock) {
        feeds.forEach((name, feed) -> cluster.singleton(name, DutyActor.create(controlPlane, catalog, feed, clock)));
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        feeds.values().forEach(feed -> feed.published(version, changes));
    }
}
