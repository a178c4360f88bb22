package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.Optional;

/** One version of the objects, as far as it matters to what a node may do. */
public interface NodeWorld {

    /** What the Pods of one namespace that are bound to a node name; found without looking at other nodes' Pods. */
    Iterable<PodReferences> podsOn(String node, String namespace);

    /** @param namespace "" for kinds without one */
    Optional<ObjectNode> object(Kind kind, String namespace, String name);
}
