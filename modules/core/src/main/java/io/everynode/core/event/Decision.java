package io.everynode.core.event;

import java.util.List;

/**
 * What {@code decide} answers: the events to persist atomically, maybe none, and the reply to give once they are
 * durable.
 *
 * @param events in order; one persist
 * @param reason why, for the envelope of the events
 * @param reply to the sender
 */
public record Decision<E extends Event, R>(List<E> events, String reason, R reply) {

    public static <E extends Event, R> Decision<E, R> none(R reply) {
        return new Decision<>(List.of(), "", reply);
    }

    public static <E extends Event, R> Decision<E, R> of(E event, String reason, R reply) {
        return new Decision<>(List.of(event), reason, reply);
    }
}
