package io.everynode.controlplane.simulation;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.template.TemplateEvent;
import java.util.List;

/** One admitted Pod template, driven as TemplateEntity drives it. */
final class SimTemplate extends SimEntity<TemplateEvent, Boolean> {

    SimTemplate(Cluster cluster, String id, int jvm) {
        super(cluster, id, jvm);
    }

    @Override
    Boolean empty() {
        return false;
    }

    @Override
    Boolean evolve(Boolean from, EventMeta meta, TemplateEvent event, long sequence) {
        return true;
    }

    void keep(CommandMeta meta, JsonBytes template, Runnable kept) {
        perform(
                meta,
                state ? List.of() : List.of(new TemplateEvent.Stored(template)),
                "template used",
                sequence -> kept.run());
    }
}
