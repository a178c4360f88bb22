package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.resource.ResourceState;
import io.everynode.objects.Kind;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.Effect;

/** One object of a kind without behaviour of its own. Decides by {@link ResourceState}. */
public final class ResourceEntity extends AggregateEntity<ResourceEntity.Message, ResourceEvent, ResourceState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.RESOURCE);

    /** What a Resource is sent. */
    public sealed interface Message extends WireMessage {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, StopMessage {
        INSTANCE
    }

    public record Write(CommandMeta meta, ObjectWrite write, boolean dryRun, ActorRef<WriteReply> replyTo)
            implements Message {}

    private final Kind kind;
    private final String name;

    private ResourceEntity(String entityId, ActorContext<Message> context, EntityServices services) {
        super(PersistenceId.of(EntityIds.RESOURCE, entityId), context, services, ResourceState.ABSENT);
        List<String> parts = PersistenceIds.decodeEntityId(entityId);
        this.kind = EntityIds.kindOf(parts);
        this.name = parts.get(3);
    }

    public static Behavior<Message> create(String entityId, EntityServices services) {
        return Behaviors.setup(context -> new ResourceEntity(entityId, context, services));
    }

    @Override
    ResourceState evolve(ResourceState state, EventMeta meta, ResourceEvent event, long sequence) {
        return state.evolve(meta, event, sequence);
    }

    @Override
    Effect<Recorded<ResourceEvent>, Held<ResourceState>> on(Held<ResourceState> held, Message message) {
        Write write = (Write) message;
        return write(
                held,
                write.meta(),
                write.replyTo(),
                () -> held.state().decide(kind, name, write.write(), write.dryRun(), now()));
    }
}
