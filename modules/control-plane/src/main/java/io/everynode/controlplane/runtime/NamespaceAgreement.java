package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.membership.PekkoSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Whether all members agree that nothing more can come into a terminating namespace, so that it may be finalised. Each
 * member acknowledges the version at which it was terminating (see {@link NamespaceWitness}); asked again at each look
 * until it has. A member that joins later reads that version before it lets anything in.
 *
 * <p>Two cannot be asked: a member of the version before, and one that is gone, of which a create may be on its way
 * still. For them commands' whole life is waited out.
 */
final class NamespaceAgreement implements Predicate<StoredObject> {

    /** Commands live 30 s; the rest is for clocks that differ. */
    static final Duration COMMANDS_ARE_OVER = Duration.ofSeconds(35);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Of namespaces that were removed by other means nothing tells; the oldest go. */
    private static final int MAX_ASKED = 1_000;

    /**
     * What is known of one namespace.
     *
     * @param version at which it was seen to terminate
     * @param since when that was
     * @param quiet the members that have acknowledged that version
     * @param waiting the members that were asked and have not answered
     */
    private record Asked(long version, Instant since, Set<UniqueAddress> quiet, Set<UniqueAddress> waiting) {}

    private final ActorSystem<Void> system;
    private final Predicate<String> quietHere;
    private final Supplier<Instant> lastGone;
    private final Clock clock;

    /** By UID; of the thread that asks alone. */
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    /**
     * Starts this member's witness.
     *
     * @param quietHere whether no create of this JVM is under way in a namespace
     * @param lastGone when a member was removed last; {@link Instant#EPOCH} for never
     */
    NamespaceAgreement(
            ActorSystem<Void> system,
            Supplier<CatalogVersion> catalog,
            Predicate<String> quietHere,
            Supplier<Instant> lastGone,
            Clock clock) {
        this.system = system;
        this.quietHere = quietHere;
        this.lastGone = lastGone;
        this.clock = clock;
        system.systemActorOf(NamespaceWitness.create(catalog, quietHere), NamespaceWitness.NAME, Props.empty());
    }

    /** Called by the one actor that finalises namespaces, again and again until it is true. */
    @Override
    public boolean test(StoredObject namespace) {
        Instant now = clock.instant();
        Asked about = asked.computeIfAbsent(
                namespace.uid(),
                uid -> new Asked(
                        namespace.resourceVersion(),
                        now,
                        ConcurrentHashMap.newKeySet(),
                        ConcurrentHashMap.newKeySet()));
        forgetOldest();
        List<Standing> standings = new ArrayList<>();
        UniqueAddress self = Cluster.get(system).selfMember().uniqueAddress();
        for (Member member : Cluster.get(system).state().getMembers()) {
            UniqueAddress address = member.uniqueAddress();
            boolean here = address.equals(self);
            boolean quiet =
                    here ? quietHere.test(namespace.name()) : about.quiet().contains(address);
            boolean canBeAsked = here || PekkoSettings.member(member.getRoles()).isPresent();
            if (!quiet && !here && canBeAsked) {
                ask(namespace.name(), about, member);
            }
            standings.add(quiet ? Standing.QUIET : canBeAsked ? Standing.OWING : Standing.SILENT);
        }
        boolean agreed = agreed(standings, about.since(), lastGone.get(), now);
        if (agreed) {
            asked.remove(namespace.uid());
        }
        return agreed;
    }

    /** Where one member stands. */
    enum Standing {
        QUIET,
        /** It will answer, or be given up. */
        OWING,
        /** It is of a version that does not know the question. */
        SILENT
    }

    /**
     * The decision.
     *
     * @param since when the namespace was first seen to terminate
     * @param lastGone when a member was removed last
     */
    static boolean agreed(List<Standing> members, Instant since, Instant lastGone, Instant now) {
        if (members.contains(Standing.OWING) || now.isBefore(lastGone.plus(COMMANDS_ARE_OVER))) {
            return false;
        }
        return !members.contains(Standing.SILENT) || !now.isBefore(since.plus(COMMANDS_ARE_OVER));
    }

    private void ask(String namespace, Asked about, Member member) {
        UniqueAddress address = member.uniqueAddress();
        if (!about.waiting().add(address)) {
            return;
        }
        AskPattern.<NamespaceWitness.Ask, NamespaceWitness.Answer>ask(
                        NamespaceWitness.at(system, member.address()),
                        replyTo -> new NamespaceWitness.Ask(namespace, about.version(), replyTo),
                        PATIENCE,
                        system.scheduler())
                .whenComplete((answer, failure) -> {
                    if (answer != null && answer.quiet()) {
                        about.quiet().add(address);
                    }
                    about.waiting().remove(address);
                });
    }

    private void forgetOldest() {
        Iterator<String> oldest = asked.keySet().iterator();
        while (asked.size() > MAX_ASKED && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }
}
