/**
 * A node's own endpoint, with the paths of a kubelet's: logs, exec, attach and port-forward of its containers over a
 * {@link io.everynode.nodes.endpoint.NodeRuntime}. Blocking, with a bounded number of threads: few clients use it at a
 * time.
 */
package io.everynode.nodes.endpoint;
