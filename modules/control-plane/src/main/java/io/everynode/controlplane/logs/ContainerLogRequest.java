package io.everynode.controlplane.logs;

import io.everynode.controlplane.catalog.StoredObject;

/**
 * A question for one container's log. The Pod is bound to the node and has the container.
 *
 * @param pod as it was when the question came in
 * @param node likewise
 * @param container a container of any sort: of the Pod, initial or ephemeral
 */
public record ContainerLogRequest(StoredObject pod, StoredObject node, String container, ContainerLogOptions options) {}
