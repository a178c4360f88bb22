package io.everynode.objects.apply;

import java.util.Comparator;

/**
 * Whose entry in managedFields it is. Someone who applies has one entry whatever version the configuration is written
 * in.
 *
 * @param manager its name
 * @param applies whether the operation is Apply, else Update
 * @param apiVersion of the fields; "" for Apply
 * @param subresource through which they were set, or ""
 */
record ManagerKey(String manager, boolean applies, String apiVersion, String subresource)
        implements Comparable<ManagerKey> {

    private static final Comparator<ManagerKey> ORDER = Comparator.comparing(ManagerKey::manager)
            .thenComparing(key -> !key.applies())
            .thenComparing(ManagerKey::apiVersion)
            .thenComparing(ManagerKey::subresource);

    static ManagerKey apply(String manager, String subresource) {
        return new ManagerKey(manager, true, "", subresource);
    }

    static ManagerKey update(String manager, String apiVersion, String subresource) {
        return new ManagerKey(manager, false, apiVersion, subresource);
    }

    /** As conflicts name it: {@code "kubectl-edit" using apps/v1}. */
    String shown() {
        String shown = "\"" + manager.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        if (!subresource.isEmpty()) {
            shown += " with subresource \"" + subresource + "\"";
        }
        return applies ? shown : shown + " using " + apiVersion;
    }

    @Override
    public int compareTo(ManagerKey other) {
        return ORDER.compare(this, other);
    }
}
