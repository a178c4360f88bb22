package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

/** Objects to begin with: those that are accepted as they are, and those with any field that the schema knows. */
final class SampleObjects {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 8;

    /** What an object of the kind needs beside its metadata; kinds that are not named need nothing. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry(
                    "Pod",
                    "{'spec':{'containers':[{'name':'c','image':'i:1','ports':[{'containerPort':80}],'env':[{'name':'A','value':'b'}],"
                            + "'resources':{'requests':{'cpu':'100m'},'limits':{'memory':'10Mi'}},'volumeMounts':[{'name':'v','mountPath':'/v'}]}],"
                            + "'volumes':[{'name':'v','emptyDir':{}}],'tolerations':[{'key':'k','operator':'Exists'}]}}"),
            Map.entry(
                    "DaemonSet",
                    "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':["
                            + "{'name':'c','image':'i:1','livenessProbe':{'httpGet':{'path':'/','port':80}}}],'nodeSelector':{'disk':'ssd'},"
                            + "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
                            + "{'matchExpressions':[{'key':'k','operator':'In','values':['v']}]}]}}}}},"
                            + "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':'10%'}}}}"),
            Map.entry("ConfigMap", "{'data':{'k':'v'},'binaryData':{'b':'YWJj'}}"),
            Map.entry("Secret", "{'type':'Opaque','data':{'k':'dg=='}}"),
            Map.entry(
                    "Service", "{'spec':{'selector':{'a':'b'},'ports':[{'name':'p','port':80,'targetPort':'http'}]}}"),
            Map.entry(
                    "Node",
                    "{'spec':{'taints':[{'key':'k','value':'v','effect':'NoSchedule'}]},'status':{'capacity':{'cpu':'4'}}}"),
            Map.entry("Lease", "{'spec':{'holderIdentity':'h','leaseDurationSeconds':15}}"),
            Map.entry("PriorityClass", "{'value':7,'preemptionPolicy':'Never'}"),
            Map.entry("ControllerRevision", "{'revision':1,'data':{'spec':{'a':[1,2]}}}"),
            Map.entry(
                    "Event",
                    "{'involvedObject':{'kind':'Pod','name':'p','namespace':'NAMESPACE'},'reason':'R','message':'m','type':'Normal'}"),
            Map.entry("Role", "{'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}"),
            Map.entry("ClusterRole", "{'rules':[{'nonResourceURLs':['/x'],'verbs':['get']}]}"),
            Map.entry(
                    "RoleBinding",
                    "{'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'}]}"),
            Map.entry(
                    "ClusterRoleBinding",
                    "{'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'r'}}"),
            Map.entry(
                    "PersistentVolumeClaim",
                    "{'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}"),
            Map.entry(
                    "PersistentVolume",
                    "{'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}}"),
            Map.entry("LimitRange", "{'spec':{'limits':[{'type':'Container','default':{'cpu':'1'}}]}}"),
            Map.entry("ResourceQuota", "{'spec':{'hard':{'pods':'100000'}}}"),
            Map.entry("PodDisruptionBudget", "{'spec':{'minAvailable':1,'selector':{'matchLabels':{'a':'b'}}}}"),
            Map.entry("RuntimeClass", "{'handler':'h'}"),
            Map.entry("StorageClass", "{'provisioner':'p.example'}"),
            Map.entry("Endpoints", "{'subsets':[{'addresses':[{'ip':'10.0.0.1'}],'ports':[{'port':80}]}]}"),
            Map.entry(
                    "PodTemplate",
                    "{'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}"),
            Map.entry(
                    "VolumeAttachment",
                    "{'spec':{'attacher':'a','nodeName':'n','source':{'persistentVolumeName':'v'}}}"));

    private final Random random;

    SampleObjects(Random random) {
        this.random = random;
    }

    /** One that is accepted, if nothing stands against it. */
    ObjectNode valid(Kind kind, String namespace, String name) {
        String text = BODIES.getOrDefault(kind.kind(), "{}").replace('\'', '"').replace("NAMESPACE", namespace);
        ObjectNode object = header(kind);
        ObjectNode meta = object.putObject("metadata").put("name", name);
        if (random.nextBoolean()) {
            meta.putObject("labels").put("fuzz", "l" + random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
            meta.putObject("annotations").put("fuzz/n", String.valueOf(random.nextInt()));
        }
        object.setAll(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
        return object;
    }

    /** One whose fields have the right types, and no sense. */
    ObjectNode any(Kind kind, String name) {
        ObjectNode object = header(kind);
        ObjectNode filled = object(Schemas.of(kind), 0);
        filled.remove("apiVersion");
        filled.remove("kind");
        object.setAll(filled);
        if (object.path("metadata").isObject()) {
            ((ObjectNode) object.get("metadata")).put("name", name).remove("namespace");
        }
        return object;
    }

    private static ObjectNode header(Kind kind) {
        return Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    }

    ObjectNode object(ObjectType type, int depth) {
        ObjectNode object = Json.object();
        int share = depth == 0 ? 60 : depth > 4 ? 12 : 30;
        for (Field field : type.fields()) {
            if (random.nextInt(100) < share) {
                JsonNode value = shaped(field, depth);
                if (value != null) {
                    object.set(field.name(), value);
                }
            }
        }
        return object;
    }

    private JsonNode shaped(Field field, int depth) {
        if (depth > MAX_DEPTH && field.type() instanceof ValueType.Structured) {
            return null;
        }
        return switch (field.shape()) {
            case LIST -> {
                ArrayNode list = NODES.arrayNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(value(field.type(), depth));
                }
                yield list;
            }
            case MAP -> {
                ObjectNode map = Json.object();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.set(OddValues.text(random), value(field.type(), depth));
                }
                yield map;
            }
            default -> value(field.type(), depth);
        };
    }

    private JsonNode value(ValueType type, int depth) {
        if (type instanceof ValueType.Structured structured) {
            return object(structured.object(), depth + 1);
        }
        return switch ((ValueType.Scalar) type) {
            case STRING -> NODES.textNode(OddValues.text(random));
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case INT32 -> NODES.numberNode(random.nextBoolean() ? random.nextInt(10) - 2 : random.nextInt());
            case INT64 -> NODES.numberNode(random.nextBoolean() ? random.nextInt(10) - 2 : random.nextLong());
            case DOUBLE -> NODES.numberNode(random.nextGaussian());
            case BYTES -> NODES.textNode("YWJj");
            case TIME -> NODES.textNode("2026-01-02T03:04:05Z");
            case MICRO_TIME -> NODES.textNode("2026-01-02T03:04:05.000006Z");
            case QUANTITY -> NODES.textNode(OddValues.quantity(random));
            case INT_OR_STRING ->
                random.nextBoolean() ? NODES.textNode("10%") : NODES.numberNode(random.nextInt(9) - 1);
            case TEXTS -> NODES.arrayNode().add("a");
            case RAW, FIELDS_V1 -> Json.object().put("f:x", "");
        };
    }
}
