package io.everynode.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.diff.FieldChange;
import io.everynode.objects.diff.FieldDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a change made of an object, for people and within bounds. The server's own bookkeeping is left out. Of a Secret
 * no value is told but what describes it: which keys have come, changed or gone stays visible.
 *
 * @param fields at most {@link #MOST_FIELDS}
 * @param leftOut how many more there are
 */
public record ObjectDifference(List<FieldChange> fields, int leftOut) {

    static final int MOST_FIELDS = 50;

    /** Longer values are cut. */
    static final int LONGEST_VALUE = 400;

    public static final ObjectDifference NONE = new ObjectDifference(List.of(), 0);

    /** In the place of what is not told. */
    public static final JsonNode HIDDEN = TextNode.valueOf("(hidden)");

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** Counted by the server. */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final List<String> BOOKKEEPING =
            List.of("managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "selfLink");

    /** Of a Secret; everything else in it may hold what nobody may see. */
    private static final Set<String> SHOWN_OF_SECRET = Set.of("type", "immutable");

    private static final Set<String> SHOWN_OF_SECRETS_METADATA = Set.of(
            "name",
            "namespace",
            "generateName",
            "labels",
            "finalizers",
            "ownerReferences",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");

    /**
     * @param before null when there was no such object
     * @param after null when it is gone
     */
    public static ObjectDifference of(Kind kind, ObjectNode before, ObjectNode after) {
        List<FieldChange> all = FieldDiff.between(cleaned(before), cleaned(after));
        List<FieldChange> shown = new ArrayList<>();
        for (FieldChange each : all.subList(0, Math.min(all.size(), MOST_FIELDS))) {
            boolean hidden = kind.equals(Kinds.SECRET) && !isShownOfSecret(each.path());
            shown.add(new FieldChange(each.path(), told(each.before(), hidden), told(each.after(), hidden)));
        }
        return new ObjectDifference(List.copyOf(shown), all.size() - shown.size());
    }

    private static ObjectNode cleaned(ObjectNode object) {
        if (object == null) {
            return null;
        }
        ObjectNode copy = object.deepCopy();
        copy.remove(List.of("kind", "apiVersion"));
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(BOOKKEEPING);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                // It repeats what was applied, and with that a Secret's values.
                annotations.remove(LAST_APPLIED);
                annotations.remove(TEMPLATE_GENERATION);
            }
        }
        return copy;
    }

    private static boolean isShownOfSecret(String path) {
        String first = firstOf(path);
        return SHOWN_OF_SECRET.contains(first)
                || first.equals("metadata")
                        && path.length() > first.length()
                        && SHOWN_OF_SECRETS_METADATA.contains(firstOf(path.substring(first.length() + 1)));
    }

    private static String firstOf(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return path.substring(0, end);
    }

    private static JsonNode told(JsonNode value, boolean hidden) {
        if (value == null || value.isMissingNode()) {
            return null;
        }
        if (hidden) {
            return HIDDEN;
        }
        String text = value.isTextual() ? value.asText() : value.isContainerNode() ? text(value) : "";
        return text.length() <= LONGEST_VALUE
                ? value
                : TextNode.valueOf(text.substring(0, LONGEST_VALUE) + "… (" + text.length() + " characters)");
    }

    private static String text(JsonNode value) {
        return new String(Json.encode(value), java.nio.charset.StandardCharsets.UTF_8);
    }
}
