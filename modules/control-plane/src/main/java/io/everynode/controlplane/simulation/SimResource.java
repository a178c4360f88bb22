package io.everynode.controlplane.simulation;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.resource.ResourceState;
import io.everynode.objects.Kind;
import java.util.function.Consumer;

/** An object without behaviour of its own, driven as ResourceEntity drives it. */
final class SimResource extends SimEntity<ResourceEvent, ResourceState> {

    private final Kind kind;
    private final String name;

    SimResource(Cluster cluster, String id, int jvm, Kind kind, String name) {
        super(cluster, id, jvm);
        this.kind = kind;
        this.name = name;
    }

    @Override
    ResourceState empty() {
        return ResourceState.ABSENT;
    }

    @Override
    ResourceState evolve(ResourceState from, EventMeta meta, ResourceEvent event, long sequence) {
        return from.evolve(meta, event, sequence);
    }

    void write(CommandMeta meta, ObjectWrite write, Consumer<WriteReply> replyTo) {
        write(meta, replyTo, () -> state.decide(kind, name, write, false, cluster.queue.now()));
    }
}
