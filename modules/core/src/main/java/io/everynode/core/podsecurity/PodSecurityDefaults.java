package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What Pods are held to where a namespace's labels say nothing.
 *
 * @param policy of most namespaces
 * @param privilegedNamespaces where everything is allowed unless their labels say otherwise: the Pods that run the
 *     cluster itself need their nodes
 */
public record PodSecurityDefaults(NamespacePolicy policy, Set<String> privilegedNamespaces) {

    /** Nothing is forbidden where no label says so. */
    public static final PodSecurityDefaults NONE = new PodSecurityDefaults(NamespacePolicy.PRIVILEGED, Set.of());

    public PodSecurityDefaults {
        privilegedNamespaces = Set.copyOf(privilegedNamespaces);
    }

    /** @param object the Namespace; a missing node when it is not known */
    public NamespacePolicy of(String namespace, JsonNode object) {
        return NamespacePolicy.of(
                object, privilegedNamespaces.contains(namespace) ? NamespacePolicy.PRIVILEGED : policy);
    }
}
