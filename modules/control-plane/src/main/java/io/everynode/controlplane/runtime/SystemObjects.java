package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.rules.SystemPriorityClasses;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces and PriorityClasses that every cluster has. */
final class SystemObjects {

    private static final List<String> NAMES = List.of("default", "kube-node-lease", "kube-public", "kube-system");
    private static final Caller CALLER = Caller.controller("bootstrap");

    /** The name of an object that is never made. */
    private static final String PROBE = "everynode-start";

    private static final Logger log = LoggerFactory.getLogger(SystemObjects.class);

    private SystemObjects() {}

    /**
     * Creates those that are missing; blocks until all were answered.
     *
     * @return false when it is to be called again, as the journal or an entity was away
     */
    static boolean ensure(ControlPlane controlPlane, Clock clock) {
        boolean[] all = {true};
        for (String name : NAMES) {
            ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            all[0] &= ensure(controlPlane, clock, Kinds.NAMESPACE, name, namespace);
        }
        new TreeMap<>(SystemPriorityClasses.VALUES).forEach((name, value) -> {
            ObjectNode priorityClass = Json.object()
                    .put("apiVersion", Kinds.PRIORITY_CLASS.apiVersion())
                    .put("kind", "PriorityClass")
                    .put("value", value)
                    .put("description", SystemPriorityClasses.DESCRIPTIONS.get(name));
            all[0] &= ensure(controlPlane, clock, Kinds.PRIORITY_CLASS, name, priorityClass);
        });
        return all[0];
    }

    private static boolean ensure(ControlPlane controlPlane, Clock clock, Kind kind, String name, ObjectNode object) {
        if (controlPlane.catalog().get(kind, "", name).isPresent()) {
            return true;
        }
        object.putObject("metadata").put("name", name);
        WriteResult result = controlPlane
                .write(new WriteRequest(
                        kind,
                        "",
                        name,
                        new ObjectWrite.Create(object, ""),
                        0,
                        false,
                        CALLER,
                        "start",
                        clock.instant().plus(Duration.ofSeconds(30))))
                .toCompletableFuture()
                .join();
        if (result instanceof WriteResult.Refused refused && refused.status().code() != 409) {
            log.warn("{} {} cannot be made: {}", kind, name, refused.status().message());
            return refused.status().code() < 429;
        }
        return true;
    }

    /**
     * Has a write of each kind of entity tried without effect, as the first one waits until sharding and the journal's
     * plugin are there: only then is a server ready that says so. Blocks until all were answered.
     *
     * @return false when it is to be called again
     */
    static boolean writesAreDecided(ControlPlane controlPlane, Clock clock) {
        boolean all = true;
        for (Kind kind : List.of(Kinds.NAMESPACE, Kinds.NODE, Kinds.POD, Kinds.DAEMON_SET)) {
            all &= isDecided(controlPlane, clock, kind);
        }
        return all;
    }

    /** An object that is not there: its entity is started, reads nothing and refuses. */
    private static boolean isDecided(ControlPlane controlPlane, Clock clock, Kind kind) {
        ObjectNode object = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        object.putObject("metadata").put("name", PROBE);
        WriteResult result = controlPlane
                .write(new WriteRequest(
                        kind,
                        kind.namespaced() ? "default" : "",
                        PROBE,
                        new ObjectWrite.Create(object, ""),
                        0,
                        true,
                        CALLER,
                        "start",
                        clock.instant().plus(Duration.ofSeconds(30))))
                .toCompletableFuture()
                .join();
        return !(result instanceof WriteResult.Refused refused)
                || refused.status().code() < 429;
    }
}
