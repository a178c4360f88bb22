package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.secrets.DataKey;
import io.everynode.controlplane.secrets.SealedObjects;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.resource.ResourceState;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.Effect;

/**
 * One object of a kind without behaviour of its own. Decides by {@link ResourceState}. Secrets are sealed before they
 * are persisted ({@link SecretKeys}) and whole in the state.
 */
public final class ResourceEntity extends AggregateEntity<ResourceEntity.Message, ResourceEvent, ResourceState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.RESOURCE);

    /** What a Resource is told; what comes from elsewhere is a {@link WireMessage}. */
    public sealed interface Message {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, WireMessage, StopMessage {
        INSTANCE
    }

    public record Write(CommandMeta meta, ObjectWrite write, boolean dryRun, ActorRef<WriteReply> replyTo)
            implements Message, WireMessage {}

    /**
     * From this entity itself: a key was made for the object of a write, or could not be. Null is what is not there. It
     * has no form on the wire.
     */
    record KeyMade(Write write, DataKey key, String failure) implements Message {}

    private static final int RETRY_AFTER_SECONDS = 1;

    private final Kind kind;
    private final String name;
    private final SecretKeys secrets;

    /** Whether the object's last event is one that could have been sealed and was not. */
    private boolean plain;

    private ResourceEntity(String entityId, ActorContext<Message> context, EntityServices services) {
        super(PersistenceId.of(EntityIds.RESOURCE, entityId), context, services, ResourceState.ABSENT);
        List<String> parts = PersistenceIds.decodeEntityId(entityId);
        this.kind = EntityIds.kindOf(parts);
        this.name = parts.get(3);
        this.secrets = services.secrets();
    }

    public static Behavior<Message> create(String entityId, EntityServices services) {
        return Behaviors.setup(context -> new ResourceEntity(entityId, context, services));
    }

    @Override
    ResourceState evolve(ResourceState state, EventMeta meta, ResourceEvent event, long sequence) {
        plain = SealedObjects.concerns(kind) && event instanceof ResourceEvent.Stored;
        ResourceEvent whole = event instanceof ResourceEvent.Sealed sealed ? secrets.opened(sealed) : event;
        return state.evolve(meta, whole, sequence);
    }

    @Override
    Effect<Recorded<ResourceEvent>, Held<ResourceState>> on(Held<ResourceState> held, Message message) {
        if (message instanceof KeyMade made) {
            if (made.key() == null) {
                made.write()
                        .replyTo()
                        .tell(new WriteReply.Rejected(ApiStatus.unavailable(
                                "the key of the object cannot be stored now: " + made.failure(), RETRY_AFTER_SECONDS)));
                return Effect().none();
            }
            return write(held, made.write(), made.key());
        }
        return write(held, (Write) message, null);
    }

    /** @param made for this write; null when none was */
    private Effect<Recorded<ResourceEvent>, Held<ResourceState>> write(
            Held<ResourceState> held, Write write, DataKey made) {
        if (!secrets.seals(kind)) {
            return write(held, write.meta(), write.replyTo(), () -> decide(held, write));
        }
        String uid = uidToSeal(held, write);
        DataKey known = uid.isEmpty() ? null : secrets.known(uid);
        DataKey key = known == null && made != null && made.uid().equals(uid) ? made : known;
        if (key == null && !uid.isEmpty()) {
            context()
                    .pipeToSelf(
                            secrets.make(id(), uid),
                            (found, failure) -> new KeyMade(write, found, failure == null ? null : said(failure)));
            return Effect().none();
        }
        return write(held, write.meta(), write.replyTo(), () -> sealed(decide(held, write), held, write, key));
    }

    private static String said(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private Decision<ResourceEvent, WriteReply> decide(Held<ResourceState> held, Write write) {
        return held.state().decide(kind, name, write.write(), write.dryRun(), now());
    }

    /** Of the object that this write would store; "" when it stores none. */
    private String uidToSeal(Held<ResourceState> held, Write write) {
        Decision<ResourceEvent, WriteReply> decision;
        try {
            decision = decide(held, write);
        } catch (RuntimeException defect) {
            // It comes again, where it is told.
            return "";
        }
        JsonBytes object = stored(decision, held, write);
        return object == null ? "" : Json.text(object.metadata(), "metadata", "uid");
    }

    /** What is stored by a decision; also the object as it is, when nothing changes and it is not sealed yet. */
    private JsonBytes stored(Decision<ResourceEvent, WriteReply> decision, Held<ResourceState> held, Write write) {
        for (ResourceEvent event : decision.events()) {
            return event instanceof ResourceEvent.Stored stored ? stored.object() : null;
        }
        boolean again = plain && decision.reply() instanceof WriteReply.Done && !write.dryRun();
        return again ? held.state().object() : null;
    }

    private Decision<ResourceEvent, WriteReply> sealed(
            Decision<ResourceEvent, WriteReply> decision, Held<ResourceState> held, Write write, DataKey key) {
        JsonBytes object = stored(decision, held, write);
        if (object == null) {
            return decision;
        }
        String reason = decision.events().isEmpty() ? "Seal" : decision.reason();
        return Decision.of(secrets.seal(object, key), reason, decision.reply());
    }
}
