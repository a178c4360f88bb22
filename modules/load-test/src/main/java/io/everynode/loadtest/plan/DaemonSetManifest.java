package io.everynode.loadtest.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.seen.ObjectEvent;
import io.everynode.objects.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The DaemonSet that is measured, and what is asked of the API about it. Immutable. */
public final class DaemonSetManifest {

    /** Label of Nodes, by which Pods are taken away. */
    public static final String LABEL = ObjectEvent.MARK;

    /** Its value on a node that shall have no Pod; without the label, a node is eligible. */
    public static final String AWAY = "away";

    private final ObjectNode object;

    private DaemonSetManifest(ObjectNode object) {
        this.object = object;
    }

    /** @throws IllegalArgumentException with a message for people when it is no DaemonSet that can be measured */
    public static DaemonSetManifest of(JsonNode object) {
        if (!(object instanceof ObjectNode manifest)
                || !Json.text(object, "kind").equals("DaemonSet")
                || !Json.text(object, "apiVersion").equals("apps/v1")
                || Json.text(object, "metadata", "name").isEmpty()) {
            throw new IllegalArgumentException("the manifest is no DaemonSet of apps/v1 with a name");
        }
        if (Json.at(object, "spec", "selector", "matchLabels").isEmpty()) {
            throw new IllegalArgumentException("the DaemonSet selects its Pods by no matchLabels");
        }
        return new DaemonSetManifest(manifest.deepCopy());
    }

    public ObjectNode object() {
        return object.deepCopy();
    }

    public String name() {
        return Json.text(object, "metadata", "name");
    }

    public String namespace() {
        return object.path("metadata").path("namespace").asText("default");
    }

    /** Path of the Pods of its namespace. */
    public String pods() {
        return "api/v1/namespaces/" + namespace() + "/pods";
    }

    /** Path of the DaemonSets of its namespace. */
    public String daemonSets() {
        return "apis/apps/v1/namespaces/" + namespace() + "/daemonsets";
    }

    public String self() {
        return daemonSets() + "/" + name();
    }

    /** Path of its revisions, with a query. */
    public String revisions() {
        List<String> terms = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label :
                Json.at(object, "spec", "selector", "matchLabels").properties()) {
            terms.add(label.getKey() + "=" + label.getValue().asText());
        }
        return "apis/apps/v1/namespaces/" + namespace() + "/controllerrevisions?labelSelector="
                + URLEncoder.encode(String.join(",", terms), StandardCharsets.UTF_8);
    }

    /** A merge patch that begins a rolling update: another mark, and no Pods where the label says so. */
    ObjectNode update(String mark, String maxUnavailable) {
        ObjectNode patch = Json.object();
        ObjectNode spec = patch.putObject("spec");
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", maxUnavailable);
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("annotations").put(ObjectEvent.MARK, mark);
        template.putObject("spec")
                .putObject("affinity")
                .putObject("nodeAffinity")
                .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                .set("nodeSelectorTerms", terms());
        return patch;
    }

    /** The manifest's own terms, each of which is one of several that suffice, with ours in each. */
    private ArrayNode terms() {
        JsonNode own = Json.at(
                object,
                "spec",
                "template",
                "spec",
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms");
        ArrayNode terms = Json.object().arrayNode();
        own.forEach(term -> terms.add(term.deepCopy()));
        if (terms.isEmpty()) {
            terms.addObject();
        }
        for (JsonNode term : terms) {
            ObjectNode each = (ObjectNode) term;
            ArrayNode expressions =
                    each.get("matchExpressions") instanceof ArrayNode there ? there : each.putArray("matchExpressions");
            expressions
                    .addObject()
                    .put("key", LABEL)
                    .put("operator", "NotIn")
                    .putArray("values")
                    .add(AWAY);
        }
        return terms;
    }

    /**
     * A strategic merge patch that brings the revision before the newest one back, as kubectl rollout undo sends it
     * (kubectl/pkg/polymorphichelpers/rollback.go: the revision's data).
     *
     * @param list of ControllerRevisions
     * @param uid of the DaemonSet
     * @throws IllegalArgumentException when there is no earlier one
     */
    static JsonNode undo(JsonNode list, String uid) {
        List<JsonNode> revisions = new ArrayList<>();
        for (JsonNode revision : list.path("items")) {
            for (JsonNode owner : Json.at(revision, "metadata", "ownerReferences")) {
                if (Json.text(owner, "uid").equals(uid)) {
                    revisions.add(revision);
                }
            }
        }
        revisions.sort((a, b) ->
                Long.compare(b.path("revision").asLong(), a.path("revision").asLong()));
        if (revisions.size() < 2) {
            throw new IllegalArgumentException("there is no earlier revision to go back to");
        }
        return revisions.get(1).path("data");
    }
}
