package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.rules.SystemPriorityClasses;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns a Pod's priorityClassName into its priority and preemptionPolicy when it is made
 * (plugin/pkg/admission/priority). Immutable: holds the PriorityClasses of one version.
 */
public final class PriorityAdmission {

    public static final String LOWER = "PreemptLowerPriority";
    public static final String NEVER = "Never";

    private record PriorityClass(String name, int value, String policy, boolean globalDefault) {}

    private static final PriorityClass NONE = new PriorityClass("", 0, LOWER, false);

    private final Map<String, PriorityClass> classes = new HashMap<>();
    private final PriorityClass standard;

    /** @param objects all PriorityClasses; the system's are known without being among them */
    public PriorityAdmission(Collection<? extends JsonNode> objects) {
        SystemPriorityClasses.VALUES.forEach(
                (name, value) -> classes.put(name, new PriorityClass(name, value, LOWER, false)));
        PriorityClass lowestDefault = NONE;
        for (JsonNode object : objects) {
            PriorityClass one = new PriorityClass(
                    Json.text(object, "metadata", "name"),
                    object.path("value").asInt(0),
                    object.path("preemptionPolicy").asText(LOWER),
                    object.path("globalDefault").asBoolean(false));
            classes.put(one.name(), one);
            // There should be one at most; upstream takes the lowest of several.
            if (one.globalDefault() && (lowestDefault == NONE || one.value() < lowestDefault.value())) {
                lowestDefault = one;
            }
        }
        this.standard = lowestDefault;
    }

    /** Whether a class of the name is known; "" always is. */
    public boolean knows(String className) {
        return className.isEmpty() || classes.containsKey(className);
    }

    /** The name of the class that is the global default; "" for none. */
    public String globalDefault() {
        return standard.name();
    }

    /**
     * Writes priority, preemptionPolicy and a default class's name into a Pod's spec.
     *
     * @param spec is changed
     * @return why the Pod is forbidden, in upstream's words; "" when it is not
     */
    public String admit(ObjectNode spec) {
        String name = Json.text(spec, "priorityClassName");
        PriorityClass found = name.isEmpty() ? standard : classes.get(name);
        if (found == null) {
            return "no PriorityClass with name " + name + " was found";
        }
        if (spec.path("priority").isNumber() && spec.path("priority").asLong() != found.value()) {
            return "the integer value of priority (" + spec.path("priority").asLong()
                    + ") must not be provided in pod spec; priority admission controller computed " + found.value()
                    + " from the given PriorityClass name";
        }
        String policy = Json.text(spec, "preemptionPolicy");
        if (!policy.isEmpty() && !policy.equals(found.policy())) {
            return "the string value of PreemptionPolicy (" + policy
                    + ") must not be provided in pod spec; priority admission controller computed " + found.policy()
                    + " from the given PriorityClass name";
        }
        if (!found.name().isEmpty()) {
            spec.put("priorityClassName", found.name());
        }
        spec.put("priority", found.value()).put("preemptionPolicy", found.policy());
        return "";
    }
}
