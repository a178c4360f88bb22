package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/** PriorityClasses (pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation). */
final class PriorityClassRules implements KindRules {

    /** Priorities above are kept for the system. */
    private static final long HIGHEST_FOR_USERS = 1_000_000_000;

    private static final List<String> POLICIES = List.of("PreemptLowerPriority", "Never");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode priorityClass) {
        Trees.numberDefault(priorityClass, "value", 0);
        Trees.textDefault(priorityClass, "preemptionPolicy", "PreemptLowerPriority");
        if (priorityClass.has("globalDefault") && !Trees.isTrue(priorityClass, "globalDefault")) {
            priorityClass.remove("globalDefault");
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode priorityClass, Causes causes) {
        ObjectMetaRules.validate(priorityClass, false, NameRule.SUBDOMAIN, causes);
        String name = Json.text(priorityClass, "metadata", "name");
        long value = Trees.number(priorityClass, "value");
        if (name.startsWith("system-")) {
            String wrong = system(name, value, Trees.isTrue(priorityClass, "globalDefault"));
            if (!wrong.isEmpty()) {
                causes.forbidden(
                        "metadata.name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: " + wrong);
            }
        } else if (value > HIGHEST_FOR_USERS) {
            causes.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST_FOR_USERS);
        }
        String policy = Trees.text(priorityClass, "preemptionPolicy");
        if (!POLICIES.contains(policy)) {
            causes.notSupported("preemptionPolicy", policy, POLICIES);
        }
    }

    private static String system(String name, long value, boolean globalDefault) {
        Integer known = SystemPriorityClasses.VALUES.get(name);
        if (known == null) {
            return name + " is not a known system priority class";
        }
        if (known != value) {
            return "value of " + name + " PriorityClass must be " + known;
        }
        return globalDefault ? "globalDefault of " + name + " PriorityClass must be false" : "";
    }

    @Override
    public void validateUpdate(
            Kind kind, String subresource, ObjectNode priorityClass, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(priorityClass, current, causes);
        if (Trees.number(priorityClass, "value") != Trees.number(current, "value")) {
            causes.forbidden("value", "may not be changed in an update.");
        }
        String policy = Trees.text(priorityClass, "preemptionPolicy");
        if (!policy.equals(Trees.text(current, "preemptionPolicy"))) {
            causes.invalid("preemptionPolicy", policy, "field is immutable");
        }
    }
}
