package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Roles, bindings and Pods for tests, written down shortly; single quotes stand for double ones. */
final class Access {

    private AccessRules rules = AccessRules.NONE;
    private final Map<String, List<PodReferences>> pods = new HashMap<>();
    private final Map<String, ObjectNode> objects = new HashMap<>();

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** @param place "name" of a ClusterRole, "namespace/name" of a Role */
    Access role(String place, String... parts) {
        return role(place, "", parts);
    }

    Access role(String place, String metadataAndMore, String[] ruleTexts) {
        String body = "{" + (metadataAndMore.isEmpty() ? "" : metadataAndMore + ",") + "'rules':["
                + String.join(",", ruleTexts) + "]}";
        rules = rules.with(
                place.contains("/") ? Kinds.ROLE : Kinds.CLUSTER_ROLE, namespace(place), name(place), json(body));
        return this;
    }

    Access labelled(String place, String label, String... ruleTexts) {
        return role(place, "'metadata':{'labels':{'" + label + "':'true'}}", ruleTexts);
    }

    /** A role that sums up those with a label. */
    Access sum(String place, String ownLabel, String label) {
        String metadata = ownLabel.isEmpty() ? "" : "'metadata':{'labels':{'" + ownLabel + "':'true'}},";
        return role(
                place,
                metadata + "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'" + label + "':'true'}}]}",
                new String[0]);
    }

    /** @param role as in {@link #role}; a Role is of the binding's namespace */
    Access bind(String place, String role, String... subjects) {
        String kind = role.contains("/") ? "Role" : "ClusterRole";
        String body = "{'roleRef':{'kind':'" + kind + "','name':'" + name(role) + "'},'subjects':["
                + String.join(",", subjects) + "]}";
        rules = rules.with(bindingKind(place), namespace(place), name(place), json(body));
        return this;
    }

    Access unbind(String place) {
        rules = rules.without(bindingKind(place), namespace(place), name(place));
        return this;
    }

    Access removeRole(String place) {
        rules = rules.without(place.contains("/") ? Kinds.ROLE : Kinds.CLUSTER_ROLE, namespace(place), name(place));
        return this;
    }

    Access pod(String node, String namespace, String pod) {
        pods.computeIfAbsent(node + "/" + namespace, k -> new ArrayList<>()).add(PodReferences.of(json(pod)));
        return this;
    }

    Access object(Kind kind, String namespace, String name, String object) {
        objects.put(kind + "/" + namespace + "/" + name, json(object));
        return this;
    }

    private static Kind bindingKind(String place) {
        return place.contains("/") ? Kinds.ROLE_BINDING : Kinds.CLUSTER_ROLE_BINDING;
    }

    private static String namespace(String place) {
        return place.contains("/") ? place.substring(0, place.indexOf('/')) : "";
    }

    private static String name(String place) {
        return place.substring(place.indexOf('/') + 1);
    }

    static String user(String name) {
        return "{'kind':'User','name':'" + name + "'}";
    }

    static String group(String name) {
        return "{'kind':'Group','name':'" + name + "'}";
    }

    static String rule(String verbs, String groups, String resources) {
        return "{'verbs':" + list(verbs) + ",'apiGroups':" + list(groups) + ",'resources':" + list(resources) + "}";
    }

    static String rule(String verbs, String groups, String resources, String names) {
        String rule = rule(verbs, groups, resources);
        return rule.substring(0, rule.length() - 1) + ",'resourceNames':" + list(names) + "}";
    }

    static String urls(String verbs, String urls) {
        return "{'verbs':" + list(verbs) + ",'nonResourceURLs':" + list(urls) + "}";
    }

    private static String list(String texts) {
        return "['" + String.join("','", texts.split(",", -1)) + "']";
    }

    AccessRules rules() {
        return rules;
    }

    Authorizer authorizer() {
        return new Authorizer(rules, new NodeWorld() {
            @Override
            public Iterable<PodReferences> podsOn(String node, String namespace) {
                return pods.getOrDefault(node + "/" + namespace, List.of());
            }

            @Override
            public Optional<ObjectNode> object(Kind kind, String namespace, String name) {
                return Optional.ofNullable(objects.get(kind + "/" + namespace + "/" + name));
            }
        });
    }

    /**
     * @param what "verb resource[/subresource][.group] [namespace/][name]" or "verb /path"; the resource's subresource
     *     stands before its group
     */
    static AccessRequest request(User user, String what) {
        String[] words = what.split(" ");
        if (words[1].startsWith("/")) {
            return AccessRequest.ofPath(user, words[0], words[1]);
        }
        int dot = words[1].indexOf('.');
        String resource = dot < 0 ? words[1] : words[1].substring(0, dot);
        String group = dot < 0 ? "" : words[1].substring(dot + 1);
        int slash = resource.indexOf('/');
        String place = words.length > 2 ? words[2] : "";
        return AccessRequest.ofResource(
                user,
                words[0],
                group,
                slash < 0 ? resource : resource.substring(0, slash),
                slash < 0 ? "" : resource.substring(slash + 1),
                namespace(place),
                name(place));
    }

    Verdict ask(User user, String what) {
        return authorizer().decide(request(user, what));
    }
}
