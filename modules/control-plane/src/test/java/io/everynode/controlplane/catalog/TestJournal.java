package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Journal rows made by hand and folded at once, each through the codec as in a real journal. */
final class TestJournal {

    static final Caller CONTROLLER = Caller.controller("daemonset-controller");
    static final Caller USER = new Caller("admin", "kubectl");

    final CatalogFold fold = new CatalogFold(CatalogVersion.EMPTY);
    long ordering;
    private final Map<String, Long> sequences = new HashMap<>();

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the row's ordering; orderings have gaps, as rollbacks leave them. */
    long write(String persistenceId, Caller caller, Event event) {
        ordering += 1 + ordering % 3;
        long sequence = sequences.merge(persistenceId, 1L, Long::sum);
        EventMeta meta = new EventMeta(1_772_366_400_000L + ordering, caller, "c" + ordering, "", "", 0, 0);
        byte[] bytes = EventCodec.encode(new Recorded<>(meta, event));
        fold.apply(
                ordering,
                persistenceId,
                sequence,
                EventCodec.decode(EventTypes.of(event).manifest(), bytes));
        return ordering;
    }

    long node(String node, NodeEvent event) {
        return write(PersistenceIds.encode(EntityIds.NODE, node), CONTROLLER, event);
    }

    long resource(Kind kind, String namespace, String name, ResourceEvent event) {
        return write(
                PersistenceIds.encode(EntityIds.RESOURCE, kind.group(), kind.plural(), namespace, name), USER, event);
    }

    static ResourceEvent.Stored stored(Kind kind, String namespace, String name, String value) {
        ObjectNode tree = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = tree.putObject("metadata").put("name", name).put("uid", "uid-" + name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        tree.putObject("data").put("k", value);
        return new ResourceEvent.Stored(JsonBytes.of(tree));
    }

    static NodeEvent.Stored nodeStored(String name) {
        return new NodeEvent.Stored(JsonBytes.of(json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','uid':'uid-" + name + "'},'status':{'allocatable':{'pods':'10','cpu':'1'}}}")));
    }

    static NodeEvent.DaemonPodCreated created(String name, String waiting, long incarnation) {
        return new NodeEvent.DaemonPodCreated(
                "ds-uid",
                "kube-system",
                "agent",
                1,
                "rev1",
                "template-1",
                1,
                1,
                Resources.ZERO,
                List.of(),
                0,
                30,
                name,
                "uid-" + name,
                incarnation,
                waiting);
    }

    void template() {
        write(
                PersistenceIds.encode(EntityIds.TEMPLATE, "template-1"),
                CONTROLLER,
                new io.everynode.core.template.TemplateEvent.Stored(JsonBytes.of(
                        json("{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}"))));
    }
}
