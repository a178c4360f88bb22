package io.everynode.core.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAuthorizerTest {

    private static final User NODE = User.of("system:node:n1", User.NODES, User.AUTHENTICATED);

    private final Access access = new Access()
            .pod(
                    "n1",
                    "a",
                    "{'metadata':{'name':'p'},'spec':{'nodeName':'n1','serviceAccountName':'robot','imagePullSecrets':[{'name':'pull'}],"
                            + "'initContainers':[{'env':[{'valueFrom':{'secretKeyRef':{'name':'env-s'}}},{'valueFrom':{'configMapKeyRef':{'name':'env-c'}}}]}],"
                            + "'containers':[{'envFrom':[{'secretRef':{'name':'from-s'}},{'configMapRef':{'name':'from-c'}}]}],"
                            + "'volumes':[{'secret':{'secretName':'vol-s'}},{'configMap':{'name':'vol-c'}},"
                            + "{'projected':{'sources':[{'secret':{'name':'pro-s'}},{'configMap':{'name':'pro-c'}}]}},"
                            + "{'persistentVolumeClaim':{'claimName':'claim'}},{'name':'v','ephemeral':{}},"
                            + "{'csi':{'nodePublishSecretRef':{'name':'csi-s'}}}]}}")
            .pod(
                    "n2",
                    "a",
                    "{'metadata':{'name':'q'},'spec':{'nodeName':'n2','volumes':[{'secret':{'secretName':'other'}}]}}")
            .pod(
                    "n1",
                    "a",
                    "{'metadata':{'name':'mirror','annotations':{'kubernetes.io/config.mirror':'x'}},"
                            + "'spec':{'volumes':[{'secret':{'secretName':'wanted'}}]}}")
            .object(Kinds.PERSISTENT_VOLUME_CLAIM, "a", "claim", "{'spec':{'volumeName':'pv'}}")
            .object(
                    Kinds.PERSISTENT_VOLUME,
                    "",
                    "pv",
                    "{'spec':{'claimRef':{'namespace':'a','name':'claim'},'csi':{'nodeStageSecretRef':{'name':'stage','namespace':'a'}}}}")
            .object(Kinds.PERSISTENT_VOLUME, "", "pv2", "{'spec':{'claimRef':{'namespace':'b','name':'claim'}}}")
            .object(Kinds.VOLUME_ATTACHMENT, "", "va", "{'spec':{'nodeName':'n1'}}")
            .object(Kinds.VOLUME_ATTACHMENT, "", "va2", "{'spec':{'nodeName':'n2'}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What its Pods name, and nothing else.
                "get secrets a/pull|yes",
                "get secrets a/env-s|yes",
                "list secrets a/from-s|yes",
                "watch secrets a/vol-s|yes",
                "get secrets a/pro-s|yes",
                "get secrets a/csi-s|yes",
                "get secrets a/stage|yes",
                "get secrets a/other|no relationship found between node 'n1' and this object",
                "get secrets a/wanted|no relationship found between node 'n1' and this object",
                "get secrets b/pull|no relationship found between node 'n1' and this object",
                "list secrets a/|No Object name found",
                "list secrets|can only read namespaced object of this type",
                "create secrets a/|can only read resources of this type",
                "delete secrets a/pull|can only read resources of this type",
                "get configmaps a/env-c|yes",
                "get configmaps a/from-c|yes",
                "get configmaps a/vol-c|yes",
                "get configmaps a/pro-c|yes",
                "get configmaps a/pull|no relationship found between node 'n1' and this object",
                "get persistentvolumeclaims a/claim|yes",
                "get persistentvolumeclaims a/p-v|yes",
                "get persistentvolumeclaims a/x|no relationship found between node 'n1' and this object",
                "list persistentvolumeclaims a/|can only get individual resources of this type",
                "patch persistentvolumeclaims/status a/claim|yes",
                "patch persistentvolumeclaims/status a/x|no relationship found between node 'n1' and this object",
                "get persistentvolumes pv|yes",
                "get persistentvolumes pv2|no relationship found between node 'n1' and this object",
                "get persistentvolumes none|no relationship found between node 'n1' and this object",
                "get volumeattachments.storage.k8s.io va|yes",
                "get volumeattachments.storage.k8s.io va2|no relationship found between node 'n1' and this object",
                "create serviceaccounts/token a/robot|yes",
                "create serviceaccounts/token a/other|no relationship found between node 'n1' and this object",
                "get serviceaccounts a/robot|can only create tokens for individual service accounts",
                "create serviceaccounts a/|can only create tokens for individual service accounts",
                // Its own Node, Lease and CSINode.
                "get nodes n1|yes",
                "watch nodes n1|yes",
                "get nodes n2|node 'n1' cannot read 'n2', only its own Node object",
                "list nodes|node 'n1' cannot read all nodes, only its own Node object",
                "create nodes|yes",
                "patch nodes/status n1|yes",
                "delete nodes n1|''",
                "update leases.coordination.k8s.io kube-node-lease/n1|yes",
                "create leases.coordination.k8s.io kube-node-lease/|yes",
                "update leases.coordination.k8s.io kube-node-lease/n2|can only access node lease with the same name as the requesting node",
                "update leases.coordination.k8s.io kube-system/n1|can only access leases in the \"kube-node-lease\" system namespace",
                "list leases.coordination.k8s.io kube-node-lease/|can only get, create, update, patch, or delete a node lease",
                "get csinodes.storage.k8s.io n1|yes",
                "get csinodes.storage.k8s.io n2|can only access CSINode with the same name as the requesting node",
                "list csinodes.storage.k8s.io|can only get, create, update, patch, or delete a CSINode",
                // Pods.
                "get pods a/p|yes",
                "get pods a/mirror|yes",
                "get pods a/q|no relationship found between node 'n1' and this object",
                "list pods|can only list/watch pods with spec.nodeName field selector",
                "watch pods a/p|yes",
                "create pods a/|yes",
                "delete pods a/q|yes",
                "update pods a/p|''",
                "deletecollection pods a/|''",
                "patch pods/status a/p|yes",
                "create pods/eviction a/p|yes",
                "create pods/binding a/p|''",
                "get pods/log a/p|''",
                // Alike for all nodes.
                "list services|yes",
                "watch runtimeclasses.node.k8s.io|yes",
                "create events a/|yes",
                "create subjectaccessreviews.authorization.k8s.io|yes",
                "create certificatesigningrequests.certificates.k8s.io|yes",
                "update certificatesigningrequests/approval.certificates.k8s.io csr|''",
                "list daemonsets.apps|''",
                "get clusterroles.rbac.authorization.k8s.io x|''",
                "get /metrics|''",
            })
    void aNodeMay(String what, String answer) {
        Verdict verdict = access.ask(NODE, what);

        assertThat(verdict).isEqualTo(answer.equals("yes") ? new Verdict(true, "") : new Verdict(false, answer));
    }

    @Test
    void listsThePodsThatAreBoundToIt() {
        AccessRequest list = Access.request(NODE, "list pods");

        assertThat(access.authorizer().decide(list.onNode("n1")).allowed()).isTrue();
        assertThat(access.authorizer().decide(list.onNode("n2")).allowed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "system:node:n1, system:authenticated",
        "n1, system:nodes",
        "system:nodes:n1, system:nodes",
    })
    void nameAndGroupMakeANode(String name, String group) {
        assertThat(access.ask(User.of(name, group), "get nodes n1").allowed()).isFalse();
    }

    @Test
    void aNodeWithoutANameIsRefused() {
        assertThat(access.ask(User.of("system:node:", User.NODES), "list services")
                        .reason())
                .isEqualTo("unknown node for user \"system:node:\"");
    }

    @Test
    void whatRolesGrantItHasToo() {
        access.role("r", Access.rule("get", "", "secrets")).bind("b", "r", Access.group(User.NODES));

        assertThat(access.ask(NODE, "get secrets a/other").allowed()).isTrue();
        access.bind("b", "gone", Access.group(User.NODES));
        assertThat(access.ask(NODE, "get secrets a/other").reason())
                .isEqualTo("no relationship found between node 'n1' and this object\n"
                        + "RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found");
    }
}
