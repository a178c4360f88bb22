package io.everynode.core.authorization;

import java.util.Comparator;

/**
 * The address of a role.
 *
 * @param namespace "" for a ClusterRole
 */
record RoleKey(String namespace, String name) implements Comparable<RoleKey> {

    private static final Comparator<RoleKey> ORDER =
            Comparator.comparing(RoleKey::namespace).thenComparing(RoleKey::name);

    boolean isCluster() {
        return namespace.isEmpty();
    }

    String kind() {
        return isCluster() ? "ClusterRole" : "Role";
    }

    /** As upstream's caches call a role that is not there. */
    String notFound() {
        return kind().toLowerCase(java.util.Locale.ROOT) + ".rbac.authorization.k8s.io " + GoText.quote(name)
                + " not found";
    }

    @Override
    public int compareTo(RoleKey other) {
        return ORDER.compare(this, other);
    }
}
