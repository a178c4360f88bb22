package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The volume by which a Pod's containers reach the API as its account: a token, the authority to trust and the
 * namespace's name (mountServiceAccountToken of plugin/pkg/admission/serviceaccount).
 */
public final class TokenVolume {

    /** Where clients in containers look for it. */
    public static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** The ConfigMap with the authority, in each namespace. */
    public static final String AUTHORITY = "kube-root-ca.crt";

    /** The key of {@link #AUTHORITY}, and its file in the volume. */
    public static final String AUTHORITY_KEY = "ca.crt";

    private static final String PREFIX = "kube-api-access-";

    /** An hour and the seven seconds by which upstream tells this token from those that somebody asked for. */
    private static final int LIFE_SECONDS = 3607;

    /** ProjectedVolumeSourceDefaultMode: 0644. */
    private static final int MODE = 420;

    /** Of which names are made up: no vowels, so no words. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;

    private TokenVolume() {}

    /** The same for the same seed; only the volumes of one Pod need different ones. */
    public static String nameFor(String seed) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
            StringBuilder name = new StringBuilder(PREFIX);
            for (int i = 0; i < SUFFIX_LENGTH; i++) {
                name.append(LETTERS.charAt(Byte.toUnsignedInt(hash[i]) % LETTERS.length()));
            }
            return name.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The Pod has the say before its account; who says nothing wants it. */
    static boolean isWanted(JsonNode podSpec, JsonNode account) {
        JsonNode own = podSpec.path("automountServiceAccountToken");
        return own.isBoolean()
                ? own.asBoolean()
                : account.path("automountServiceAccountToken").asBoolean(true);
    }

    /**
     * Mounts it in each container and init container that mounts nothing at its path. A volume that is called as these
     * are is taken for one.
     *
     * @param spec of a Pod or a template of Pods; is changed
     * @param name of the volume, should there be none yet
     */
    static void mount(ObjectNode spec, String name) {
        String volume = present(spec);
        boolean mounted = mountIn(spec.path("initContainers"), volume.isEmpty() ? name : volume);
        mounted |= mountIn(spec.path("containers"), volume.isEmpty() ? name : volume);
        if (mounted && volume.isEmpty()) {
            ArrayNode volumes = spec.path("volumes") instanceof ArrayNode there ? there : spec.putArray("volumes");
            volumes.add(volume(name));
        }
    }

    private static String present(JsonNode spec) {
        for (JsonNode volume : spec.path("volumes")) {
            if (Json.text(volume, "name").startsWith(PREFIX)) {
                return Json.text(volume, "name");
            }
        }
        return "";
    }

    private static boolean mountIn(JsonNode containers, String volume) {
        boolean any = false;
        for (JsonNode container : containers) {
            if (container instanceof ObjectNode object && !mountsThere(object)) {
                ArrayNode mounts = object.path("volumeMounts") instanceof ArrayNode there
                        ? there
                        : object.putArray("volumeMounts");
                mounts.addObject().put("name", volume).put("readOnly", true).put("mountPath", MOUNT_PATH);
                any = true;
            }
        }
        return any;
    }

    private static boolean mountsThere(JsonNode container) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (Json.text(mount, "mountPath").equals(MOUNT_PATH)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode volume(String name) {
        ObjectNode volume = Json.object().put("name", name);
        ObjectNode projected = volume.putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", LIFE_SECONDS)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap").put("name", AUTHORITY);
        authority.putArray("items").addObject().put("key", AUTHORITY_KEY).put("path", AUTHORITY_KEY);
        ObjectNode namespace =
                sources.addObject().putObject("downwardAPI").putArray("items").addObject();
        namespace.put("path", "namespace");
        namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", MODE);
        return volume;
    }
}
