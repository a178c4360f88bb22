package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kinds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One wrong Pod spec a row: what is merged over a valid one, and the causes, without "spec.", that must come of it. */
class PodSpecValidationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{restartPolicy: 'x'}|restartPolicy: Unsupported value: \"x\": supported values: \"Always\", \"OnFailure\", \"Never\"",
                "{nodeName: 'A'}|nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain",
                "{hostname: 'a.b'}|hostname: Invalid value: \"a.b\": must not contain dots",
                "{activeDeadlineSeconds: 0}|activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
                "{hostAliases: [{ip: '1.2.3'}]}|hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address",
                "{priorityClassName: '-'}|priorityClassName: Invalid value: \"-\"",
                "{preemptionPolicy: 'x'}|preemptionPolicy: Unsupported value: \"x\": supported values: "
                        + "\"PreemptLowerPriority\", \"Never\"",
                "{os: {name: 'bsd'}}|os: Unsupported value: \"bsd\": supported values: \"linux\", \"windows\"",
                "{os: {name: 'windows'}, hostPID: true}|hostPID: Forbidden: cannot be set for a windows pod",
                "{hostUsers: false, hostNetwork: true}|hostNetwork: Forbidden: when `hostUsers` is false",
                "{dnsPolicy: 'None'}|dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
                "{dnsConfig: {nameservers: ['x']}}|dnsConfig.nameservers[0]: Invalid value: \"x\": must be a valid IP address",
                "{readinessGates: [{conditionType: '_'}]}|readinessGates[0].conditionType: Invalid value: \"_\": name part must consist",
                "{securityContext: {runAsUser: -1}}|securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                "{securityContext: {seccompProfile: {type: 'Localhost'}}}|"
                        + "securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
                "{securityContext: {sysctls: [{name: 'a b', value: '1'}]}}|securityContext.sysctls[0].name: Invalid value: \"a b\"",
                "{tolerations: [{key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 3}]}|"
                        + "tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set",
                "{tolerations: [{key: 'a', operator: 'Gt', value: '1'}]}|"
                        + "tolerations[0].operator: Unsupported value: \"Gt\": supported values: \"Equal\", \"Exists\"",
                "{tolerations: [{key: 'a', effect: 'Sometimes'}]}|tolerations[0].effect: Unsupported value: \"Sometimes\": "
                        + "supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
                "{tolerations: [{key: 'a', value: '-'}]}|tolerations[0].operator: Invalid value: \"-\": a valid label must be",
                "{topologySpreadConstraints: [{maxSkew: 0, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule'}]}|"
                        + "topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule'}, "
                        + "{maxSkew: 2, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule'}]}|topologySpreadConstraints[0]."
                        + "{topologyKey, whenUnsatisfiable}: Duplicate value: \"{k, DoNotSchedule}\""
            })
    void pod(String spec, String expected) {
        only(spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{matchExpressions: [{key: 'a', operator: 'In'}]}|matchExpressions[0].values: Required value: must be specified when "
                        + "`operator` is 'In' or 'NotIn'",
                "{matchExpressions: [{key: 'a', operator: 'Exists', values: ['x']}]}|matchExpressions[0].values: Forbidden: may not be "
                        + "specified when `operator` is 'Exists' or 'DoesNotExist'",
                "{matchExpressions: [{key: 'a', operator: 'Gt', values: ['1', '2']}]}|matchExpressions[0].values: Required value: must be "
                        + "specified single value when `operator` is 'Lt' or 'Gt'",
                "{matchExpressions: [{key: 'a b', operator: 'Exists'}]}|matchExpressions[0].key: Invalid value: \"a b\": name part must consist",
                "{matchFields: [{key: 'metadata.name', operator: 'Exists', values: ['x']}]}|matchFields[0].operator: Invalid value: "
                        + "\"Exists\": not a valid selector operator",
                "{matchFields: [{key: 'metadata.name', operator: 'In', values: ['x', 'y']}]}|matchFields[0].values: Required value: must be "
                        + "only one value when `operator` is 'In' or 'NotIn' for node field selector",
                "{matchFields: [{key: 'metadata.name', operator: 'In', values: ['X']}]}|matchFields[0].values[0]: Invalid value: \"X\""
            })
    void nodeAffinity(String term, String expected) {
        String required =
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [";
        only(
                "{" + required + term + "]}}}}",
                "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]."
                        + expected);
        String preferred =
                "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: ";
        only(
                "{" + preferred + term + "}]}}}",
                "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference." + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{weight: 0, podAffinityTerm: {topologyKey: 'k'}}|[0].weight: Invalid value: 0: must be in the range 1-100",
                "{weight: 101, podAffinityTerm: {topologyKey: 'k'}}|[0].weight: Invalid value: 101: must be in the range 1-100",
                "{weight: 1, podAffinityTerm: {}}|[0].podAffinityTerm.topologyKey: Required value: can not be empty"
            })
    void podAffinity(String term, String expected) {
        for (String affinity : new String[] {"podAffinity", "podAntiAffinity"}) {
            ObjectNode pod = Samples.with(
                    Samples.pod(),
                    "{spec: {affinity: {" + affinity + ": {preferredDuringSchedulingIgnoredDuringExecution: [" + term
                            + "]}}}}");
            assertThat(Samples.wrongNew(Kinds.POD, pod))
                    .first()
                    .asString()
                    .startsWith("spec.affinity." + affinity + ".preferredDuringSchedulingIgnoredDuringExecution"
                            + expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: 'C'|name: Invalid value: \"C\": a lowercase RFC 1123 label must consist of",
                "image: null|image: Required value",
                "image: ' i'|image: Invalid value: \" i\": must not have leading or trailing whitespace",
                "terminationMessagePolicy: 'x'|terminationMessagePolicy: Unsupported value: \"x\"",
                "ports: [{containerPort: 70000}]|ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "ports: [{containerPort: 1, protocol: 'ICMP'}]|ports[0].protocol: Unsupported value: \"ICMP\": "
                        + "supported values: \"SCTP\", \"TCP\", \"UDP\"",
                "ports: [{containerPort: 1, name: 'a'}, {containerPort: 2, name: 'a'}]|ports[1].name: Duplicate value: \"a\"",
                "ports: [{containerPort: 1, name: '8080'}]|ports[0].name: Invalid value: \"8080\": must contain at least one letter",
                "env: [{name: 'a=b'}]|env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable",
                "env: [{name: 'a', valueFrom: {}}]|env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`",
                "env: [{name: 'a', valueFrom: {fieldRef: {fieldPath: 'spec.nope'}}}]|env[0].valueFrom.fieldRef.fieldPath: Invalid value: "
                        + "\"spec.nope\": error converting fieldPath: field label not supported: spec.nope",
                "env: [{name: 'a', valueFrom: {fieldRef: {fieldPath: 'metadata.labels'}}}]|env[0].valueFrom.fieldRef.fieldPath: "
                        + "Unsupported value: \"metadata.labels\": supported values: \"metadata.name\"",
                "env: [{name: 'a', valueFrom: {resourceFieldRef: {resource: 'limits.gpu'}}}]|"
                        + "env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"limits.gpu\"",
                "env: [{name: 'a', valueFrom: {resourceFieldRef: {resource: 'limits.cpu', divisor: '2'}}}]|"
                        + "env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1",
                "env: [{name: 'a', valueFrom: {secretKeyRef: {name: 's'}}}]|env[0].valueFrom.secretKeyRef.key: Required value",
                "envFrom: [{}]|envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
                "volumeMounts: [{name: 'v', mountPath: '/a'}, {name: 'v', mountPath: '/a'}]|"
                        + "volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique",
                "volumeMounts: [{name: 'v', mountPath: '/a', subPath: '../b'}]|volumeMounts.subPath: Invalid value: \"../b\": "
                        + "must not contain '..'",
                "volumeMounts: [{name: 'v', mountPath: '/a', mountPropagation: 'Bidirectional'}]|volumeMounts.mountPropagation: Forbidden: "
                        + "Bidirectional mount propagation is available only to privileged containers",
                "resources: {limits: {cpus: '1'}, requests: {cpus: '1'}}|resources.limits[cpus]: Invalid value: \"cpus\": "
                        + "must be a standard resource type or fully qualified",
                "resources: {limits: {'a.b/c': '1500m'}, requests: {'a.b/c': '1500m'}}|resources.limits[a.b/c]: Invalid value: \"1500m\": "
                        + "must be an integer",
                "resources: {limits: {'a.b/c': '2'}, requests: {'a.b/c': '1'}}|resources.requests: Invalid value: \"1\": "
                        + "must be equal to a.b/c limit of 2",
                "resources: {requests: {'a.b/c': '1'}}|resources.limits: Required value: Limit must be set for non overcommitable resources",
                "resources: {limits: {'hugepages-2Mi': '2Mi'}}|resources: Forbidden: HugePages require cpu or memory",
                "resources: {limits: {cpu: '1', 'hugepages-2Mi': '3Mi'}}|resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": "
                        + "3Mi is not positive integer multiple of hugepages-2Mi",
                "resources: {claims: [{name: 'x'}]}|resources.claims[0]: Not found: \"x\"",
                "securityContext: {privileged: true, allowPrivilegeEscalation: false}|securityContext: Invalid value: ",
                "lifecycle: {preStop: {}}|lifecycle.preStop: Required value: must specify a handler type",
                "lifecycle: {preStop: {sleep: {seconds: 31}}}|lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less "
                        + "than terminationGracePeriodSeconds (30)",
                "livenessProbe: {httpGet: {port: 'x--y'}}|livenessProbe.httpGet.port: Invalid value: \"x--y\": "
                        + "must not contain consecutive hyphens",
                "readinessProbe: {exec: {}}|readinessProbe.exec.command: Required value",
                "readinessProbe: {tcpSocket: {port: 1}, periodSeconds: -1}|readinessProbe.periodSeconds: Invalid value: -1",
                "startupProbe: {grpc: {port: 0}}|startupProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "restartPolicy: 'Perhaps'|restartPolicy: Unsupported value: \"Perhaps\"",
                "resizePolicy: [{resourceName: 'disk', restartPolicy: 'NotRequired'}]|resizePolicy: Unsupported value: \"disk\""
            })
    void container(String field, String expected) {
        ObjectNode container = Samples.with(Samples.json("{name: 'c', image: 'i'}"), "{" + field + "}");
        String spec = "{volumes: [{name: 'v', emptyDir: {}}], containers: [" + container + "]}";
        ObjectNode pod = Samples.with(Samples.pod(), "{spec: " + spec + "}");
        assertThat(Samples.wrongNew(Kinds.POD, pod)).first().asString().startsWith("spec.containers[0]." + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{initContainers: [{name: 'c', image: 'i'}]}|initContainers[0].name: Duplicate value: \"c\"",
                "{initContainers: [{name: 'd', image: 'i', lifecycle: {}}]}|"
                        + "initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
                "{initContainers: [{name: 'd', image: 'i', restartPolicy: 'Always', livenessProbe: {}}]}|"
                        + "initContainers[0].livenessProbe: Required value: must specify a handler type",
                "{ephemeralContainers: [{name: 'd', image: 'i'}]}|ephemeralContainers: Forbidden: cannot be set on create",
                "{nodeName: 'n', schedulingGates: [{name: 'g'}]}|"
                        + "nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
                "{containers: [{name: 'c', image: 'i'}, {name: 'c', image: 'i'}]}|containers[1].name: Duplicate value: \"c\""
            })
    void containers(String spec, String expected) {
        only(spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostPath: {}|hostPath.path: Required value",
                "secret: {}|secret.secretName: Required value",
                "secret: {secretName: 's', defaultMode: 512}|secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777",
                "configMap: {name: 'c', items: [{key: 'k', path: '..x'}]}|"
                        + "configMap.items[0].path: Invalid value: \"..x\": must not start with '..'",
                "configMap: {name: 'c', items: [{key: 'k', path: '/x'}]}|"
                        + "configMap.items[0].path: Invalid value: \"/x\": must be a relative path",
                "nfs: {server: 's', path: 'p'}|nfs.path: Invalid value: \"p\": must be an absolute path",
                "persistentVolumeClaim: {}|persistentVolumeClaim.claimName: Required value",
                "downwardAPI: {items: [{path: 'p'}]}|downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
                "downwardAPI: {items: [{path: 'p', resourceFieldRef: {resource: 'limits.cpu'}}]}|"
                        + "downwardAPI.resourceFieldRef.containerName: Required value",
                "projected: {sources: [{serviceAccountToken: {path: 'p', expirationSeconds: 5}}]}|projected.sources[0].serviceAccountToken."
                        + "expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes",
                "projected: {sources: [{configMap: {name: 'a', items: [{key: 'k', path: 'p'}]}}, "
                        + "{secret: {name: 'b', items: [{key: 'k', path: 'p'}]}}]}|"
                        + "projected: Invalid value: \"b\": conflicting duplicate paths",
                "csi: {driver: 'a_b'}|csi.driver: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain",
                "csi: {driver: 'd', nodePublishSecretRef: {}}|csi.nodePublishSecretRef.name: Required value",
                "iscsi: {targetPortal: 't', iqn: 'x'}|iscsi.iqn: Invalid value: \"x\": must be valid format starting with iqn, eui, or naa",
                "iscsi: {targetPortal: 't', iqn: 'iqn.x'}|iscsi.iqn: Invalid value: \"iqn.x\": must be valid format",
                "iscsi: {targetPortal: 't', iqn: 'iqn.2014-12.w.g:k', lun: 256}|iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive",
                "iscsi: {targetPortal: 't', iqn: 'iqn.2014-12.w.g:k', chapAuthSession: true}|iscsi.secretRef: Required value",
                "fc: {}|fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both",
                "fc: {targetWWNs: ['a']}|fc.lun: Required value: lun is required if targetWWNs is specified",
                "gcePersistentDisk: {}|persistentDisk.pdName: Required value",
                "gcePersistentDisk: {pdName: 'p', partition: 300}|persistentDisk.partition: Invalid value: 300: must be between 1 and 255, inclusive",
                "awsElasticBlockStore: {volumeID: 'p', partition: -1}|awsElasticBlockStore.partition: Invalid value: -1: must be between 1 and 255, inclusive",
                "quobyte: {volume: 'v'}|quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas",
                "quobyte: {volume: 'v', registry: 'h'}|quobyte.registry: Invalid value: \"h\": must be a host:port pair or multiple pairs separated by commas",
                "flocker: {}|flocker: Required value: one of datasetName and datasetUUID is required",
                "flocker: {datasetName: 'a', datasetUUID: 'b'}|flocker: Invalid value: \"resource\": datasetName and datasetUUID can not be specified simultaneously",
                "flexVolume: {driver: 'd', options: {'k8s.io/a': 'b'}}|flexVolume.options[k8s.io/a]: Invalid value: \"k8s.io/a\": kubernetes.io and k8s.io namespaces are reserved",
                "azureDisk: {diskName: 'd', diskURI: 'https://x', kind: 'Shared', cachingMode: 'Never'}|azureDisk.cachingMode: Unsupported value: \"Never\": supported values: \"None\", \"ReadOnly\", \"ReadWrite\"",
                "azureDisk: {diskName: 'd', diskURI: 'x', kind: 'Managed'}|azureDisk.diskURI: Unsupported value: \"x\": supported values: \"/subscriptions/",
                "cinder: {volumeID: 'v', secretRef: {}}|cinder.secretRef.name: Required value",
                "storageos: {}|storageos.volumeName: Required value",
                "emptyDir: {sizeLimit: '-1'}|emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"
            })
    void volume(String source, String expected) {
        only("{volumes: [{name: 'v', " + source + "}]}", "volumes[0]." + expected);
    }

    private static void only(String spec, String expected) {
        ObjectNode pod = Samples.with(Samples.pod(), "{spec: " + spec + "}");
        assertThat(Samples.wrongNew(Kinds.POD, pod)).singleElement().asString().startsWith("spec." + expected);
    }
}
