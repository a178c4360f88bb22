package io.everynode.controlplane.event;

import io.everynode.controlplane.journal.FormatGate;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;

/**
 * Where the serializer, which Pekko makes by its class name, learns what all members can read, and meets the tail of
 * its own JVM. Thread-safe.
 */
public final class EventFormats implements Extension {

    private volatile FormatGate gate;
    private final WrittenEvents written = new WrittenEvents();

    private EventFormats() {}

    /** The actor system's own. */
    public static EventFormats of(ActorSystem system) {
        return Id.INSTANCE.get(system);
    }

    /** To be set before anything is persisted; until then events are written as every version reads them. */
    public void install(FormatGate formatGate) {
        gate = formatGate;
    }

    /** Of bytes that this JVM's tail has read, once: as {@link EventCodec#decode}. */
    public Recorded<? extends Event> read(String manifest, byte[] stored) {
        Recorded<? extends Event> own = written.take(manifest, stored);
        return own != null ? own : EventCodec.decode(manifest, stored);
    }

    /** @param bytes of the event, as they will be read */
    void wrote(byte[] bytes, Recorded<? extends Event> event) {
        written.put(bytes, event);
    }

    boolean mayPack() {
        FormatGate known = gate;
        return known != null && known.mayWrite(PackedEvent.FORMAT);
    }

    private static final class Id extends AbstractExtensionId<EventFormats> implements ExtensionIdProvider {
        static final Id INSTANCE = new Id();

        @Override
        public Id lookup() {
            return this;
        }

        @Override
        public EventFormats createExtension(ExtendedActorSystem system) {
            return new EventFormats();
        }
    }
}
