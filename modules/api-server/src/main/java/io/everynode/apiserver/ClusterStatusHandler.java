package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ControlPlane;
import io.everynode.objects.Json;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * {@code GET /everynode/v1/cluster}: the members, what runs where, and how far each catalog is. No object of
 * Kubernetes: it has no version and cannot be watched. It tells of the cluster also while the database is away.
 */
final class ClusterStatusHandler {

    private static final List<String> PATH = List.of("everynode", "v1", "cluster");

    private final ControlPlane controlPlane;

    ClusterStatusHandler(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    static boolean isPath(List<String> segments) {
        return segments.equals(PATH);
    }

    CompletionStage<HttpResponse> answer(Call call) {
        return controlPlane
                .cluster()
                .thenApply(view -> Answers.json(call, 200, ByteString.fromArrayUnsafe(Json.encode(json(view)))));
    }

    static ObjectNode json(ClusterView view) {
        ObjectNode cluster = Json.object().put("kind", "ClusterStatus").put("apiVersion", "everynode/v1");
        cluster.put("self", view.self());
        if (view.journal().isPresent()) {
            cluster.put("journalResourceVersion", Long.toString(view.journal().getAsLong()));
        }
        ObjectNode singletons = Json.object();
        TreeMap<String, String> places = new TreeMap<>();
        for (ClusterView.MemberView member : view.members()) {
            member.singletons().forEach(name -> places.put(name, member.address()));
            cluster.withArray("members").add(json(view, member));
        }
        places.forEach(singletons::put);
        cluster.set("singletons", singletons);
        return cluster;
    }

    private static ObjectNode json(ClusterView view, ClusterView.MemberView member) {
        ObjectNode json = Json.object().put("address", member.address()).put("id", member.id());
        json.put("status", member.status()).put("reachable", member.reachable());
        member.roles().forEach(json.putArray("roles")::add);
        json.put("answered", member.answered());
        if (!member.answered()) {
            return json;
        }
        json.put("apiAddress", member.api());
        json.put("ready", member.notReady().isEmpty());
        if (!member.notReady().isEmpty()) {
            json.put("notReady", member.notReady());
        }
        json.put("resourceVersion", Long.toString(member.resourceVersion()));
        json.put("lag", view.lag(member));
        ObjectNode shards = json.putObject("shards");
        new TreeMap<>(member.shards())
                .forEach((type, count) ->
                        shards.putObject(type).put("shards", count.shards()).put("entities", count.entities()));
        return json;
    }
}
