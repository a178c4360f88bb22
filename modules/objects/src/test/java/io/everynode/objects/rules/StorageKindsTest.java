package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds of storage, of addresses and of runtimes: what is wrong, and what may not change. */
class StorageKindsTest {

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode changed(String kind, String change) {
        return Samples.with(ObjectMetaRulesTest.valid(kind(kind)), change);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PersistentVolume|{spec: {csi: null}}|spec: Required value: must specify a volume type",
                "PersistentVolume|{spec: {nfs: {server: 's', path: '/p'}}}|spec.csi: Forbidden: may not specify more than 1 volume type",
                "PersistentVolume|{spec: {csi: {volumeHandle: null}}}|spec.csi.volumeHandle: Required value",
                "PersistentVolume|{spec: {csi: {driver: '-'}}}|spec.csi.driver: Invalid value: \"-\": a lowercase RFC 1123 subdomain",
                "PersistentVolume|{spec: {csi: {nodePublishSecretRef: {name: 'a'}}}}|spec.csi.nodePublishSecretRef.namespace: Required value",
                "PersistentVolume|{spec: {accessModes: ['Often']}}|spec.accessModes: Unsupported value: \"Often\": supported values: "
                        + "\"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"",
                "PersistentVolume|{spec: {accessModes: ['ReadWriteOncePod', 'ReadOnlyMany']}}|spec.accessModes: Forbidden: may not use "
                        + "ReadWriteOncePod with other access modes",
                "PersistentVolume|{spec: {capacity: {storage: '0'}}}|spec.capacity[storage]: Invalid value: \"0\": must be greater than zero",
                "PersistentVolume|{spec: {capacity: {cpu: '1'}}}|spec.capacity: Unsupported value: {\"storage\":\"1Gi\",\"cpu\":\"1\"}",
                "PersistentVolume|{spec: {persistentVolumeReclaimPolicy: 'Burn'}}|spec.persistentVolumeReclaimPolicy: Unsupported value: "
                        + "\"Burn\": supported values: \"Delete\", \"Recycle\", \"Retain\"",
                "PersistentVolume|{spec: {csi: null, local: {path: '/a'}}}|spec.nodeAffinity: Required value: Local volume requires node affinity",
                "PersistentVolume|{spec: {nodeAffinity: {}}}|spec.nodeAffinity.required: Required value: must specify required node constraints",
                "PersistentVolume|{spec: {csi: null, hostPath: {path: '//'}, persistentVolumeReclaimPolicy: 'Recycle'}}|"
                        + "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
                "PersistentVolume|{spec: {volumeMode: 'Tape'}}|spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\", \"Filesystem\"",
                "PersistentVolumeClaim|{spec: {accessModes: null}}|spec.accessModes: Required value: at least 1 access mode is required",
                "PersistentVolumeClaim|{spec: {resources: null}}|spec.resources[storage]: Required value",
                "PersistentVolumeClaim|{spec: {resources: {requests: {storage: '-1'}}}}|spec.resources[storage]: Invalid value: \"-1\": must be greater than zero",
                "PersistentVolumeClaim|{spec: {storageClassName: 'A'}}|spec.storageClassName: Invalid value: \"A\"",
                "PersistentVolumeClaim|{spec: {dataSource: {kind: 'Pod', name: 'a'}}}|spec.dataSource: Invalid value: \"Pod\": must be "
                        + "'PersistentVolumeClaim' when referencing the default apiGroup",
                "Endpoints|{subsets: [{ports: [{port: 1}]}]}|subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
                "Endpoints|{subsets: [{addresses: [{ip: '127.0.0.1'}]}]}|subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback",
                "Endpoints|{subsets: [{addresses: [{ip: 'a'}]}]}|subsets[0].addresses[0].ip: Invalid value: \"a\": must be a valid IP address",
                "Endpoints|{subsets: [{addresses: [{ip: '1.2.3.4'}], ports: [{port: 1, name: 'a'}, {port: 2}]}]}|subsets[0].ports[1].name: Required value",
                "Endpoints|{subsets: [{addresses: [{ip: '1.2.3.4'}], ports: [{port: 0}]}]}|subsets[0].ports[0].port: Invalid value: 0: must be between",
                "PodTemplate|{template: {spec: {containers: null}}}|template.spec.containers: Required value",
                "RuntimeClass|{handler: 'a.b'}|handler: Invalid value: \"a.b\": must not contain dots",
                "RuntimeClass|{overhead: {podFixed: {x: '1'}}}|overhead.limits[x]: Invalid value: \"x\": must be a standard resource",
                "RuntimeClass|{scheduling: {tolerations: [{operator: 'Equal'}]}}|scheduling.tolerations[0].operator: Invalid value",
                "StorageClass|{provisioner: ''}|provisioner: Required value",
                "StorageClass|{provisioner: 'a b'}|provisioner: Invalid value: \"a b\"",
                "StorageClass|{reclaimPolicy: 'Recycle'}|reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"",
                "StorageClass|{volumeBindingMode: 'Never'}|volumeBindingMode: Unsupported value: \"Never\"",
                "StorageClass|{allowedTopologies: [{matchLabelExpressions: [{key: 'a'}]}]}|allowedTopologies[0].matchLabelExpressions[0].values: Required value",
                "CSIDriver|{spec: {fsGroupPolicy: 'x'}}|spec.fsGroupPolicy: Unsupported value: \"x\"",
                "CSIDriver|{spec: {tokenRequests: [{audience: 'a'}, {audience: 'a'}]}}|spec.tokenRequests[1].audience: Duplicate value: \"a\"",
                "CSIDriver|{spec: {tokenRequests: [{audience: 'a', expirationSeconds: 5}]}}|spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not",
                "CSIDriver|{spec: {volumeLifecycleModes: ['x']}}|spec.volumeLifecycleModes: Unsupported value: \"x\": supported values: \"Persistent\", \"Ephemeral\"",
                "CSINode|{spec: {drivers: [{name: 'a', nodeID: ''}]}}|spec.drivers[0].nodeID: Required value",
                "CSINode|{spec: {drivers: [{name: 'a', nodeID: 'n'}, {name: 'a', nodeID: 'n'}]}}|spec.drivers[1].name: Duplicate value: \"a\"",
                "VolumeAttachment|{spec: {source: {persistentVolumeName: null}}}|spec.source: Required value: must specify exactly one",
                "VolumeAttachment|{spec: {nodeName: null}}|spec.nodeName: Invalid value: \"\"",
                "VolumeAttachment|{spec: {source: {persistentVolumeName: null, inlineVolumeSpec: {accessModes: ['ReadWriteOnce'], nfs: {server: 's', path: '/'}}}}}|"
                        + "spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes",
            })
    void wrongOnes(String kind, String change, String expected) {
        assertThat(Samples.wrongNew(kind(kind), changed(kind, change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PersistentVolume|{spec: {csi: {volumeHandle: 'i'}}}|spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable",
                "PersistentVolume|{spec: {volumeMode: 'Block'}}|volumeMode: Invalid value: \"Block\": field is immutable",
                "PersistentVolumeClaim|{spec: {accessModes: ['ReadOnlyMany']}}|spec: Forbidden: spec is immutable after creation except resources.requests",
                "PersistentVolumeClaim|{spec: {resources: {requests: {storage: '2Gi'}}}}|spec: Forbidden: spec is immutable after creation except",
                "RuntimeClass|{handler: 'i'}|handler: Invalid value: \"i\": field is immutable",
                "StorageClass|{provisioner: 'q'}|provisioner: Forbidden: updates to provisioner are forbidden.",
                "StorageClass|{parameters: {a: 'c'}}|parameters: Forbidden: updates to parameters are forbidden.",
                "StorageClass|{reclaimPolicy: 'Retain'}|reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
                "StorageClass|{volumeBindingMode: 'WaitForFirstConsumer'}|volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable",
                "CSIDriver|{spec: {attachRequired: false}}|spec.attachedRequired: Invalid value: false: field is immutable",
                "CSINode|{spec: {drivers: [{name: 'd.io', nodeID: 'other'}]}}|spec.drivers: Invalid value",
                "VolumeAttachment|{spec: {nodeName: 'o'}}|spec: Invalid value",
            })
    void whatMayNotChange(String kind, String change, String expected) {
        ObjectNode current = Samples.created(kind(kind), ObjectMetaRulesTest.valid(kind(kind)));
        assertThat(Samples.wrongUpdate(kind(kind), "", current, Samples.with(current, change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PersistentVolume|{spec: {csi: {controllerExpandSecretRef: {name: 'a', namespace: 'b'}}}}",
                "PersistentVolume|{spec: {persistentVolumeReclaimPolicy: 'Delete', claimRef: {name: 'c', namespace: 'n'}}}",
                "PersistentVolumeClaim|{spec: {volumeName: 'v'}}",
                "PersistentVolumeClaim|{spec: {storageClassName: 'later'}}",
                "StorageClass|{allowVolumeExpansion: true}",
                "CSIDriver|{spec: {tokenRequests: null, podInfoOnMount: true}}",
                "CSINode|{spec: {drivers: null}}",
                "CSINode|{spec: {drivers: [{name: 'd.io', nodeID: 'n', topologyKeys: ['a/b'], allocatable: {count: 5}}]}}",
                "RuntimeClass|{overhead: null, scheduling: {nodeSelector: {a: 'b'}}}",
            })
    void whatMayChange(String kind, String change) {
        ObjectNode current = Samples.created(kind(kind), ObjectMetaRulesTest.valid(kind(kind)));
        ObjectNode changed = Samples.with(current, change);
        assertThat(Samples.updated(kind(kind), "", current, changed)).isNotEqualTo(current);
    }

    @Test
    void aBoundClaimMayGrowAndShrinkNoFurtherThanItHas() {
        ObjectNode created = Samples.created(
                Kinds.PERSISTENT_VOLUME_CLAIM, ObjectMetaRulesTest.valid(Kinds.PERSISTENT_VOLUME_CLAIM));
        ObjectNode bound = Samples.updated(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "status",
                created,
                Samples.with(
                        created, "{status: {phase: 'Bound', capacity: {storage: '1Gi'}}, spec: {volumeName: 'x'}}"));
        assertThat(bound.path("spec")).as("status writes no spec").isEqualTo(created.path("spec"));
        ObjectNode grown = Samples.updated(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "",
                bound,
                Samples.with(bound, "{spec: {resources: {requests: {storage: '5Gi'}}}}"));
        assertThat(grown.at("/spec/resources/requests/storage").asText()).isEqualTo("5Gi");
        assertThat(Samples.updated(
                                Kinds.PERSISTENT_VOLUME_CLAIM,
                                "",
                                grown,
                                Samples.with(grown, "{spec: {resources: {requests: {storage: '2Gi'}}}}"))
                        .at("/spec/resources/requests/storage")
                        .asText())
                .isEqualTo("2Gi");
        assertThat(Samples.wrongUpdate(
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        "",
                        grown,
                        Samples.with(grown, "{spec: {resources: {requests: {storage: '1Gi'}}}}")))
                .containsExactly(
                        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity");
    }

    @Test
    void defaults() {
        ObjectNode volume =
                Samples.created(Kinds.PERSISTENT_VOLUME, ObjectMetaRulesTest.valid(Kinds.PERSISTENT_VOLUME));
        assertThat(volume.at("/spec/persistentVolumeReclaimPolicy").asText()).isEqualTo("Retain");
        assertThat(volume.at("/spec/volumeMode").asText()).isEqualTo("Filesystem");
        assertThat(volume.at("/status/phase").asText()).isEqualTo("Pending");
        ObjectNode storageClass = Samples.created(Kinds.STORAGE_CLASS, ObjectMetaRulesTest.valid(Kinds.STORAGE_CLASS));
        assertThat(storageClass.path("reclaimPolicy").asText()).isEqualTo("Delete");
        assertThat(storageClass.path("volumeBindingMode").asText()).isEqualTo("Immediate");
        ObjectNode driver = Samples.created(Kinds.CSI_DRIVER, ObjectMetaRulesTest.valid(Kinds.CSI_DRIVER));
        assertThat(driver.path("spec"))
                .isEqualTo(
                        Samples.json("{tokenRequests: [{audience: 'a'}], attachRequired: true, podInfoOnMount: false,"
                                + "storageCapacity: false, requiresRepublish: false, seLinuxMount: false,"
                                + "fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent']}"));
        ObjectNode claim = Samples.created(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                changed("PersistentVolumeClaim", "{spec: {dataSource: {kind: 'PersistentVolumeClaim', name: 'c'}}}"));
        assertThat(claim.at("/spec/dataSourceRef")).isEqualTo(claim.at("/spec/dataSource"));
    }

    @Test
    void anotherWishForTokensIsAnotherGeneration() {
        ObjectNode driver = Samples.created(Kinds.CSI_DRIVER, ObjectMetaRulesTest.valid(Kinds.CSI_DRIVER));
        ObjectNode changed =
                Samples.updated(Kinds.CSI_DRIVER, "", driver, Samples.with(driver, "{spec: {tokenRequests: null}}"));
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(1);
        ObjectNode template = Samples.created(Kinds.POD_TEMPLATE, ObjectMetaRulesTest.valid(Kinds.POD_TEMPLATE));
        ObjectNode other = Samples.updated(
                Kinds.POD_TEMPLATE, "", template, Samples.with(template, "{template: {metadata: {labels: {x: 'y'}}}}"));
        assertThat(other.at("/metadata/generation").asInt()).isEqualTo(2);
    }
}
