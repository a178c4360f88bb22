package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which changes of a Pod are looked at again: most of them, as its labels or its status, are no matter of security. */
public final class PodUpdates {

    private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/";
    private static final String APP_ARMOR = "apparmor.security.beta.kubernetes.io/";

    private PodUpdates() {}

    /** Whether images, the containers themselves, or annotations that choose profiles differ. */
    public static boolean matter(JsonNode before, JsonNode after) {
        return !images(before).equals(images(after)) || !profiles(before).equals(profiles(after));
    }

    private static List<String> images(JsonNode pod) {
        List<String> images = new ArrayList<>();
        for (JsonNode container : SecuredPod.of(pod).containers()) {
            images.add(
                    SecuredPod.name(container) + " " + container.path("image").asText());
        }
        return images;
    }

    private static Map<String, String> profiles(JsonNode pod) {
        Map<String, String> profiles = new TreeMap<>();
        SecuredPod.of(pod).annotations().properties().forEach(entry -> {
            if (entry.getKey().contains(SECCOMP) || entry.getKey().contains(APP_ARMOR)) {
                profiles.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return profiles;
    }
}
