package io.everynode.controlplane.event;

import io.everynode.core.event.Recorded;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Pekko's door to {@link EventCodec}. The identifier stands in every journal row, for ever. */
public final class EventSerializer extends SerializerWithStringManifest {

    public static final int IDENTIFIER = 730_001;

    private final EventFormats formats;

    public EventSerializer(ExtendedActorSystem system) {
        this.formats = EventFormats.of(system);
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object o) {
        return EventTypes.of(((Recorded<?>) o).event()).manifest();
    }

    @Override
    public byte[] toBinary(Object o) {
        Recorded<?> recorded = (Recorded<?>) o;
        byte[] bytes = formats.mayPack() ? EventCodec.packed(recorded) : EventCodec.encode(recorded);
        formats.wrote(bytes, recorded);
        return bytes;
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return EventCodec.decode(manifest, bytes);
        } catch (IllegalArgumentException e) {
            throw new NotSerializableException(e.getMessage());
        }
    }
}
