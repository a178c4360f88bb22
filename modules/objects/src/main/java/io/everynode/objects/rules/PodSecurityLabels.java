package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The labels by which a namespace says how its Pods are to be secured (pod-security-admission/api). */
public final class PodSecurityLabels {

    public static final String PREFIX = "pod-security.kubernetes.io/";
    public static final String ENFORCE = PREFIX + "enforce";
    public static final String AUDIT = PREFIX + "audit";
    public static final String WARN = PREFIX + "warn";

    /** After the name of a level's label: that of its version. */
    public static final String VERSION = "-version";

    public static final String LATEST = "latest";

    private static final Set<String> LEVELS = Set.of("privileged", "baseline", "restricted");

    /** No more digits than a number has: upstream refuses longer ones as well. */
    private static final Pattern MINOR = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");

    private PodSecurityLabels() {}

    public static boolean isLevel(String text) {
        return LEVELS.contains(text);
    }

    public static boolean isVersion(String text) {
        return text.equals(LATEST) || MINOR.matcher(text).matches();
    }

    /**
     * Wrong values are refused when they are new; those that were there before these rules stay.
     *
     * @param current null for a namespace that is made
     */
    static void validate(JsonNode namespace, JsonNode current, Causes causes) {
        JsonNode labels = Json.at(namespace, "metadata", "labels");
        Causes wrong = wrong(labels);
        boolean unchanged = current != null
                && wrong.found()
                        .equals(wrong(Json.at(current, "metadata", "labels")).found());
        if (!unchanged) {
            causes.addAll(wrong);
        }
    }

    private static Causes wrong(JsonNode labels) {
        Causes wrong = new Causes();
        for (String level : List.of(ENFORCE, AUDIT, WARN)) {
            if (labels.has(level) && !isLevel(labels.path(level).asText())) {
                wrong.invalid(
                        "metadata.labels[" + level + "]",
                        labels.path(level).asText(),
                        "must be one of privileged, baseline, restricted");
            }
            String version = level + VERSION;
            if (labels.has(version) && !isVersion(labels.path(version).asText())) {
                wrong.invalid(
                        "metadata.labels[" + version + "]",
                        labels.path(version).asText(),
                        "must be \"latest\" or \"v1.x\"");
            }
        }
        return wrong;
    }
}
