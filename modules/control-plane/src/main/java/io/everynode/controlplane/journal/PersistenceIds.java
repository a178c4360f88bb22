package io.everynode.controlplane.journal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The form of persistence ids: {@code Type|part/part/…}, for example {@code Pod|kube-system/web-1}. It is fixed for
 * ever: an entity whose id were written differently would start again from nothing.
 *
 * <p>The type is one of our own names. In a part, every character outside of printable ASCII and each of {@code |},
 * {@code /}, {@code %} and space is written as {@code %XX} for each byte of its UTF-8 form, with upper-case digits; all
 * others stand for themselves. Names of most Kubernetes objects need no escape; those of RBAC may hold {@code |}. An id
 * without parts is the type alone, without {@code |}; one with a single empty part is {@code Type|}. Two different
 * lists of parts never have the same id, and each id has one written form.
 *
 * <p>What follows the bar is the entity id for sharding ({@link #entityId}), so that an id is also what Pekko's
 * {@code PersistenceId.of(type, entityId)} gives.
 */
public final class PersistenceIds {
    /** The longest id, in characters (all are ASCII); the width of the column {@code persistence_id}. */
    public static final int MAX_LENGTH = 1024;

    private static final Pattern TYPE = Pattern.compile("[A-Za-z][A-Za-z0-9.-]{0,63}");
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PersistenceIds() {}

    /** A persistence id taken apart. */
    public record Parts(String type, List<String> parts) {
        public Parts {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Gives the persistence id of an entity.
     *
     * @throws IllegalArgumentException if {@code type} is not a letter followed by at most 63 letters, digits, dots and
     *     dashes, if a part is not valid UTF-16, or if the id is longer than {@link #MAX_LENGTH}; ask {@link #fits}
     *     first when parts come from a client
     */
    public static String encode(String type, String... parts) {
        return encode(type, List.of(parts));
    }

    /** As {@link #encode(String, String...)}. */
    public static String encode(String type, List<String> parts) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("not a type of entity: \"" + type + "\"");
        }
        String id = parts.isEmpty() ? type : type + '|' + entityId(parts);
        if (id.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a persistence id of " + id.length() + " characters is longer than " + MAX_LENGTH);
        }
        return id;
    }

    /** What stands behind the bar of {@link #encode}; there must be at least one part. */
    public static String entityId(List<String> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("an entity id needs at least one part");
        }
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                id.append('/');
            }
            escape(parts.get(i), id);
        }
        return id.toString();
    }

    /** As {@link #entityId(List)}. */
    public static String entityId(String... parts) {
        return entityId(List.of(parts));
    }

    /** Whether {@link #encode} accepts these parts: for names that a client chose. */
    public static boolean fits(String type, String... parts) {
        try {
            encode(type, parts);
            return true;
        } catch (IllegalArgumentException tooLongOrNotText) {
            return false;
        }
    }

    /**
     * Takes an id apart, the inverse of {@link #encode}.
     *
     * @throws IllegalArgumentException if {@code encode} could not have made this id
     */
    public static Parts decode(String persistenceId) {
        int bar = persistenceId.indexOf('|');
        Parts decoded = bar < 0
                ? new Parts(persistenceId, List.of())
                : new Parts(persistenceId.substring(0, bar), decodeEntityId(persistenceId.substring(bar + 1)));
        // One comparison refuses every other spelling: needless escapes, lower-case digits, raw characters.
        if (!encode(decoded.type(), decoded.parts()).equals(persistenceId)) {
            throw new IllegalArgumentException("not a persistence id: \"" + persistenceId + "\"");
        }
        return decoded;
    }

    /** The parts of an entity id, the inverse of {@link #entityId}; throws for what that could not have made. */
    public static List<String> decodeEntityId(String entityId) {
        List<String> parts = new ArrayList<>();
        for (String part : entityId.split("/", -1)) {
            parts.add(unescape(part));
        }
        if (!entityId(parts).equals(entityId)) {
            throw new IllegalArgumentException("not an entity id: \"" + entityId + "\"");
        }
        return List.copyOf(parts);
    }

    private static void escape(String part, StringBuilder out) {
        if (part.chars().allMatch(PersistenceIds::standsForItself)) {
            out.append(part);
            return;
        }
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(part));
        } catch (CharacterCodingException loneSurrogate) {
            throw new IllegalArgumentException("a name with half a surrogate pair", loneSurrogate);
        }
        while (bytes.hasRemaining()) {
            int b = bytes.get() & 0xFF;
            if (standsForItself(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[b >> 4]).append(HEX[b & 0xF]);
            }
        }
    }

    private static boolean standsForItself(int c) {
        return c > ' ' && c < 0x7F && c != '|' && c != '/' && c != '%';
    }

    private static String unescape(String escaped) {
        if (escaped.indexOf('%') < 0) {
            return escaped;
        }
        ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%' && i + 2 < escaped.length()) {
                bytes.put((byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else if (standsForItself(c)) {
                bytes.put((byte) c);
            } else {
                throw new IllegalArgumentException("not an escaped name: \"" + escaped + "\"");
            }
        }
        // Bytes that are not UTF-8 become replacement characters, and the caller's comparison refuses them.
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
}
