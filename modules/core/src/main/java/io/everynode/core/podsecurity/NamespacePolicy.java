package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.rules.PodSecurityLabels;

/**
 * What the Pods of a namespace are held to.
 *
 * @param enforce Pods that violate it are refused
 * @param audit violations are recorded
 * @param warn who writes is warned of violations
 */
public record NamespacePolicy(SecurityStandard enforce, SecurityStandard audit, SecurityStandard warn) {

    public static final NamespacePolicy PRIVILEGED =
            new NamespacePolicy(SecurityStandard.PRIVILEGED, SecurityStandard.PRIVILEGED, SecurityStandard.PRIVILEGED);

    /**
     * What a namespace's labels say. A value that cannot be read stands for the strictest when it enforces, and for
     * nothing when it warns or audits; a version that cannot be read is the latest.
     *
     * @param defaults for labels that are not there
     */
    public static NamespacePolicy of(JsonNode namespace, NamespacePolicy defaults) {
        JsonNode labels = Json.at(namespace, "metadata", "labels");
        return new NamespacePolicy(
                standard(labels, PodSecurityLabels.ENFORCE, defaults.enforce, SecurityLevel.RESTRICTED),
                standard(labels, PodSecurityLabels.AUDIT, defaults.audit, SecurityLevel.PRIVILEGED),
                standard(labels, PodSecurityLabels.WARN, defaults.warn, SecurityLevel.PRIVILEGED));
    }

    private static SecurityStandard standard(
            JsonNode labels, String label, SecurityStandard otherwise, SecurityLevel unreadable) {
        SecurityLevel level = otherwise.level();
        if (labels.has(label)) {
            String text = labels.path(label).asText();
            level = PodSecurityLabels.isLevel(text) ? SecurityLevel.of(text) : unreadable;
        }
        int minor = otherwise.minor();
        String version = label + PodSecurityLabels.VERSION;
        if (labels.has(version)) {
            String text = labels.path(version).asText();
            minor = PodSecurityLabels.isVersion(text) ? SecurityStandard.minor(text) : SecurityStandard.LATEST;
        }
        return new SecurityStandard(level, minor);
    }

    public boolean allowsAll() {
        return enforce.allowsAll() && audit.allowsAll() && warn.allowsAll();
    }

    /**
     * Whether Pods that are there may violate what is enforced now and did not have to violate what was enforced
     * before.
     */
    public boolean mayNewlyForbid(NamespacePolicy before) {
        boolean relaxed =
                enforce.minor() == before.enforce.minor() && enforce.level().compareTo(before.enforce.level()) <= 0;
        return !enforce.allowsAll() && !relaxed;
    }
}
