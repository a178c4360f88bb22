package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;

/** Values that programs tend to forget. */
final class OddValues {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "x",
            "A_b",
            "-",
            ".",
            "..",
            "../../etc/passwd",
            "/",
            "a/b",
            "a/b/c",
            "kubernetes.io/x",
            "\u0000",
            "é",
            "\uD83D\uDE00",
            "\uFFFE",
            "a b",
            "a\nb",
            "null",
            "true",
            "0",
            "-1",
            "100%",
            "1e9999",
            "metadata.name",
            "Always",
            "Never",
            "Exists",
            "In",
            "NoSchedule",
            "NoExecute",
            "TCP",
            "ClusterIP",
            "None",
            "10.0.0.1",
            "::1",
            "300.1.1.1",
            "10.0.0.0/8",
            "foregroundDeletion",
            "orphan",
            "kubernetes",
            "system-node-critical",
            "default",
            "$(A)",
            "{{x}}",
            "2026-01-02T03:04:05Z",
            "0000-00-00T00:00:00Z",
            "'; DROP TABLE event_journal; --",
            "\"",
            "\\",
            "%",
            "%00",
            "a=b,c in (d)",
            "~",
            "*");

    private static final List<String> QUANTITIES = List.of(
            "0",
            "1",
            "-1",
            "100m",
            "1.5Gi",
            "9223372036854775807",
            "1e18",
            "1E",
            "0.0000000001",
            "1Ki",
            "-0",
            "+1",
            "1e-9",
            "99999999999999999999E");

    private OddValues() {}

    static String text(Random random) {
        int which = random.nextInt(TEXTS.size() + 4);
        if (which < TEXTS.size()) {
            return TEXTS.get(which);
        }
        return switch (which - TEXTS.size()) {
            case 0 -> "x".repeat(random.nextInt(300));
            case 1 -> random.nextInt(200) == 0 ? "y".repeat(300_000) : "yy";
            case 2 -> Integer.toString(random.nextInt(), 36);
            default -> String.valueOf((char) random.nextInt(0xd800));
        };
    }

    static String quantity(Random random) {
        return QUANTITIES.get(random.nextInt(QUANTITIES.size()));
    }

    static JsonNode any(Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt(5) - 2);
            case 3 -> NODES.numberNode(random.nextLong());
            case 4 -> NODES.numberNode(new BigInteger("1" + "0".repeat(random.nextInt(40))));
            case 5 -> NODES.numberNode(new BigDecimal("1.5E" + (random.nextInt(800) - 400)));
            case 6 -> Json.object();
            case 7 -> NODES.arrayNode();
            case 8 -> NODES.arrayNode().add(any(random)).add(any(random));
            case 9 -> Json.object().set(text(random), any(random));
            case 10 -> deep(random);
            case 11 -> NODES.textNode(quantity(random));
            default -> NODES.textNode(text(random));
        };
    }

    private static JsonNode deep(Random random) {
        JsonNode node = NODES.textNode("deep");
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 1200 : 20); i > 0; i--) {
            ObjectNode object = Json.object();
            ArrayNode array = NODES.arrayNode();
            node = random.nextBoolean() ? object.set("d", node) : array.add(node);
        }
        return node;
    }
}
