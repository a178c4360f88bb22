package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.EventVersions;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Map;

/** A stored Event in the form of events.k8s.io/v1. */
record ShownEvent(StoredObject stored) implements StoredObject {

    static StoredObject of(StoredObject event) {
        return new ShownEvent(event);
    }

    @Override
    public Kind kind() {
        return Kinds.EVENT_OF_OWN_GROUP;
    }

    @Override
    public String namespace() {
        return stored.namespace();
    }

    @Override
    public String name() {
        return stored.name();
    }

    @Override
    public String uid() {
        return stored.uid();
    }

    @Override
    public long resourceVersion() {
        return stored.resourceVersion();
    }

    @Override
    public String persistenceId() {
        return stored.persistenceId();
    }

    @Override
    public long sequenceNumber() {
        return stored.sequenceNumber();
    }

    @Override
    public Map<String, String> labels() {
        return stored.labels();
    }

    @Override
    public byte[] json() {
        return Json.encode(tree());
    }

    @Override
    public ObjectNode tree() {
        return EventVersions.toOwnGroup(stored.tree());
    }

    @Override
    public boolean terminating() {
        return stored.terminating();
    }

    @Override
    public List<String> finalizers() {
        return stored.finalizers();
    }
}
