package io.everynode.core.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Names and UIDs of daemon Pods follow from DaemonSet UID, node and incarnation: nobody could arbitrate random
 * suffixes, of which five letters collide hundreds of times in 100,000.
 */
public final class DaemonPodNames {

    /** Upstream's alphabet for generated names (apimachinery/pkg/util/rand): no vowels, no look-alikes. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 11;

    /** A Pod's name is a DNS subdomain of at most 253 characters. */
    private static final int MAX_LENGTH = 253;

    private DaemonPodNames() {}

    /** {@code <daemonset>-} and eleven characters. */
    public static String name(String daemonSet, String daemonSetUid, String node, long incarnation) {
        ByteBuffer hash = ByteBuffer.wrap(hash("name", daemonSetUid, node, incarnation));
        StringBuilder suffix = new StringBuilder(SUFFIX_LENGTH);
        long bits = hash.getLong() & Long.MAX_VALUE;
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(ALPHABET.charAt((int) (bits % ALPHABET.length())));
            bits /= ALPHABET.length();
        }
        int room = MAX_LENGTH - SUFFIX_LENGTH - 1;
        return beginning(daemonSet, room) + "-" + suffix;
    }

    /** A cut right behind a dot would leave a label that begins with the suffix's hyphen. */
    private static String beginning(String name, int room) {
        int end = Math.min(name.length(), room);
        while (end > 0 && name.charAt(end - 1) == '.') {
            end--;
        }
        return name.substring(0, end);
    }

    public static String uid(String daemonSetUid, String node, long incarnation) {
        ByteBuffer hash = ByteBuffer.wrap(hash("uid", daemonSetUid, node, incarnation));
        // Version 8 (RFC 9562): a hash of the maker's own choice.
        long high = hash.getLong() & 0xFFFFFFFFFFFF0FFFL | 0x8000L;
        long low = hash.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    private static byte[] hash(String purpose, String daemonSetUid, String node, long incarnation) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((purpose + "\n" + daemonSetUid + "\n" + node + "\n" + incarnation)
                            .getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
