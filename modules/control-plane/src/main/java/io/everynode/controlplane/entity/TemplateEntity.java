package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.template.TemplateEvent;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.Effect;

/** One admitted Pod template, by its SHA-256. Kept once, for ever; decides nothing. */
public final class TemplateEntity extends AggregateEntity<TemplateEntity.Message, TemplateEvent, Boolean> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.TEMPLATE);

    /** What a Template is sent. */
    public sealed interface Message extends WireMessage {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, StopMessage {
        INSTANCE
    }

    /** Keep this template; answered once it is durable. */
    public record Keep(CommandMeta meta, JsonBytes template, ActorRef<Kept> replyTo) implements Message {}

    public record Kept(String hash) implements WireMessage {}

    private final String hash;

    private TemplateEntity(String entityId, ActorContext<Message> context, EntityServices services) {
        super(PersistenceId.of(EntityIds.TEMPLATE, entityId), context, services, false);
        this.hash = entityId;
    }

    public static Behavior<Message> create(String entityId, EntityServices services) {
        return Behaviors.setup(context -> new TemplateEntity(entityId, context, services));
    }

    @Override
    Boolean evolve(Boolean kept, EventMeta meta, TemplateEvent event, long sequence) {
        return true;
    }

    @Override
    Effect<Recorded<TemplateEvent>, Held<Boolean>> on(Held<Boolean> held, Message message) {
        Keep keep = (Keep) message;
        List<TemplateEvent> events = held.state() ? List.of() : List.of(new TemplateEvent.Stored(keep.template()));
        return perform(
                held,
                keep.meta(),
                events,
                "template used",
                sequence -> keep.replyTo().tell(new Kept(hash)));
    }
}
