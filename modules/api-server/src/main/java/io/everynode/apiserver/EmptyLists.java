package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Lists of kinds that are not served, for clients that ask for them without looking at discovery and give up when there
 * is no list. There are none of them, so the lists are empty; discovery leaves the kinds out, and nothing but a list
 * can be had: a manifest that holds one is told that there is no such kind.
 *
 * <p>Of a kind that is in no OpenAPI document kubectl asks whether it is a custom one
 * (cli-runtime/pkg/resource/crd_finder.go). {@code kubectl cluster-info dump} lists the workloads of each namespace
 * (kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go).
 */
final class EmptyLists {

    private static final Map<List<String>, StaticDocument> CLUSTER = Map.of(
            List.of("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
            list("apiextensions.k8s.io/v1", "CustomResourceDefinition"));

    private static final Map<List<String>, StaticDocument> NAMESPACED = Map.of(
            List.of("", "v1", "replicationcontrollers"), list("v1", "ReplicationController"),
            List.of("apps", "v1", "deployments"), list("apps/v1", "Deployment"),
            List.of("apps", "v1", "replicasets"), list("apps/v1", "ReplicaSet"));

    private EmptyLists() {}

    /**
     * @param rest the decoded segments after the version
     * @return null when there is no such list, or something else than a list is asked for
     */
    static StaticDocument find(Call call, String group, String version, List<String> rest) {
        if (!call.request().method().value().equals("GET") || call.query().flag("watch")) {
            return null;
        }
        boolean within = rest.size() == 3 && rest.get(0).equals("namespaces");
        if (!within && rest.size() != 1) {
            return null;
        }
        List<String> key = List.of(group, version, rest.get(rest.size() - 1));
        StaticDocument namespaced = NAMESPACED.get(key);
        return namespaced != null || within ? namespaced : CLUSTER.get(key);
    }

    /** @throws ApiFailure with 406 */
    static HttpResponse answer(Call call, StaticDocument list) {
        if (!ContentNegotiation.acceptsJson(call)) {
            throw new ApiFailure(StatusResponses.notAcceptable());
        }
        return list.answer(call);
    }

    private static StaticDocument list(String apiVersion, String kind) {
        ObjectNode list = Json.object();
        list.put("kind", kind + "List");
        list.put("apiVersion", apiVersion);
        list.putObject("metadata").put("resourceVersion", "1");
        list.putArray("items");
        return new StaticDocument("application/json", Json.encode(list));
    }
}
