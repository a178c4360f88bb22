package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the API tells about itself, made from the table of kinds: meta/v1 lists and apidiscovery.k8s.io. Pure. */
final class DiscoveryDocuments {

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");
    private static final List<String> ACTION_VERBS = List.of("create");

    /**
     * The order in which Kubernetes lists groups, and in which clients look for a resource that several have
     * (kube-apiserver's priorities of API services).
     */
    private static final List<String> GROUPS = List.of(
            "",
            "apps",
            "events.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "certificates.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "storage.k8s.io",
            "scheduling.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io");

    private DiscoveryDocuments() {}

    /** Verbs that are served for a kind's objects, sorted. */
    static List<String> verbs(Kind kind) {
        if (PostedKinds.all().contains(kind)) {
            return ACTION_VERBS;
        }
        // As upstream: emptying a cluster of its namespaces by one request is not offered.
        return kind.equals(Kinds.NAMESPACE)
                ? VERBS.stream().filter(v -> !v.equals("deletecollection")).toList()
                : VERBS;
    }

    static List<String> subresourceVerbs(String subresource) {
        return switch (subresource) {
            case "finalize" -> List.of("update");
            case PodLogHandler.SUBRESOURCE -> List.of("get");
            default -> SUBRESOURCE_VERBS;
        };
    }

    /** Group to version to kinds, in the order of their names; the core group is "" and the first. */
    static Map<String, Map<String, List<Kind>>> groups() {
        Map<String, Map<String, List<Kind>>> groups = new LinkedHashMap<>();
        List<Kind> kinds = new ArrayList<>(Kinds.all());
        kinds.addAll(PostedKinds.all());
        kinds.sort(Comparator.comparingInt(kind -> place(kind.group())));
        for (Kind kind : kinds) {
            groups.computeIfAbsent(kind.group(), g -> new LinkedHashMap<>())
                    .computeIfAbsent(kind.version(), v -> new ArrayList<>())
                    .add(kind);
        }
        groups.values().forEach(versions -> versions.values().forEach(l -> l.sort(Comparator.comparing(Kind::plural))));
        return groups;
    }

    /** Groups that are not in the list come last. */
    private static int place(String group) {
        int place = GROUPS.indexOf(group);
        return place < 0 ? GROUPS.size() : place;
    }

    /** {@code /api}. */
    static ObjectNode coreVersions(String serverAddress) {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        ArrayNode names = versions.putArray("versions");
        groups().get("").keySet().forEach(names::add);
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return versions;
    }

    /** {@code /apis}. */
    static ObjectNode groupList() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode all = list.putArray("groups");
        groups().forEach((name, versions) -> {
            if (!name.isEmpty()) {
                fillGroup(all.addObject(), name, versions.keySet());
            }
        });
        return list;
    }

    /** {@code /apis/GROUP}. */
    static ObjectNode group(String name, Collection<String> versions) {
        ObjectNode group = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
        fillGroup(group, name, versions);
        return group;
    }

    private static void fillGroup(ObjectNode group, String name, Collection<String> versions) {
        group.put("name", name);
        ArrayNode all = group.putArray("versions");
        for (String version : versions) {
            ObjectNode each =
                    all.addObject().put("groupVersion", name + "/" + version).put("version", version);
            if (!group.has("preferredVersion")) {
                group.set("preferredVersion", each.deepCopy());
            }
        }
    }

    /** {@code /api/VERSION} and {@code /apis/GROUP/VERSION}. */
    static ObjectNode resources(List<Kind> kinds) {
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", kinds.get(0).apiVersion());
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : kinds) {
            ObjectNode resource = resources
                    .addObject()
                    .put("name", kind.plural())
                    .put("singularName", kind.singular())
                    .put("namespaced", kind.namespaced())
                    .put("kind", kind.kind());
            addAll(resource.putArray("verbs"), verbs(kind));
            addUnlessEmpty(resource, "shortNames", kind.shortNames());
            addUnlessEmpty(resource, "categories", kind.categories());
            subresources(kind).forEach((name, action) -> {
                ObjectNode part = resources
                        .addObject()
                        .put("name", kind.plural() + "/" + name)
                        .put("singularName", "")
                        .put("namespaced", kind.namespaced());
                Kind shown = action == null ? kind : action.body();
                if (!shown.apiVersion().equals(kind.apiVersion())) {
                    part.put("group", shown.group()).put("version", shown.version());
                }
                part.put("kind", shown.kind());
                addAll(part.putArray("verbs"), action == null ? subresourceVerbs(name) : ACTION_VERBS);
            });
        }
        return list;
    }

    /**
     * All of {@code /api} or {@code /apis} in one document (KEP-3352).
     *
     * @param core the core group alone, or all others
     * @param version "v2" or "v2beta1"
     */
    static ObjectNode aggregated(boolean core, String version) {
        ObjectNode list =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        groups().forEach((name, versions) -> {
            if (name.isEmpty() == core) {
                ObjectNode group = items.addObject();
                ObjectNode meta = group.putObject("metadata");
                if (!core) {
                    meta.put("name", name);
                }
                meta.putNull("creationTimestamp");
                ArrayNode all = group.putArray("versions");
                versions.forEach((v, kinds) -> {
                    ObjectNode each = all.addObject().put("version", v);
                    ArrayNode resources = each.putArray("resources");
                    kinds.forEach(kind -> fillResource(resources.addObject(), kind));
                    each.put("freshness", "Current");
                });
            }
        });
        return list;
    }

    private static void fillResource(ObjectNode resource, Kind kind) {
        resource.put("resource", kind.plural());
        fillResponseKind(resource, kind);
        resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster").put("singularResource", kind.singular());
        addAll(resource.putArray("verbs"), verbs(kind));
        addUnlessEmpty(resource, "shortNames", kind.shortNames());
        addUnlessEmpty(resource, "categories", kind.categories());
        Map<String, ActionSubresource> subresources = subresources(kind);
        if (!subresources.isEmpty()) {
            ArrayNode parts = resource.putArray("subresources");
            subresources.forEach((name, action) -> {
                ObjectNode part = parts.addObject().put("subresource", name);
                fillResponseKind(part, action == null ? kind : action.body());
                addAll(part.putArray("verbs"), action == null ? subresourceVerbs(name) : ACTION_VERBS);
            });
        }
    }

    /** Sorted by name; the parts of an object map to null. */
    private static Map<String, ActionSubresource> subresources(Kind kind) {
        Map<String, ActionSubresource> all = new TreeMap<>();
        kind.subresources().forEach(name -> all.put(name, null));
        ActionSubresource.of(kind).forEach(action -> all.put(action.name(), action));
        return all;
    }

    private static void fillResponseKind(ObjectNode resource, Kind kind) {
        resource.putObject("responseKind")
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    private static void addUnlessEmpty(ObjectNode to, String name, List<String> values) {
        if (!values.isEmpty()) {
            addAll(to.putArray(name), values);
        }
    }

    private static void addAll(ArrayNode to, List<String> values) {
        values.forEach(to::add);
    }
}
