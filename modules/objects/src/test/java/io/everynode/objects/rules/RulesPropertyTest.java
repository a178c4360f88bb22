package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever happens to a well-typed object: rules answer instead of throwing, and what they stored they keep as it is.
 */
class RulesPropertyTest {

    private static final String RICH_SPEC =
            "volumes: [{name: 'v', hostPath: {path: '/x'}}, {name: 's', secret: {secretName: 'a', "
                    + "items: [{key: 'k', path: 'p'}]}}, {name: 'p', projected: {sources: [{serviceAccountToken: {path: 't'}}, {downwardAPI: "
                    + "{items: [{path: 'n', fieldRef: {fieldPath: 'metadata.name'}}]}}]}}], tolerations: [{key: 'a', operator: 'Exists', "
                    + "effect: 'NoExecute', tolerationSeconds: 5}], nodeSelector: {x: 'y'}, affinity: {nodeAffinity: "
                    + "{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: 'a', operator: 'In', "
                    + "values: ['b']}]}]}}}, securityContext: {runAsUser: 5, sysctls: [{name: 'net.core.somaxconn', value: '1'}]}, "
                    + "initContainers: [{name: 'i', image: 'i', restartPolicy: 'Always', readinessProbe: {tcpSocket: {port: 'http'}}}], "
                    + "containers: [{name: 'c', image: 'h:5/i@sha256:a', ports: [{containerPort: 80, hostPort: 80, name: 'http'}], env: "
                    + "[{name: 'E', valueFrom: {resourceFieldRef: {resource: 'limits.cpu'}}}], envFrom: [{configMapRef: {name: 'm'}}], "
                    + "volumeMounts: [{name: 'v', mountPath: '/v', subPath: 'a'}], resources: {limits: {cpu: '1', 'a.b/c': '2'}}, "
                    + "livenessProbe: {httpGet: {port: 80}}, lifecycle: {preStop: {exec: {command: ['x']}}}, securityContext: "
                    + "{capabilities: {add: ['X']}}}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: "
                    + "'DoNotSchedule', labelSelector: {matchLabels: {a: 'b'}}}], dnsConfig: {nameservers: ['1.1.1.1'], searches: ['a.b']}";

    private static final List<String> TEXTS = List.of(
            "", "a", "A b", "/", "a/b/c", "..", "-", "100%", "1e9999999", "Exists", "None", "x".repeat(300), "ä\n\"");

    private static final List<Integer> NUMBERS = List.of(0, 1, -1, 70000, Integer.MAX_VALUE, Integer.MIN_VALUE);

    private static ObjectNode rich(Kind kind) {
        if (kind.equals(Kinds.POD)) {
            return Samples.with(Samples.pod(), "{spec: {" + RICH_SPEC + "}}");
        }
        if (kind.equals(Kinds.DAEMON_SET)) {
            return Samples.with(Samples.daemonSet(), "{spec: {template: {spec: {" + RICH_SPEC + "}}}}");
        }
        return ObjectMetaRulesTest.valid(kind);
    }

    @Property(tries = 600)
    void rulesNeverThrowAndKeepWhatTheyStored(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = random.nextInt(3) > 0
                ? (random.nextBoolean() ? Kinds.POD : Kinds.DAEMON_SET)
                : Kinds.all().get(random.nextInt(Kinds.all().size()));
        ObjectNode object = rich(kind);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            damage(object, random);
        }
        Outcome<ObjectNode> outcome = ObjectRules.create(kind, object, Samples.CONTEXT);
        if (outcome instanceof Outcome.Refused<ObjectNode> refused) {
            assertThat(refused.status().code()).isIn(400, 422);
            assertThat(refused.status().message()).isNotBlank();
        } else {
            ObjectNode stored = Json.parse(Json.encode(((Outcome.Done<ObjectNode>) outcome).value()));
            assertThat(Samples.updated(kind, "", stored, stored)).isEqualTo(stored);
            if (kind.subresources().contains("status")) {
                assertThat(Samples.updated(kind, "status", stored, stored)).isEqualTo(stored);
            }
            ObjectNode damaged = stored.deepCopy();
            damage(damaged, random);
            ObjectRules.update(kind, random.nextBoolean() ? "" : "status", stored, damaged, Samples.CONTEXT);
        }
    }

    /** A rich object is valid: else the property above would only ever see refusals. */
    @Property(tries = 1)
    void undamagedObjectsAreAdmitted() {
        assertThat(Kinds.all().stream()
                        .flatMap(kind -> Samples.wrongNew(kind, rich(kind)).stream())
                        .collect(Collectors.toList()))
                .isEmpty();
    }

    /** Removes a field or an item, doubles an item, or puts another value of the same type in place of one. */
    private static void damage(ObjectNode object, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(object, containers);
        JsonNode chosen = containers.get(random.nextInt(containers.size()));
        if (chosen instanceof ObjectNode fields && !fields.isEmpty()) {
            List<String> names = new ArrayList<>();
            fields.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            JsonNode other = other(fields.get(name), random);
            if (other == null || random.nextInt(4) == 0) {
                fields.remove(name);
            } else {
                fields.set(name, other);
            }
        } else if (chosen instanceof ArrayNode items && !items.isEmpty()) {
            int index = random.nextInt(items.size());
            if (random.nextBoolean()) {
                items.add(items.get(index).deepCopy());
            } else {
                items.remove(index);
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode other(JsonNode value, Random random) {
        if (value.isTextual()) {
            return TextNode.valueOf(TEXTS.get(random.nextInt(TEXTS.size())));
        }
        return value.isNumber() ? IntNode.valueOf(NUMBERS.get(random.nextInt(NUMBERS.size()))) : null;
    }
}
