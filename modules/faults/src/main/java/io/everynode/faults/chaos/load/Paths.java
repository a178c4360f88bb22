package io.everynode.faults.chaos.load;

import io.everynode.faults.chaos.record.Key;

/** Where objects are in the API. */
final class Paths {

    private Paths() {}

    static String of(Key key) {
        return list(key.resource(), key.namespace()) + "/" + key.name();
    }

    static String list(String resource, String namespace) {
        return prefix(resource) + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + resource;
    }

    private static String prefix(String resource) {
        switch (resource) {
            case "daemonsets":
                return "/apis/apps/v1";
            case "leases":
                return "/apis/coordination.k8s.io/v1";
            default:
                return "/api/v1";
        }
    }
}
