package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * When two Pod templates are the same, and the names that follow from a template. Pure. What it computes is in the
 * journal for ever: a change here makes every DaemonSet roll out once more.
 */
public final class PodTemplateHash {

    /** Upstream's alphabet for names (apimachinery/pkg/util/rand): no vowels, no look-alikes. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int LENGTH = 10;

    private PodTemplateHash() {}

    /**
     * The form in which templates are compared: fields sorted by name, without nulls and empty lists, which say the
     * same as an absent field. Empty objects stay, as {@code emptyDir: {}} means something. The given tree is not
     * changed.
     */
    public static JsonNode canonical(JsonNode node) {
        return copy(node, false);
    }

    /** The same tree with fields sorted by name, as Go writes a map; nothing is left out. */
    static JsonNode sorted(JsonNode node) {
        return copy(node, true);
    }

    private static JsonNode copy(JsonNode node, boolean everything) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> fields = new TreeMap<>();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                fields.put(field.getKey(), field.getValue());
            }
            ObjectNode result = Json.object();
            fields.forEach((name, value) -> {
                if (everything || !(value.isNull() || value.isArray() && value.isEmpty())) {
                    result.set(name, copy(value, everything));
                }
            });
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = array.arrayNode(array.size());
            for (JsonNode item : array) {
                result.add(copy(item, everything));
            }
            return result;
        }
        return node;
    }

    /**
     * The value of the label controller-revision-hash.
     *
     * @param template as the user sees it, defaulted
     * @param collisionCount makes another hash of the same template when the first one is taken
     */
    public static String revision(JsonNode template, long collisionCount) {
        MessageDigest digest = sha256();
        digest.update(Json.encode(canonical(template)));
        if (collisionCount != 0) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, collisionCount));
        }
        long bits = ByteBuffer.wrap(digest.digest()).getLong() & Long.MAX_VALUE;
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt((int) (bits % ALPHABET.length())));
            bits /= ALPHABET.length();
        }
        return text.toString();
    }

    /** SHA-256 in hexadecimal digits. */
    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /**
     * The UID of a DaemonSet's ControllerRevision: repeating the decision gives the same one, recording the template
     * again another one.
     */
    static String revisionUid(String daemonSetUid, String hash, long number) {
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(
                        ("revision\n" + daemonSetUid + "\n" + hash + "\n" + number).getBytes(StandardCharsets.UTF_8)));
        // Version 8 (RFC 9562): a hash of the maker's own choice.
        long high = digest.getLong() & 0xFFFFFFFFFFFF0FFFL | 0x8000L;
        long low = digest.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
