package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {

    private static final User ANN = User.of("ann");

    private static AccessRequest info(String method, String path) {
        int question = path.indexOf('?');
        Query query = Query.parse(question < 0 ? "" : path.substring(question + 1));
        return RequestInfo.of(ANN, method, segments(question < 0 ? path : path.substring(0, question)), query);
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.substring(1).split("/", -1));
    }

    /** Verb, group, resource, subresource, namespace, name and node, as - when empty. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/pods|list - pods - - - -",
                "HEAD /api/v1/pods|list - pods - - - -",
                "GET /api/v1/pods?watch=true|watch - pods - - - -",
                "GET /api/v1/pods?watch|watch - pods - - - -",
                "GET /api/v1/pods?watch=0|list - pods - - - -",
                "GET /api/v1/pods?watch=false&watch=true|list - pods - - - -",
                "GET /api/v1/namespaces/a/pods|list - pods - a - -",
                "GET /api/v1/namespaces/a/pods/p|get - pods - a p -",
                "GET /api/v1/namespaces/a/pods/p?watch=true|get - pods - a p -",
                "HEAD /api/v1/namespaces/a/pods/p|get - pods - a p -",
                "GET /api/v1/namespaces/a/pods/p/log|get - pods log a p -",
                "POST /api/v1/namespaces/a/pods|create - pods - a - -",
                "PUT /api/v1/namespaces/a/pods/p|update - pods - a p -",
                "PATCH /api/v1/namespaces/a/pods/p/status|patch - pods status a p -",
                "DELETE /api/v1/namespaces/a/pods/p|delete - pods - a p -",
                "DELETE /api/v1/namespaces/a/pods|deletecollection - pods - a - -",
                "POST /api/v1/namespaces/a/pods/p/eviction|create - pods eviction a p -",
                "POST /api/v1/namespaces/a/bindings|create - bindings - a - -",
                "POST /api/v1/namespaces/a/serviceaccounts/s/token|create - serviceaccounts token a s -",
                "OPTIONS /api/v1/pods|- - pods - - - -",
                // Namespaces are in themselves.
                "GET /api/v1/namespaces|list - namespaces - - - -",
                "GET /api/v1/namespaces/a|get - namespaces - a a -",
                "PUT /api/v1/namespaces/a/finalize|update - namespaces finalize a a -",
                "PATCH /api/v1/namespaces/a/status|patch - namespaces status a a -",
                // Groups.
                "GET /apis/apps/v1/namespaces/a/daemonsets/d/status|get apps daemonsets status a d -",
                "GET /apis/apps/v1/deployments|list apps deployments - - - -",
                "POST /apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews|create authorization.k8s.io localsubjectaccessreviews - a - -",
                "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews|create authorization.k8s.io selfsubjectaccessreviews - - - -",
                // Selected by fields.
                "GET /api/v1/nodes?fieldSelector=metadata.name%3Dn|list - nodes - - n -",
                "GET /api/v1/nodes?watch=true&fieldSelector=metadata.name=n|watch - nodes - - n -",
                "GET /api/v1/nodes?fieldSelector=metadata.name!=n|list - nodes - - - -",
                "GET /api/v1/nodes?fieldSelector=metadata.name=a/b|list - nodes - - - -",
                "GET /api/v1/nodes?fieldSelector=a,,b|list - nodes - - - -",
                "GET /api/v1/pods?fieldSelector=spec.nodeName=n|list - pods - - - n",
                "GET /api/v1/pods?fieldSelector=spec.nodeName!=n|list - pods - - - -",
                "DELETE /api/v1/namespaces/a/pods?fieldSelector=metadata.name=p|deletecollection - pods - a - -",
                // Watches by path.
                "GET /api/v1/watch/pods|watch - pods - - - -",
                "GET /api/v1/watch/namespaces/a/pods/p|watch - pods - a p -",
                "GET /apis/apps/v1/watch/daemonsets|watch apps daemonsets - - - -",
                "POST /api/v1/watch/pods|watch - pods - - - -",
                "GET /api/v1/watch|list - watch - - - -",
            })
    void aResource(String request, String expected) {
        String[] words = request.split(" ");
        AccessRequest info = info(words[0], words[1]);

        assertThat(info.isResource()).isTrue();
        String shown = String.join(
                " ",
                List.of(
                                info.verb(),
                                info.group(),
                                info.resource(),
                                info.subresource(),
                                info.namespace(),
                                info.name(),
                                info.onNode())
                        .stream()
                        .map(part -> part.isEmpty() ? "-" : part)
                        .toList());
        assertThat(shown).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, get, /",
        "GET /healthz/etcd, get, /healthz/etcd",
        "HEAD /healthz, head, /healthz",
        "POST /x, post, /x",
        "GET /api, get, /api",
        "GET /api/v1, get, /api/v1",
        "GET /apis/apps/v1, get, /apis/apps/v1",
        "GET /everynode/v1/cluster, get, /everynode/v1/cluster",
    })
    void aPath(String request, String verb, String path) {
        AccessRequest info = info(request.split(" ")[0], request.split(" ")[1]);

        assertThat(info).isEqualTo(AccessRequest.ofPath(ANN, verb, path));
    }

    /** What is decided about must be what is then served. */
    @Test
    void readsEveryServedPathAsTheRouterDoes() {
        int compared = 0;
        for (Kind kind : Kinds.all()) {
            List<String> subresources = new ArrayList<>(kind.subresources());
            subresources.add("");
            ActionSubresource.of(kind).forEach(action -> subresources.add(action.name()));
            for (String subresource : subresources) {
                for (String place :
                        List.of("", "namespaces/a/", "namespaces//", "namespaces/status/", "namespaces/pods/")) {
                    for (String name : List.of("", "/n", "/status", "/finalize", "/namespaces", "/")) {
                        String rest = place + kind.plural() + name + (subresource.isEmpty() ? "" : "/" + subresource);
                        var path = ResourcePath.parse(kind.group(), kind.version(), Arrays.asList(rest.split("/", -1)));
                        if (path.isEmpty()) {
                            continue;
                        }
                        String base = kind.group().isEmpty() ? "/api/v1/" : "/apis/" + kind.apiVersion() + "/";
                        AccessRequest info = info("GET", base + rest);
                        String namespace = kind.equals(Kinds.NAMESPACE)
                                ? path.get().name()
                                : path.get().namespace();
                        assertThat(List.of(
                                        info.group(),
                                        info.resource(),
                                        info.subresource(),
                                        info.namespace(),
                                        info.name()))
                                .as(rest)
                                .containsExactly(
                                        kind.group(),
                                        path.get().kind().plural(),
                                        path.get().subresource(),
                                        namespace,
                                        path.get().name());
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(400);
    }
}
