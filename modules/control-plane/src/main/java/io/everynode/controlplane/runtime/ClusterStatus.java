package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ClusterView.MemberView;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.membership.PekkoSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** How the cluster is, as this member can tell: its own view of the membership, and what each member says of itself. */
final class ClusterStatus {

    /** Who is frozen or cut off does not answer; the others are told of all the same. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final ClusterStatusActor.Facts NO_FACTS =
            new ClusterStatusActor.Facts("", "", 0, List.of(), Map.of());

    private final ActorSystem<Void> system;
    private final Supplier<CompletionStage<Long>> journal;
    private final ActorRef<ClusterStatusActor.Message> here;

    /**
     * Starts this member's side of it.
     *
     * @param config with the API's address, if there is one
     * @param notReady why this member should get no requests
     * @param journal the newest version in the database
     */
    ClusterStatus(
            ActorSystem<Void> system,
            Config config,
            Supplier<CatalogVersion> catalog,
            Supplier<Optional<String>> notReady,
            Supplier<CompletionStage<Long>> journal) {
        this.system = system;
        this.journal = journal;
        this.here = system.systemActorOf(
                ClusterStatusActor.create(api(config), catalog, notReady), ClusterStatusActor.NAME, Props.empty());
    }

    private static String api(Config config) {
        String path = "everynode.api-server.";
        return config.hasPath(path + "host") && config.hasPath(path + "port")
                ? config.getString(path + "host") + ":" + config.getString(path + "port")
                : "";
    }

    /** Completes within some seconds, always with a view. */
    CompletionStage<ClusterView> view() {
        ClusterEvent.CurrentClusterState state = Cluster.get(system).state();
        CompletionStage<OptionalLong> newest = journal.get()
                .toCompletableFuture()
                .copy()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((version, failure) -> failure == null ? OptionalLong.of(version) : OptionalLong.empty());
        CompletionStage<List<MemberView>> members = CompletableFuture.completedFuture(new ArrayList<>());
        for (Member member : state.getMembers()) {
            boolean reachable = !state.getUnreachable().contains(member);
            members = members.thenCombine(facts(member, reachable), (all, facts) -> {
                all.add(view(member, reachable, facts));
                return all;
            });
        }
        String self = Cluster.get(system).selfMember().address().toString();
        return members.thenCombine(newest, (all, version) -> {
            all.sort(Comparator.comparing(MemberView::address));
            return new ClusterView(self, version, List.copyOf(all));
        });
    }

    private CompletionStage<Optional<ClusterStatusActor.Facts>> facts(Member member, boolean reachable) {
        if (!reachable) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return AskPattern.<ClusterStatusActor.Message, ClusterStatusActor.Facts>ask(
                        here,
                        replyTo -> new ClusterStatusActor.AskAt(member.address(), replyTo),
                        PATIENCE,
                        system.scheduler())
                .handle((facts, failure) -> Optional.ofNullable(facts));
    }

    private static MemberView view(Member member, boolean reachable, Optional<ClusterStatusActor.Facts> answer) {
        ClusterStatusActor.Facts facts = answer.orElse(NO_FACTS);
        return new MemberView(
                member.address().toString(),
                PekkoSettings.member(member.getRoles()).orElse(""),
                member.getRoles().stream().sorted().toList(),
                member.status().toString(),
                reachable,
                answer.isPresent(),
                facts.api(),
                facts.notReady(),
                facts.resourceVersion(),
                facts.singletons(),
                facts.shards());
    }
}
