package io.everynode.nodes.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.nodes.api.SeenObject;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;

/** An object of this JVM's catalog. Its tree is made once, when it is asked for, and only read. For one thread. */
final class LocalObject implements SeenObject {

    private static final byte[] DELETION_TIMESTAMP = "\"deletionTimestamp\"".getBytes(StandardCharsets.UTF_8);

    private final StoredObject stored;
    private ObjectNode tree;

    LocalObject(StoredObject stored) {
        this.stored = stored;
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
    public boolean deleting() {
        // Most objects are daemon Pods, whose facts need not be rendered for this.
        return stored instanceof StoredDaemonPod ? stored.terminating() : contains(stored.json(), DELETION_TIMESTAMP);
    }

    @Override
    public boolean ready() {
        return stored instanceof StoredDaemonPod daemon ? daemon.pod().ready() : SeenObject.ready(tree());
    }

    @Override
    public String node() {
        if (stored instanceof StoredDaemonPod daemon) {
            // Asked of each change of each Pod, also of those on nodes that are not of this fleet: not rendered for it.
            return daemon.pod().bound() ? daemon.slotNode() : "";
        }
        return Json.text(tree(), "spec", "nodeName");
    }

    @Override
    public ObjectNode tree() {
        if (tree == null) {
            tree = stored instanceof StoredDaemonPod daemon ? daemon.view() : stored.tree();
        }
        return tree;
    }

    private static boolean contains(byte[] text, byte[] part) {
        outer:
        for (int at = 0; at <= text.length - part.length; at++) {
            for (int i = 0; i < part.length; i++) {
                if (text[at + i] != part[i]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }
}
