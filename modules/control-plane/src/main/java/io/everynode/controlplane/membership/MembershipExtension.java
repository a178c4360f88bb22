package io.everynode.controlplane.membership;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;

/** Where the leases that Pekko makes by their class name find the membership of their actor system. */
final class MembershipExtension implements Extension {

    private final CompletableFuture<Supplier<CompletionStage<Boolean>>> gate = new CompletableFuture<>();
    private final CompletableFuture<LeaseTable> leases = new CompletableFuture<>();
    private final Set<String> shards = ConcurrentHashMap.newKeySet();
    private volatile String member = "";

    /** Sets what is found here; once, before shards and singletons are started. */
    void install(String self, Supplier<CompletionStage<Boolean>> pass, LeaseTable table) {
        member = self;
        leases.complete(table);
        gate.complete(pass);
    }

    /** This JVM's id in the database. */
    String member() {
        return member;
    }

    /** The shards that run in this JVM, or are about to, by the names of their leases. */
    Set<String> shards() {
        return shards;
    }

    CompletionStage<Boolean> pass() {
        return gate.thenCompose(Supplier::get);
    }

    CompletableFuture<LeaseTable> leases() {
        return leases;
    }

    static MembershipExtension of(ActorSystem system) {
        return Id.INSTANCE.get(system);
    }

    private static final class Id extends AbstractExtensionId<MembershipExtension> implements ExtensionIdProvider {
        static final Id INSTANCE = new Id();

        @Override
        public Id lookup() {
            return this;
        }

        @Override
        public MembershipExtension createExtension(ExtendedActorSystem system) {
            return new MembershipExtension();
        }
    }
}
