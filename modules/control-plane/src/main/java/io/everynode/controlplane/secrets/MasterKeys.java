package io.everynode.controlplane.secrets;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;

/**
 * The keys that encrypt objects' keys, by id; the first one encrypts, all decrypt. As a text: a line for each, its id
 * and 32 bytes in base64; empty lines and those that begin with # are passed over. Immutable.
 */
public final class MasterKeys {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final byte[] PROOF = AesGcm.utf8("everynode master key");
    private static final byte[] KEY = AesGcm.utf8("everynode data key");

    private final Map<String, SecretKey> keys;
    private final String first;

    private MasterKeys(Map<String, SecretKey> keys) {
        this.keys = keys;
        this.first = keys.keySet().iterator().next();
    }

    /** @throws IllegalArgumentException with what is wrong in which line, and nothing of the line */
    public static MasterKeys parse(String text) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String[] fields = line.strip().split("\\s+");
            if (fields[0].isEmpty() || fields[0].startsWith("#")) {
                continue;
            }
            byte[] key = fields.length == 2 && ID.matcher(fields[0]).matches() ? base64(fields[1]) : null;
            if (key == null || key.length != AesGcm.KEY_BYTES) {
                throw new IllegalArgumentException("line " + number + " is not an id and 32 bytes in base64");
            }
            if (keys.put(fields[0], AesGcm.key(key)) != null) {
                throw new IllegalArgumentException("line " + number + " has the id of a line before it");
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no key in it");
        }
        return new MasterKeys(keys);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    /** A line with a new key. */
    public static String newLine() {
        return HexFormat.of().formatHex(AesGcm.random(4)) + " "
                + Base64.getEncoder().encodeToString(AesGcm.random(AesGcm.KEY_BYTES));
    }

    /** The id of the one that encrypts. */
    public String first() {
        return first;
    }

    public List<String> ids() {
        return new ArrayList<>(keys.keySet());
    }

    public boolean has(String id) {
        return keys.containsKey(id);
    }

    /** By which {@link #proves} tells that the first key is the one that it was. */
    String proof() {
        return base64(AesGcm.encrypt(keys.get(first), PROOF, AesGcm.utf8(first)));
    }

    /** Whether the key of this id is the one that made the proof. */
    boolean proves(String id, String proof) {
        byte[] bytes = base64(proof);
        return bytes != null && AesGcm.decrypt(keys.get(id), bytes, AesGcm.utf8(id)) != null;
    }

    /** Encrypts an object's key under the first. */
    WrappedKey wrap(DataKey key, String object) {
        byte[] wrapped = AesGcm.encrypt(
                keys.get(first), key.key().getEncoded(), KEY, AesGcm.utf8(key.id()), AesGcm.utf8(key.uid()));
        return new WrappedKey(key.id(), key.uid(), object, first, base64(wrapped));
    }

    /** @throws IllegalStateException when it was not encrypted by the key it names, or changed */
    DataKey unwrap(WrappedKey wrapped) {
        byte[] bytes = base64(wrapped.wrapped());
        byte[] key = bytes == null
                ? null
                : AesGcm.decrypt(
                        keys.get(wrapped.master()), bytes, KEY, AesGcm.utf8(wrapped.id()), AesGcm.utf8(wrapped.uid()));
        if (key == null) {
            throw new IllegalStateException(
                    "the data key " + wrapped.id() + " cannot be decrypted with the master key " + wrapped.master());
        }
        return new DataKey(wrapped.id(), wrapped.uid(), AesGcm.key(key));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "MasterKeys" + keys.keySet();
    }
}
