package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.DaemonPodRenderer;
import io.everynode.core.node.NodeEvent;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The JSON of daemon Pods of one template without a tree for each: they differ in name, uid, node, times, version and
 * status alone, so that the text between these is encoded once. Gives the bytes that {@link DaemonPodRenderer} and
 * {@link Json#encode} give. Thread-safe.
 */
final class PodShapes {

    /** Revisions, owners and forms of one template; more are forgotten. */
    private static final int MAX_SHAPES = 64;

    /** Stands before the letter of what differs. A template that holds this character is rendered as a tree. */
    private static final String MARK = "\uE000";

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.UTF_8);

    /** What the text depends on beside the template. */
    private record Key(
            String namespace,
            String daemonSet,
            String revision,
            long templateGeneration,
            int renderer,
            List<String> finalizers,
            String owner,
            String ownerUid,
            boolean bound,
            boolean terminating) {}

    /**
     * @param fixed the text before, between and behind what differs
     * @param letters what differs, between them
     * @param qosClass to be added to a status without one; "" for none
     */
    private record Shape(List<byte[]> fixed, String letters, String qosClass) {}

    private final Map<Key, Optional<Shape>> shapes = new ConcurrentHashMap<>();

    /** Null when this Pod has to be rendered as a tree. */
    byte[] json(DaemonPod pod, String node, JsonNode template, long resourceVersion) {
        if (pod.edited() != null) {
            return null;
        }
        NodeEvent.DaemonPodCreated facts = pod.createdBy();
        Key key = new Key(
                facts.namespace(),
                facts.daemonSet(),
                facts.revision(),
                facts.templateGeneration(),
                facts.renderer(),
                pod.templateFinalizers(),
                pod.owner().daemonSet(),
                pod.daemonSetUid(),
                pod.bound(),
                pod.terminating());
        Optional<Shape> shape = shapes.get(key);
        if (shape == null) {
            if (shapes.size() >= MAX_SHAPES) {
                shapes.clear();
            }
            shape = shape(pod, template);
            shapes.put(key, shape);
        }
        return shape.isEmpty() ? null : fill(shape.get(), pod, node, resourceVersion);
    }

    /** Whether it stands in JSON as it is. */
    private static boolean plain(byte[] utf8) {
        for (byte c : utf8) {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static Optional<Shape> shape(DaemonPod pod, JsonNode template) {
        NodeEvent.DaemonPodCreated facts = pod.createdBy();
        NodeEvent.DaemonPodCreated marked = new NodeEvent.DaemonPodCreated(
                facts.daemonSetUid(),
                facts.namespace(),
                facts.daemonSet(),
                facts.generation(),
                facts.revision(),
                facts.template(),
                facts.templateGeneration(),
                facts.renderer(),
                facts.requests(),
                facts.ports(),
                facts.priority(),
                facts.graceSeconds(),
                MARK + "n",
                MARK + "u",
                facts.incarnation(),
                "");
        DaemonPod sample = new DaemonPod(
                marked,
                pod.templateFinalizers(),
                pod.owner(),
                0,
                pod.boundAt(),
                "",
                null,
                "Pending",
                false,
                0,
                pod.deletionAt(),
                pod.deletionGrace(),
                null,
                0);
        ObjectNode tree = DaemonPodRenderer.render(sample, MARK + "h", template);
        String qosClass = Json.text(tree, "status", "qosClass");
        ObjectNode metadata = Json.child(tree, "metadata");
        metadata.put("creationTimestamp", MARK + "c");
        if (pod.terminating()) {
            metadata.put("deletionTimestamp", MARK + "d").put("deletionGracePeriodSeconds", MARK + "g");
        }
        metadata.put("resourceVersion", MARK + "v");
        tree.put("status", MARK + "s");
        return holdsMark(Json.encode(template)) ? Optional.empty() : Optional.of(split(Json.encode(tree), qosClass));
    }

    private static boolean holdsMark(byte[] text) {
        return nextMark(text, 0) < text.length;
    }

    private static int nextMark(byte[] text, int from) {
        for (int i = from; i <= text.length - MARK_BYTES.length; i++) {
            if (text[i] == MARK_BYTES[0] && text[i + 1] == MARK_BYTES[1] && text[i + 2] == MARK_BYTES[2]) {
                return i;
            }
        }
        return text.length;
    }

    private static Shape split(byte[] text, String qosClass) {
        List<byte[]> fixed = new ArrayList<>();
        StringBuilder letters = new StringBuilder();
        int from = 0;
        int mark = nextMark(text, 0);
        while (mark < text.length) {
            char letter = (char) text[mark + MARK_BYTES.length];
            // What is no text stands without the quotes of its mark.
            int quote = letter == 's' || letter == 'g' ? 1 : 0;
            fixed.add(Arrays.copyOfRange(text, from, mark - quote));
            letters.append(letter);
            from = mark + MARK_BYTES.length + 1 + quote;
            mark = nextMark(text, from);
        }
        fixed.add(Arrays.copyOfRange(text, from, text.length));
        return new Shape(fixed, letters.toString(), qosClass);
    }

    /** Null when a value needs an escape. */
    private static byte[] fill(Shape shape, DaemonPod pod, String node, long resourceVersion) {
        int marks = shape.letters().length();
        byte[][] values = new byte[marks][];
        int length = 0;
        for (int i = 0; i < marks; i++) {
            char letter = shape.letters().charAt(i);
            boolean status = letter == 's';
            values[i] = status
                    ? DaemonPodRenderer.statusJson(pod, shape.qosClass())
                    : value(letter, pod, node, resourceVersion).getBytes(StandardCharsets.UTF_8);
            if (!status && !plain(values[i])) {
                return null;
            }
            length += shape.fixed().get(i).length + values[i].length;
        }
        byte[] text = new byte[length + shape.fixed().get(marks).length];
        int at = 0;
        for (int i = 0; i < marks; i++) {
            at = put(text, at, shape.fixed().get(i));
            at = put(text, at, values[i]);
        }
        put(text, at, shape.fixed().get(marks));
        return text;
    }

    private static int put(byte[] text, int at, byte[] part) {
        System.arraycopy(part, 0, text, at, part.length);
        return at + part.length;
    }

    private static String value(char letter, DaemonPod pod, String node, long resourceVersion) {
        return switch (letter) {
            case 'n' -> pod.name();
            case 'u' -> pod.uid();
            case 'h' -> node;
            case 'c' -> DaemonPodRenderer.seconds(pod.createdAt());
            case 'd' -> DaemonPodRenderer.seconds(pod.deletionAt());
            case 'g' -> Long.toString(pod.deletionGrace());
            case 'v' -> Long.toString(resourceVersion);
            default -> throw new IllegalStateException("no such mark: " + letter);
        };
    }
}
