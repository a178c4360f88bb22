package io.everynode.controlplane.event;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of a journal row: plain, a CBOR array of the envelope's fields and the event. Records are written as arrays
 * of their components in order, so components may be appended and nothing else may change under one manifest; golden
 * files guard that; or the same packed ({@link PackedEvent}). Thread-safe.
 */
public final class EventCodec {

    /** The envelope comes first, and {@code more} first in it, so that the tail reads it without decoding the rest. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"more", "atMillis", "user", "client", "commandId", "cause", "reason", "plannedAt"})
    private record Envelope(
            int more,
            long atMillis,
            String user,
            String client,
            String commandId,
            String cause,
            String reason,
            long plannedAt) {}

    /** Makes records arrays without naming a data format in core. */
    private static final CBORMapper MAPPER = mapper();

    private static final ObjectWriter ENVELOPE_WRITER = MAPPER.writerFor(Envelope.class);
    private static final ObjectReader ENVELOPE_READER = MAPPER.readerFor(Envelope.class);
    private static final Map<String, ObjectReader> READERS = new HashMap<>();

    static {
        for (EventTypes.EventType type : EventTypes.all()) {
            READERS.put(type.manifest(), MAPPER.readerFor(type.type()));
        }
    }

    private EventCodec() {}

    private static CBORMapper mapper() {
        CBORMapper mapper = CBORMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
        for (EventTypes.EventType type : EventTypes.all()) {
            asArray(mapper, type.type());
        }
        asArray(mapper, io.everynode.core.placement.Resources.class);
        asArray(mapper, io.everynode.core.placement.HostPort.class);
        return mapper;
    }

    private static void asArray(CBORMapper mapper, Class<?> type) {
        mapper.configOverride(type)
                .setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY))
                .setInclude(JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));
    }

    public static byte[] encode(Recorded<? extends Event> recorded) {
        EventMeta meta = recorded.meta();
        Envelope envelope = new Envelope(
                meta.more(),
                meta.atMillis(),
                meta.caller().user(),
                meta.caller().client(),
                meta.commandId(),
                meta.cause(),
                meta.reason(),
                meta.plannedAt());
        try {
            byte[] head = ENVELOPE_WRITER.writeValueAsBytes(envelope);
            byte[] body = MAPPER.writeValueAsBytes(recorded.event());
            byte[] all = new byte[head.length + body.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(body, 0, all, head.length, body.length);
            return all;
        } catch (IOException e) {
            // Not what is in it: that may be a Secret.
            throw new IllegalStateException(
                    "an event that cannot be written: "
                            + recorded.event().getClass().getSimpleName(),
                    e);
        }
    }

    /** As {@link #encode}, in fewer bytes, which members of older versions cannot read. */
    public static byte[] packed(Recorded<? extends Event> recorded) {
        return PackedEvent.pack(encode(recorded), recorded.meta().more());
    }

    /**
     * Of plain and packed bytes.
     *
     * @throws IllegalArgumentException for a manifest or bytes that this program cannot read
     */
    public static Recorded<? extends Event> decode(String manifest, byte[] stored) {
        ObjectReader reader = READERS.get(manifest);
        if (reader == null) {
            throw new IllegalArgumentException("an event of the unknown type " + manifest);
        }
        byte[] bytes = PackedEvent.is(stored) ? PackedEvent.unpack(stored) : stored;
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            EventMeta meta = meta(parser);
            Event event = reader.readValue(parser);
            return new Recorded<>(meta, event);
        } catch (IOException e) {
            throw new IllegalArgumentException("an event of type " + manifest + " that cannot be read", e);
        }
    }

    private static EventMeta meta(JsonParser parser) throws IOException {
        Envelope head = ENVELOPE_READER.readValue(parser);
        return new EventMeta(
                head.atMillis(),
                new Caller(head.user(), head.client()),
                head.commandId(),
                head.cause(),
                head.reason(),
                head.plannedAt(),
                head.more());
    }

    /**
     * The envelope alone, of events of any type.
     *
     * @throws IllegalArgumentException for bytes that this program cannot read
     */
    public static EventMeta meta(byte[] stored) {
        byte[] bytes = PackedEvent.is(stored) ? PackedEvent.unpack(stored) : stored;
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            return meta(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException("not the bytes of an event", e);
        }
    }

    /** How many rows of the same persist follow: the first number in the bytes. */
    public static int following(byte[] bytes) {
        if (PackedEvent.is(bytes)) {
            return PackedEvent.following(bytes);
        }
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_ARRAY || parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new IllegalArgumentException("not the bytes of an event");
            }
            return parser.getIntValue();
        } catch (IOException e) {
            throw new IllegalArgumentException("not the bytes of an event", e);
        }
    }
}
