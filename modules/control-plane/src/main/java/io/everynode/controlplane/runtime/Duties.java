package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.AccessRulesFeed;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.secrets.SecretKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All that is cleaned up or kept true by a {@link DutyActor}, by the name of its singleton. */
public final class Duties implements ChangeListener {

    private final Map<String, DutyFeed<?>> feeds = new LinkedHashMap<>();

    /**
     * @param limits everynode.control-plane
     * @param quiet whether no create can come into a terminating namespace any more
     * @param access is told of each version before these
     * @param secrets seal what is stored
     * @param authority what Pods are to trust; empty for nothing
     */
    Duties(
            Config limits,
            Predicate<StoredObject> quiet,
            AccessRulesFeed access,
            SecretKeys secrets,
            Optional<Supplier<String>> authority) {
        all(limits.getDuration("missing-node-quarantine"), limits.getInt("ended-pods-kept"), quiet)
                .forEach((name, duty) -> feeds.put(name, new DutyFeed<>(duty)));
        upkeep(limits).forEach((name, duty) -> feeds.put(name, new DutyFeed<>(duty)));
        feeds.put("plain-secrets", new DutyFeed<>(new PlainSecretsDuty(secrets)));
        feeds.put("aggregated-roles", new DutyFeed<>(new AggregatedRolesDuty(access)));
        authority.ifPresent(source -> feeds.put("root-ca-publisher", new DutyFeed<>(new RootAuthorityDuty(source))));
    }

    /** Those that keep something there or true; no Pod comes or goes by them, so the simulator does without. */
    private static Map<String, Duty<?>> upkeep(Config limits) {
        Map<String, Duty<?>> duties = new LinkedHashMap<>();
        duties.put("disruption-budgets", new DisruptionDuty());
        duties.put("resource-quota-status", new QuotaStatusDuty());
        duties.put("event-expiry", new EventExpiryDuty(limits.getDuration("event-ttl")));
        duties.put("certificate-request-cleaner", new CertificateRequestsDuty());
        return duties;
    }

    /** Those that clean up after Pods and owners, and what Pods wait for; by the name of the singleton. */
    public static Map<String, Duty<?>> all(
            Duration missingNodeQuarantine, int endedPodsKept, Predicate<StoredObject> quiet) {
        Map<String, Duty<?>> duties = new LinkedHashMap<>();
        duties.put("service-accounts", new ServiceAccountsDuty());
        duties.put("owner-collector", new OwnerDuty());
        duties.put("namespace-collector", new NamespaceDuty(quiet));
        duties.put("node-pod-collector", new NodePodsDuty(missingNodeQuarantine));
        duties.put("unbound-pod-collector", new UnboundPodsDuty());
        duties.put("ended-pod-collector", new EndedPodsDuty(endedPodsKept));
        return duties;
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
