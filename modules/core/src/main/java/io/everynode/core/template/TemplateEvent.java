package io.everynode.core.template;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;

/** The only thing that can happen to a Template: it is kept, for ever. */
public sealed interface TemplateEvent extends Event {

    /** @param template the admitted, defaulted Pod template; its SHA-256 is the entity's id */
    record Stored(JsonBytes template) implements TemplateEvent {}
}
