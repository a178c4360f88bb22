package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.QuotaKeeper;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LimitRanges and ResourceQuotas with real actors, for ordinary and for daemon Pods. */
class QuotaTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass("");

    private static void namespace(String name) {
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
    }

    private static void quota(String namespace, String hard) {
        on.create(
                Kinds.RESOURCE_QUOTA,
                ("{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'%s'},"
                                + "'spec':{'hard':{%s}}}")
                        .formatted(namespace, hard));
    }

    private static void limits(String namespace, String item) {
        on.create(
                Kinds.LIMIT_RANGE,
                ("{'apiVersion':'v1','kind':'LimitRange','metadata':{'name':'l','namespace':'%s'},"
                                + "'spec':{'limits':[{'type':'Container',%s}]}}")
                        .formatted(namespace, item));
    }

    private static CompletionStage<WriteResult> send(String namespace, String name, String resources) {
        ObjectNode tree = TestServer.json(("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s'},"
                        + "'spec':{'containers':[{'name':'c','image':'i:1','resources':{%s}}]}}")
                .formatted(name, namespace, resources));
        return on.send(Kinds.POD, namespace, name, new ObjectWrite.Create(tree, ""), 0);
    }

    private static WriteResult pod(String namespace, String name, String resources) {
        return send(namespace, name, resources).toCompletableFuture().join();
    }

    private static String used(String namespace, String resource) {
        return on.server
                .catalog()
                .get(Kinds.RESOURCE_QUOTA, namespace, "q")
                .map(quota -> Json.text(quota.tree(), "status", "used", resource))
                .orElse("");
    }

    @Test
    void podsGetTheirDefaultsAndKeepTheBounds() {
        namespace("bounded");
        limits("bounded", "'max':{'cpu':'1'},'default':{'cpu':'500m'},'defaultRequest':{'cpu':'100m'}");
        StoredObject pod = TestServer.stored(pod("bounded", "plain", ""));
        assertThat(pod.tree().at("/spec/containers/0/resources"))
                .isEqualTo(TestServer.json("{'limits':{'cpu':'500m'},'requests':{'cpu':'100m'}}"));
        assertThat(Json.text(pod.tree(), "metadata", "annotations", "kubernetes.io/limit-ranger"))
                .isEqualTo("LimitRanger plugin set: cpu request for container c; cpu limit for container c");
        assertThat(Json.text(pod.tree(), "status", "qosClass")).isEqualTo("Burstable");
        ApiStatus status = TestServer.refused(pod("bounded", "large", "'limits':{'cpu':'2'}"));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .isEqualTo("pods \"large\" is forbidden: maximum cpu usage per Container is 1, but limit is 2");
    }

    private static void service(String namespace, String name) {
        on.create(
                Kinds.SERVICE,
                ("{'apiVersion':'v1','kind':'Service','metadata':{'name':'%s','namespace':'%s'},"
                                + "'spec':{'ports':[{'port':80}]}}")
                        .formatted(name, namespace));
    }

    @Test
    void updatesOfServicesAndClaimsThatTakeMoreAreCounted() {
        namespace("growing");
        quota("growing", "'services':'2','services.loadbalancers':'1','requests.storage':'3Gi'");
        service("growing", "a");
        service("growing", "b");
        String balancer = "{'spec':{'type':'LoadBalancer'}}";
        TestServer.stored(on.patch(Kinds.SERVICE, "growing", "a", "", balancer));
        TestServer.until(() -> used("growing", "services.loadbalancers").equals("1"));
        ApiStatus status = TestServer.refused(on.patch(Kinds.SERVICE, "growing", "b", "", balancer));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .isEqualTo("services \"b\" is forbidden: exceeded quota: q, requested: services.loadbalancers=1,"
                        + " used: services.loadbalancers=1, limited: services.loadbalancers=1");
        TestServer.stored(on.patch(Kinds.SERVICE, "growing", "b", "", "{'metadata':{'labels':{'x':'y'}}}"));
        TestServer.stored(on.patch(Kinds.SERVICE, "growing", "a", "", "{'spec':{'type':'ClusterIP'}}"));
        TestServer.stored(on.patch(Kinds.SERVICE, "growing", "b", "", balancer));

        on.create(
                Kinds.STORAGE_CLASS,
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'rubber'},"
                        + "'provisioner':'p.example','allowVolumeExpansion':true}");
        on.create(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c','namespace':'growing'},"
                        + "'spec':{'accessModes':['ReadWriteOnce'],'volumeName':'v','storageClassName':'rubber',"
                        + "'resources':{'requests':{'storage':'1Gi'}}}}");
        on.patch(Kinds.PERSISTENT_VOLUME_CLAIM, "growing", "c", "status", "{'status':{'phase':'Bound'}}");
        assertThat(TestServer.refused(on.patch(Kinds.PERSISTENT_VOLUME_CLAIM, "growing", "c", "", storage("4Gi")))
                        .message())
                .isEqualTo(
                        "persistentvolumeclaims \"c\" is forbidden: exceeded quota: q,"
                                + " requested: requests.storage=3Gi, used: requests.storage=1Gi, limited: requests.storage=3Gi");
        TestServer.stored(on.patch(Kinds.PERSISTENT_VOLUME_CLAIM, "growing", "c", "", storage("3Gi")));
    }

    private static String storage(String amount) {
        return "{'spec':{'resources':{'requests':{'storage':'" + amount + "'}}}}";
    }

    @Test
    void updatesAtTheSameTimeStayWithinTheQuota() {
        namespace("hasty");
        quota("hasty", "'services.loadbalancers':'2'");
        List<CompletionStage<WriteResult>> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            service("hasty", "s" + i);
        }
        for (int i = 0; i < 6; i++) {
            sent.add(on.send(
                    Kinds.SERVICE,
                    "hasty",
                    "s" + i,
                    new ObjectWrite.Patch(
                            "",
                            PatchType.MERGE,
                            TestServer.json("{'spec':{'type':'LoadBalancer'}}"),
                            FieldValidation.STRICT,
                            Precondition.NONE),
                    0));
        }
        long stored = sent.stream()
                .map(one -> one.toCompletableFuture().join())
                .filter(WriteResult.Stored.class::isInstance)
                .count();
        assertThat(stored).isEqualTo(2);
    }

    @Test
    void creationsAtTheSameTimeStayWithinTheQuota() {
        namespace("crowded");
        quota("crowded", "'pods':'5','requests.memory':'1Gi'");
        List<CompletionStage<WriteResult>> sent = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            sent.add(send("crowded", "p" + i, "'requests':{'memory':'64Mi'}"));
        }
        int stored = 0;
        for (CompletionStage<WriteResult> one : sent) {
            WriteResult result = one.toCompletableFuture().join();
            if (result instanceof WriteResult.Stored) {
                stored++;
            } else {
                assertThat(TestServer.refused(result).message())
                        .endsWith("is forbidden: exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5");
            }
        }
        assertThat(stored).isEqualTo(5);
        assertThat(on.count(Kinds.POD, "crowded")).isEqualTo(5);
        TestServer.until(() -> used("crowded", "pods").equals("5")
                && used("crowded", "requests.memory").equals("320Mi"));
        String gone =
                on.server.catalog().list(Kinds.POD, "crowded").iterator().next().name();
        on.delete(Kinds.POD, "crowded", gone, 0L);
        TestServer.stored(pod("crowded", "another", "'requests':{'memory':'64Mi'}"));
        assertThat(TestServer.refused(pod("crowded", "unnamed", "")).message())
                .isEqualTo("pods \"unnamed\" is forbidden: failed quota: q: must specify requests.memory for: c");
    }

    @Test
    void whatIsInvalidTakesNothing() {
        namespace("strict");
        quota("strict", "'configmaps':'1','count/secrets':'0'");
        ObjectNode wrong = TestServer.configMap("strict", "a", "v");
        wrong.putObject("data").put("a/b", "x");
        for (int i = 0; i < 3; i++) {
            assertThat(TestServer.refused(on.write(Kinds.CONFIG_MAP, "strict", "a", new ObjectWrite.Create(wrong, "")))
                            .code())
                    .isEqualTo(422);
        }
        TestServer.stored(
                on.sendConfigMap("strict", "a", "v").toCompletableFuture().join());
        assertThat(TestServer.refused(on.sendConfigMap("strict", "b", "v")
                                .toCompletableFuture()
                                .join())
                        .message())
                .isEqualTo("configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1,"
                        + " used: configmaps=1, limited: configmaps=1");
        TestServer.until(() -> used("strict", "configmaps").equals("1")
                && used("strict", "count/secrets").equals("0"));
    }

    @Test
    void daemonPodsStayWithinTheQuotaAndComeWhenThereIsRoom() {
        namespace("fleet");
        for (int i = 0; i < 5; i++) {
            on.node("fleet-" + i);
        }
        limits("fleet", "'default':{'memory':'64Mi'}");
        quota("fleet", "'pods':'3','limits.memory':'1Gi'");
        on.daemonSet("fleet", "agent");
        TestServer.until(() -> on.count(Kinds.POD, "fleet") == 3);
        TestServer.until(() -> failure("fleet")
                .equals("Error creating: pods \"agent-\" is forbidden: exceeded quota: q, requested: pods=1,"
                        + " used: pods=3, limited: pods=3"));
        ObjectNode pod =
                on.server.catalog().list(Kinds.POD, "fleet").iterator().next().tree();
        assertThat(pod.at("/spec/containers/0/resources/limits/memory").asText())
                .isEqualTo("64Mi");
        assertThat(Json.text(pod, "metadata", "annotations", "kubernetes.io/limit-ranger"))
                .isEqualTo("LimitRanger plugin set: memory request for container c; memory limit for container c");
        TestServer.until(() -> used("fleet", "limits.memory").equals("192Mi"));
        assertThat(on.count(Kinds.POD, "fleet")).isEqualTo(3);
        on.patch(Kinds.RESOURCE_QUOTA, "fleet", "q", "", "{'spec':{'hard':{'pods':'4'}}}");
        TestServer.until(() -> on.count(Kinds.POD, "fleet") == 4);
        on.delete(Kinds.RESOURCE_QUOTA, "fleet", "q", null);
        TestServer.until(() -> on.count(Kinds.POD, "fleet") >= 5);
    }

    private static String failure(String namespace) {
        for (StoredObject event : on.server.catalog().list(Kinds.EVENT, namespace)) {
            if (Json.text(event.tree(), "reason").equals("FailedCreate")) {
                return Json.text(event.tree(), "message");
            }
        }
        return "";
    }

    @Test
    void questionsReachKeepersInOtherJvms() throws Exception {
        Serialization serialization =
                SerializationExtension.get(on.server.system().classicSystem());
        QuotaKeeper.Claim claim = new QuotaKeeper.Claim(
                List.of("a"),
                QuotaCharge.of(
                        Kinds.POD,
                        TestServer.json(
                                "{'spec':{'containers':[{'name':'c','resources':{'requests':{'cpu':'100m','memory':'1Gi'}}}]}}")),
                5,
                true,
                on.server.system().ignoreRef());
        byte[] bytes = serialization.serialize(claim).get();
        QuotaKeeper.Claim back =
                serialization.deserialize(bytes, QuotaKeeper.Claim.class).get();
        assertThat(back.charge()).isEqualTo(claim.charge());
        assertThat(back.ids()).isEqualTo(claim.ids());
    }
}
