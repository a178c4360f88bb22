package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRestrictionTest {

    private static final NodeWorld WORLD = new Access()
            .object(Kinds.NODE, "", "n1", "{'metadata':{'name':'n1','uid':'u1'}}")
            .authorizer()
            .world();

    private static final NodeWorld VOLUMES = new Access()
            .object(
                    Kinds.CSI_DRIVER,
                    "",
                    "secrets",
                    "{'metadata':{'name':'secrets'},'spec':{'tokenRequests':[{'audience':''},{'audience':'driver'}]}}")
            .object(
                    Kinds.PERSISTENT_VOLUME,
                    "",
                    "pv",
                    "{'metadata':{'name':'pv'},'spec':{'csi':{'driver':'secrets','volumeHandle':'h'}}}")
            .object(Kinds.PERSISTENT_VOLUME_CLAIM, "a", "c", "{'metadata':{'name':'c'},'spec':{'volumeName':'pv'}}")
            .object(Kinds.PERSISTENT_VOLUME_CLAIM, "a", "unbound", "{'metadata':{'name':'unbound'},'spec':{}}")
            .object(
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    "a",
                    "p-scratch",
                    "{'metadata':{'name':'p-scratch'},'spec':{'volumeName':'pv'}}")
            .object(
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    "b",
                    "other",
                    "{'metadata':{'name':'other'},'spec':{'volumeName':'pv'}}")
            .authorizer()
            .world();

    private static String text(Optional<ApiStatus> refusal) {
        return refusal.map(ApiStatus::message).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "custom, no",
        "example.com/x, no",
        "kubernetes.io/hostname, no",
        "kubernetes.io/os, no",
        "topology.kubernetes.io/zone, no",
        "node.kubernetes.io/anything, no",
        "sub.node.kubernetes.io/x, no",
        "kubelet.kubernetes.io/x, no",
        "node-role.kubernetes.io/master, yes",
        "node-restriction.kubernetes.io/x, yes",
        "sub.node-restriction.kubernetes.io/x, yes",
        "kubernetes.io/other, yes",
        "k8s.io/x, yes",
        "x.k8s.io/y, yes",
        "notkubernetes.io/x, no",
    })
    void labelsThatANodeMayNotSet(String label, String forbidden) {
        ObjectNode bare = json("{'metadata':{'name':'n1'}}");
        ObjectNode labelled = json("{'metadata':{'name':'n1','labels':{'" + label + "':'v'}}}");
        ObjectNode other = json("{'metadata':{'name':'n1','labels':{'" + label + "':'w'}}}");
        boolean expected = forbidden.equals("yes");
        String changed = expected ? "nodes \"n1\" is forbidden: is not allowed to modify labels: " + label : "";

        assertThat(text(NodeRestriction.create("n1", Kinds.NODE, "", labelled, WORLD)))
                .isEqualTo(
                        expected
                                ? "nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels: "
                                        + label
                                : "");
        assertThat(text(NodeRestriction.update("n1", Kinds.NODE, "n1", bare, labelled)))
                .isEqualTo(changed);
        assertThat(text(NodeRestriction.update("n1", Kinds.NODE, "n1", labelled, bare)))
                .isEqualTo(changed);
        assertThat(text(NodeRestriction.update("n1", Kinds.NODE, "n1", labelled, other)))
                .isEqualTo(changed);
        assertThat(text(NodeRestriction.update("n1", Kinds.NODE, "n1", labelled, labelled)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|{'spec':{'taints':[]}}|",
                "{}|{'spec':{'unschedulable':true}}|",
                "{}|{'spec':{'taints':[{'key':'a'}]}}|node \"n1\" is not allowed to modify taints",
                "{'spec':{'taints':[{'key':'a'}]}}|{}|node \"n1\" is not allowed to modify taints",
                "{'spec':{'taints':[{'key':'a'}]}}|{'spec':{'taints':[{'key':'a'}]},'status':{'x':1}}|",
                "{}|{'metadata':{'ownerReferences':[{'uid':'x'}]}}|node \"n1\" is not allowed to modify ownerReferences",
            })
    void changesOfItsNode(String before, String after, String why) {
        assertThat(text(NodeRestriction.update("n1", Kinds.NODE, "n1", json(before), json(after))))
                .isEqualTo(why == null ? "" : "nodes \"n1\" is forbidden: " + why);
    }

    @Test
    void othersNodesLeasesAndCsiNodes() {
        for (Kind kind : new Kind[] {Kinds.NODE, Kinds.LEASE, Kinds.CSI_NODE}) {
            String namespace = kind.equals(Kinds.LEASE) ? "kube-node-lease" : "";
            for (String name : new String[] {"n1", "n2"}) {
                ObjectNode object = json("{'metadata':{'name':'" + name + "'}}");
                boolean own = name.equals("n1");
                assertThat(NodeRestriction.create("n1", kind, namespace, object, WORLD)
                                .isEmpty())
                        .isEqualTo(own);
                assertThat(NodeRestriction.beforeUpdate("n1", kind, namespace, name, "", null)
                                .isEmpty())
                        .isEqualTo(own);
                assertThat(NodeRestriction.delete("n1", kind, namespace, name, null)
                                .isEmpty())
                        .isEqualTo(own);
            }
        }
        assertThat(text(NodeRestriction.beforeUpdate("n1", Kinds.LEASE, "kube-system", "n1", "", null)))
                .isEqualTo("leases.coordination.k8s.io \"n1\" is forbidden: can only access leases in the"
                        + " \"kube-node-lease\" system namespace");
        assertThat(text(NodeRestriction.beforeUpdate("n1", Kinds.NODE, "", "n2", "status", null)))
                .isEqualTo("nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'nodeName':'n1'|",
                "'nodeName':'n2'|node \"n1\" can only create pods with spec.nodeName set to itself",
                "'nodeName':'n1','serviceAccountName':'a'|node \"n1\" can not create pods that reference a service account",
                "'nodeName':'n1','volumes':[{'secret':{'secretName':'s'}}]|node \"n1\" can not create pods that reference secrets",
                "'nodeName':'n1','volumes':[{'configMap':{'name':'c'}}]|node \"n1\" can not create pods that reference configmaps",
                "'nodeName':'n1','volumes':[{'persistentVolumeClaim':{'claimName':'c'}}]|node \"n1\" can not create pods that reference persistentvolumeclaims",
                "'nodeName':'n1','volumes':[{'projected':{'sources':[{'serviceAccountToken':{}}]}}]|node \"n1\" can not create pods that reference a service account",
            })
    void mirrorPods(String spec, String why) {
        String owner = "{'apiVersion':'v1','kind':'Node','name':'n1','uid':'u1','controller':true}";
        assertThat(text(pod(spec, "'" + PodReferences.MIRROR + "':'x'", owner)))
                .isEqualTo(why == null ? "" : "pods \"p\" is forbidden: " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|node \"n1\" can only create pods with an owner reference set to itself",
                "{'apiVersion':'v1','kind':'Node','name':'n2','uid':'u1','controller':true}|node \"n1\" can only create pods with an owner reference set to itself",
                "{'apiVersion':'v1','kind':'Node','name':'n1','uid':'u1'}|node \"n1\" can only create pods with a controller owner reference set to itself",
                "{'apiVersion':'v1','kind':'Node','name':'n1','uid':'u2','controller':true}|node n1 UID mismatch: expected u2 got u1",
                "{'apiVersion':'v1','kind':'Node','name':'n1','uid':'u1','controller':true,'blockOwnerDeletion':true}|node \"n1\" must not set blockOwnerDeletion on an owner reference",
                "{},{}|node \"n1\" can only create pods with a single owner reference set to itself",
            })
    void mirrorPodsAreOwnedByTheNode(String owners, String why) {
        assertThat(text(pod("'nodeName':'n1'", "'" + PodReferences.MIRROR + "':'x'", owners)))
                .isEqualTo("pods \"p\" is forbidden: " + why);
    }

    @Test
    void otherPodsAreNotMade() {
        assertThat(text(pod("'nodeName':'n1'", "", "")))
                .isEqualTo("pods \"p\" is forbidden: pod does not have \"kubernetes.io/config.mirror\" annotation,"
                        + " node \"n1\" can only create mirror pods");
    }

    private static Optional<ApiStatus> pod(String spec, String annotations, String owners) {
        return NodeRestriction.create(
                "n1",
                Kinds.POD,
                "a",
                json("{'metadata':{'name':'p','annotations':{" + annotations + "},'ownerReferences':[" + owners
                        + "]},'spec':{" + spec + "}}"),
                WORLD);
    }

    @Test
    void podsOfOthersAreLeftAlone() {
        ObjectNode own = json("{'spec':{'nodeName':'n1'}}");
        for (String other : new String[] {"{'spec':{'nodeName':'n2'}}", "{'spec':{}}"}) {
            assertThat(text(NodeRestriction.delete("n1", Kinds.POD, "a", "p", json(other))))
                    .isEqualTo(
                            "pods \"p\" is forbidden: node \"n1\" can only delete pods with spec.nodeName set to itself");
            assertThat(text(NodeRestriction.evict("n1", "p", json(other))))
                    .isEqualTo("pods \"p\" is forbidden: node n1 can only evict pods with spec.nodeName set to itself");
            assertThat(text(NodeRestriction.beforeUpdate("n1", Kinds.POD, "a", "p", "status", json(other))))
                    .isEqualTo("pods \"p\" is forbidden: node \"n1\" can only update pod status for pods with"
                            + " spec.nodeName set to itself");
        }
        assertThat(NodeRestriction.delete("n1", Kinds.POD, "a", "p", own)).isEmpty();
        assertThat(NodeRestriction.evict("n1", "p", own)).isEmpty();
        assertThat(NodeRestriction.beforeUpdate("n1", Kinds.POD, "a", "p", "status", own))
                .isEmpty();
        assertThat(NodeRestriction.beforeUpdate("n1", Kinds.POD, "a", "p", "", own))
                .isNotEmpty();
        assertThat(NodeRestriction.bind("n1", "p")).isNotEmpty();
        assertThat(text(NodeRestriction.update("n1", Kinds.POD, "p", own, json("{'metadata':{'labels':{'a':'b'}}}"))))
                .endsWith("node \"n1\" cannot update labels through pod status");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'apiVersion':'v1','kind':'Pod','name':'p','uid':'u'}|n1|",
                "{'apiVersion':'v1','kind':'Pod','name':'p','uid':'u'}|n2|node requested token bound to a pod scheduled on a different node",
                "{'apiVersion':'v1','kind':'Pod','name':'p','uid':'v'}|n1|does not match the UID in record",
                "{'apiVersion':'v1','kind':'Pod','name':'p'}|n1|node requested token with a pod binding without a uid",
                "{'apiVersion':'v1','kind':'Secret','name':'p','uid':'u'}|n1|node requested token not bound to a pod",
                "{}|n1|node requested token not bound to a pod",
            })
    void tokensOfItsOwnPods(String bound, String node, String why) {
        ObjectNode pod = json("{'metadata':{'name':'p','uid':'u'},'spec':{'nodeName':'" + node
                + "','volumes':[{'projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}}]}}");
        String refusal = text(token(json("{'boundObjectRef':" + bound + "}"), pod, false));

        assertThat(refusal.isEmpty()).isEqualTo(why == null);
        assertThat(refusal).contains(why == null ? "" : why);
        assertThat(token(json("{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'p','uid':'u'}}"), null, true))
                .hasValueSatisfying(status -> assertThat(status.code()).isEqualTo(404));
    }

    private static Optional<ApiStatus> token(ObjectNode spec, ObjectNode pod, boolean granted) {
        return NodeRestriction.token("n1", "robot", spec, pod, VOLUMES, audience -> granted);
    }

    /** By node and by Pod: who a token may be for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}} | [] | yes",
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}} | [''] | yes",
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}} | ['vault'] | no",
                "{'projected':{'sources':[{'configMap':{'name':'c'}},{'serviceAccountToken':{'path':'t','audience':'vault'}}]}} | ['vault'] | yes",
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t','audience':'vault'}}]}} | [] | no",
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t','audience':'vault'}}]}} | ['vault','vault'] | many",
                "{'projected':{'sources':[{'serviceAccountToken':{'path':'t','audience':'vault'}}]}} | ['vault2'] | no",
                "{'projected':{'sources':[{'configMap':{'name':'vault'}}]}} | ['vault'] | no",
                "{'emptyDir':{}} | [] | no",
                "{'csi':{'driver':'secrets'}} | ['driver'] | yes",
                "{'csi':{'driver':'secrets'}} | [] | yes",
                "{'csi':{'driver':'secrets'}} | ['vault'] | no",
                "{'csi':{'driver':'unknown'}} | ['driver'] | no",
                "{'persistentVolumeClaim':{'claimName':'c'}} | ['driver'] | yes",
                "{'persistentVolumeClaim':{'claimName':'other'}} | ['driver'] | no",
                "{'persistentVolumeClaim':{'claimName':'unbound'}} | ['driver'] | no",
                "{'name':'scratch','ephemeral':{'volumeClaimTemplate':{}}} | ['driver'] | yes",
                "{'name':'other','ephemeral':{'volumeClaimTemplate':{}}} | ['driver'] | no",
            })
    void audiencesThatThePodNames(String volume, String audiences, String expected) {
        ObjectNode pod = json("{'metadata':{'name':'p','namespace':'a','uid':'u'},'spec':{'nodeName':'n1','volumes':["
                + volume + "]}}");
        ObjectNode spec = json("{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'p','uid':'u'},'audiences':"
                + audiences + "}");

        String refusal = text(token(spec, pod, false));
        String audience = spec.path("audiences").path(0).asText("");
        assertThat(refusal)
                .isEqualTo(
                        expected.equals("yes")
                                ? ""
                                : "serviceaccounts \"robot\" is forbidden: "
                                        + (expected.equals("many")
                                                ? "node may only request 0 or 1 audiences"
                                                : "audience \"" + audience + "\" not found in pod spec volume"));
        assertThat(text(token(spec, pod, true)).isEmpty())
                .as("with the right to ask for any")
                .isEqualTo(!expected.equals("many"));
    }

    @Test
    void ofAClaimOnlyItsStatusIsReported() {
        assertThat(NodeRestriction.beforeUpdate("n1", Kinds.PERSISTENT_VOLUME_CLAIM, "a", "c", "", null))
                .isNotEmpty();
        ObjectNode before = json("{'metadata':{},'status':{}}");
        assertThat(NodeRestriction.update(
                        "n1",
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        "c",
                        before,
                        json("{'metadata':{},'status':{'capacity':{'storage':'1'}}}")))
                .isEmpty();
        assertThat(NodeRestriction.update(
                        "n1",
                        Kinds.PERSISTENT_VOLUME_CLAIM,
                        "c",
                        before,
                        json("{'metadata':{'labels':{'a':'b'}},'status':{}}")))
                .isNotEmpty();
    }
}
