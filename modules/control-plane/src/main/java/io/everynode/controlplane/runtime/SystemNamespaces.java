package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces that every cluster has. */
final class SystemNamespaces {

    private static final List<String> NAMES = List.of("default", "kube-node-lease", "kube-public", "kube-system");
    private static final Caller CALLER = Caller.controller("bootstrap");
    private static final Logger log = LoggerFactory.getLogger(SystemNamespaces.class);

    private SystemNamespaces() {}

    /** Creates those that are missing; blocks until they are there or were refused. */
    static void ensure(ControlPlane controlPlane, Clock clock) {
        for (String name : NAMES) {
            if (controlPlane.catalog().get(Kinds.NAMESPACE, "", name).isPresent()) {
                continue;
            }
            ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            namespace.putObject("metadata").put("name", name);
            WriteResult result = controlPlane
                    .write(new WriteRequest(
                            Kinds.NAMESPACE,
                            "",
                            name,
                            new ObjectWrite.Create(namespace, ""),
                            0,
                            false,
                            CALLER,
                            "start",
                            clock.instant().plus(Duration.ofSeconds(30))))
                    .toCompletableFuture()
                    .join();
            if (result instanceof WriteResult.Refused refused
                    && refused.status().code() != 409) {
                log.warn(
                        "namespace {} cannot be made: {}",
                        name,
                        refused.status().message());
            }
        }
    }
}
