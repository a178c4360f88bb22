package io.everynode.compatibility.clients;

import java.util.LinkedHashMap;
import java.util.Map;

/** One small object of each kind that clients make, as YAML, by {@code apiVersion/Kind}. */
final class Samples {

    static final Map<String, String> ALL = new LinkedHashMap<>();

    static {
        add("v1", "Namespace", "");
        add("v1", "Node", "spec: {podCIDR: 10.250.0.0/24}");
        add("v1", "Pod", "spec: {nodeSelector: {no: node}, containers: [{name: c, image: 'registry.example/c:1'}]}");
        add("v1", "ConfigMap", "data: {a: b}");
        add("v1", "Secret", "stringData: {a: b}");
        add("v1", "ServiceAccount", "");
        add("v1", "Service", "spec: {selector: {a: b}, ports: [{port: 80}]}");
        add("v1", "Endpoints", "subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 80}]}]");
        add("v1", "Event", "involvedObject: {kind: Pod, namespace: default, name: p}\nreason: Tested\ntype: Normal");
        add(
                "v1",
                "PersistentVolume",
                "spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /data}}");
        add(
                "v1",
                "PersistentVolumeClaim",
                "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        add("v1", "LimitRange", "spec: {limits: [{type: Pod, max: {cpu: '64'}}]}");
        add("v1", "ResourceQuota", "spec: {hard: {persistentvolumeclaims: '1000'}}");
        add("v1", "PodTemplate", "template: {spec: {containers: [{name: c, image: 'registry.example/c:1'}]}}");
        add(
                "apps/v1",
                "DaemonSet",
                "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}},"
                        + " spec: {nodeSelector: {no: node}, containers: [{name: c, image: 'registry.example/c:1'}]}}}");
        add("apps/v1", "ControllerRevision", "revision: 1\ndata: {spec: {a: b}}");
        add("coordination.k8s.io/v1", "Lease", "spec: {holderIdentity: me, leaseDurationSeconds: 15}");
        add("scheduling.k8s.io/v1", "PriorityClass", "value: 7");
        add("node.k8s.io/v1", "RuntimeClass", "handler: runc");
        add("storage.k8s.io/v1", "StorageClass", "provisioner: example.com/disk");
        add("storage.k8s.io/v1", "CSIDriver", "spec: {attachRequired: false}");
        add("storage.k8s.io/v1", "CSINode", "spec: {drivers: []}");
        add(
                "storage.k8s.io/v1",
                "VolumeAttachment",
                "spec: {attacher: example.com, nodeName: n, source: {persistentVolumeName: pv}}");
        add("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: 1, selector: {matchLabels: {no: pod}}}");
        add("events.k8s.io/v1", "Event", """
                eventTime: "2026-01-01T00:00:00.000000Z"
                reportingController: example.com/test
                reportingInstance: test-1
                action: Test
                reason: Tested
                type: Normal
                regarding: {kind: Pod, namespace: default, name: p}""");
        String rules = "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]";
        String subject = "subjects: [{kind: ServiceAccount, name: default, namespace: default}]";
        add("rbac.authorization.k8s.io/v1", "Role", rules);
        add("rbac.authorization.k8s.io/v1", "ClusterRole", rules);
        String roleRef = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}\n";
        add("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef + subject);
        add("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", roleRef + subject);
    }

    private Samples() {}

    private static void add(String apiVersion, String kind, String rest) {
        ALL.put(apiVersion + "/" + kind, """
                apiVersion: %s
                kind: %s
                metadata: {name: NAME}
                %s
                """.formatted(apiVersion, kind, rest));
    }

    static String apiVersion(String sample) {
        return sample.substring(0, sample.lastIndexOf('/'));
    }

    static String kind(String sample) {
        return sample.substring(sample.lastIndexOf('/') + 1);
    }

    /** @param name of the object */
    static String yaml(String sample, String name) {
        return ALL.get(sample).replace("NAME", name);
    }

    /** A DaemonSet for the hollow nodes whose Pods carry the label {@code app: NAME}. */
    static String daemonSet(String name, String image) {
        return """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  updateStrategy: {rollingUpdate: {maxUnavailable: 100%%}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: '%2$s'}]}
                """.formatted(name, image);
    }
}
