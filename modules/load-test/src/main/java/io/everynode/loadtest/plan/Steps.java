package io.everynode.loadtest.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.seen.Goal;
import io.everynode.objects.Json;
import java.util.List;

/**
 * Makes the phases out for one DaemonSet. Pure but for what it remembers: which mark the template has, and had before.
 * For one thread.
 */
public final class Steps {

    private static final String PATCH = "PATCH daemonsets";

    private final DaemonSetManifest manifest;
    private String mark = "";
    private String earlierMark = "";
    private int updates;

    public Steps(DaemonSetManifest manifest) {
        this.manifest = manifest;
    }

    /** The template's mark now. */
    public String mark() {
        return mark;
    }

    public Step create(int nodes) {
        mark = "";
        return new Step(
                Phase.CREATE,
                nodes,
                List.of(new ApiCall("POST daemonsets", "POST", manifest.daemonSets(), ApiCall.JSON, manifest.object())),
                Goal.ready(nodes, mark));
    }

    /** @param maxUnavailable such as "10%" */
    public Step update(Phase phase, int nodes, String maxUnavailable) {
        earlierMark = mark;
        mark = String.valueOf(++updates);
        return new Step(
                phase,
                nodes,
                List.of(patch(ApiCall.MERGE, manifest.update(mark, maxUnavailable))),
                Goal.ready(nodes, mark));
    }

    /** @param revisions the list of {@link DaemonSetManifest#revisions} */
    public Step undo(int nodes, JsonNode revisions, String uid) {
        mark = earlierMark;
        return new Step(
                Phase.UNDO,
                nodes,
                List.of(patch(ApiCall.STRATEGIC, DaemonSetManifest.undo(revisions, uid))),
                Goal.ready(nodes, mark));
    }

    private ApiCall patch(String contentType, JsonNode patch) {
        return new ApiCall(PATCH, "PATCH", manifest.self(), contentType, patch);
    }

    /** These nodes lose their Pod by a label. */
    public Step labelsAway(int nodes, List<String> names) {
        return labels(Phase.LABELS_AWAY, names, DaemonSetManifest.AWAY, nodes - names.size());
    }

    /** The same nodes get a Pod again. */
    public Step labelsBack(int nodes, List<String> names) {
        return labels(Phase.LABELS_BACK, names, null, nodes);
    }

    private Step labels(Phase phase, List<String> names, String value, int left) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata").putObject("labels").put(DaemonSetManifest.LABEL, value);
        return new Step(
                phase,
                names.size(),
                names.stream()
                        .map(name -> new ApiCall("PATCH nodes", "PATCH", "api/v1/nodes/" + name, ApiCall.MERGE, patch))
                        .toList(),
                Goal.ready(left, mark));
    }

    public Step delete(int nodes) {
        ObjectNode options = Json.object()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", "Background");
        return new Step(
                Phase.DELETE,
                nodes,
                List.of(new ApiCall("DELETE daemonsets", "DELETE", manifest.self(), ApiCall.JSON, options)),
                Goal.nothing());
    }
}
