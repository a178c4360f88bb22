package io.everynode.objects;

import java.util.List;
import java.util.Set;

/**
 * A served kind of object and how it appears in the API's discovery.
 *
 * @param group API group, "" for core
 * @param version such as "v1"
 * @param kind such as "DaemonSet"
 * @param plural resource name in paths, such as "daemonsets"
 * @param singular such as "daemonset"
 * @param shortNames such as "ds"
 * @param categories such as "all"
 * @param namespaced whether objects live in a namespace
 * @param subresources names such as "status"; each is served under the object's path
 */
public record Kind(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        Set<String> subresources) {

    /** Kinds are keys of nearly every lookup, and nearly always the same instance or of another name. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Kind kind
                        && plural.equals(kind.plural)
                        && group.equals(kind.group)
                        && version.equals(kind.version)
                        && this.kind.equals(kind.kind)
                        && singular.equals(kind.singular)
                        && shortNames.equals(kind.shortNames)
                        && categories.equals(kind.categories)
                        && namespaced == kind.namespaced
                        && subresources.equals(kind.subresources);
    }

    @Override
    public int hashCode() {
        return 31 * plural.hashCode() + group.hashCode();
    }

    /** "v1" for core, else "group/version": the value of an object's {@code apiVersion}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String listKind() {
        return kind + "List";
    }

    /** "daemonsets.apps" or "pods": how messages name the resource. */
    public String qualifiedResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** "DaemonSet.apps" or "Pod": how validation messages name the kind. */
    public String qualifiedKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    @Override
    public String toString() {
        return qualifiedKind();
    }
}
