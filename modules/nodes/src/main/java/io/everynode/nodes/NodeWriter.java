package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node, and what it has to write about itself. Confined to the loop's thread. */
final class NodeWriter extends WriteWindow.Writer {
    private static final Logger log = LoggerFactory.getLogger(NodeWriter.class);

    final HollowNode node;
    /** Made by a client, not by the topology. */
    final boolean adopted;

    private final String uid;
    private final Consumer<Boolean> onJoined;
    private boolean joined;
    /** It is silent. */
    boolean vanished;

    /** UID of its object; "" while there is none. */
    String objectUid = "";

    boolean vanishedByAnnotation;
    /** It wants to register. */
    boolean create;
    /** It wants to report all it knows of itself. */
    boolean full;
    /** It wants to report that its network is there. */
    boolean network;

    NodeWriter(HollowNode node, boolean adopted, String uid, Consumer<Boolean> onJoined) {
        this.node = node;
        this.adopted = adopted;
        this.uid = uid;
        this.onJoined = onJoined;
    }

    @Override
    String id() {
        return "node " + node.name();
    }

    @Override
    boolean wants() {
        return !vanished && (create || full || network);
    }

    @Override
    NodeWrite request(Instant now) {
        if (create) {
            return NodeRequests.register(node, uid, now);
        }
        if (full) {
            return new NodeWrite.NodeStatus(node.name(), node.status(now), "node reports");
        }
        ObjectNode status = Json.object();
        status.putArray("conditions").add(HollowStatus.network(false, now));
        return new NodeWrite.NodeStatus(node.name(), status, "network is ready");
    }

    @Override
    void done(NodeAnswer answer) {
        if (answer instanceof NodeAnswer.Refused refused) {
            // Registering a node that is there already is how a kubelet returns: its watch has seen, or will see,
            // whether something is missing. A report on a node that is gone waits for its return.
            if (refused.status().code() != 409 && refused.status().code() != 404) {
                log.warn(
                        "Hollow node {} is refused: {}",
                        node.name(),
                        refused.status().message());
                joined(true);
            }
            if (create && refused.status().code() == 409) {
                create = false;
                full = true;
                return;
            }
            create = false;
            full = false;
            network = false;
            return;
        }
        if (create) {
            create = false;
            if (answer instanceof NodeAnswer.Stored stored) {
                objectUid = stored.object().uid();
                ObjectNode tree = stored.object().tree();
                node.returned(tree);
                full = !stored.object().ready();
            }
        } else if (full) {
            full = false;
            network = false;
        } else {
            network = false;
        }
        if (!full) {
            joined(false);
        }
    }

    /** It is in the API as it wants to be, or was refused for good; told once. */
    void joined(boolean refused) {
        if (!joined) {
            joined = true;
            onJoined.accept(refused);
        }
    }
}
