package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.entity.WireMessage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Says for its JVM whether nothing more can come into a namespace through it: it knows that the namespace is
 * terminating, and the creates that it let in before have ended. One in each JVM, under a name that all know.
 */
final class NamespaceWitness {

    static final String NAME = "namespace-witness";

    /**
     * Is answered with {@link Answer}.
     *
     * @param version at which the namespace was terminating
     */
    record Ask(String namespace, long version, ActorRef<Answer> replyTo) implements WireMessage {}

    record Answer(boolean quiet) implements WireMessage {}

    private NamespaceWitness() {}

    /** @param quiet whether no create of this JVM is under way in a namespace */
    static Behavior<Ask> create(Supplier<CatalogVersion> catalog, Predicate<String> quiet) {
        return Behaviors.receive(Ask.class)
                .onMessage(Ask.class, ask -> {
                    // In this order: a create that begins between the two sees that version.
                    boolean known = catalog.get().resourceVersion() >= ask.version();
                    ask.replyTo().tell(new Answer(known && quiet.test(ask.namespace())));
                    return Behaviors.same();
                })
                .build();
    }

    /** Of another member. */
    static ActorRef<Ask> at(ActorSystem<?> system, Address member) {
        return ActorRefResolver.get(system).resolveActorRef(member + "/system/" + NAME);
    }
}
