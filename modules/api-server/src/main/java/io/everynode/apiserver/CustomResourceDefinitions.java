package io.everynode.apiserver;

import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The list of custom resource definitions, of which there are none.
 *
 * <p>It is here for one question: of a kind that is in no OpenAPI document, kubectl asks whether it is a custom one
 * (cli-runtime/pkg/resource/crd_finder.go), and without an answer it gives up before it says that there is no such
 * kind. It does so without looking at discovery, which leaves the group out: nothing can be defined, and nothing can be
 * watched.
 */
final class CustomResourceDefinitions {

    private static final List<String> PATH = List.of("apis", "apiextensions.k8s.io", "v1", "customresourcedefinitions");

    private static final StaticDocument NONE =
            new StaticDocument("application/json", Json.encode(Json.parse("""
                    {"kind": "CustomResourceDefinitionList", "apiVersion": "apiextensions.k8s.io/v1",
                     "metadata": {"resourceVersion": "1"}, "items": []}
                    """.getBytes(StandardCharsets.UTF_8))));

    private CustomResourceDefinitions() {}

    static boolean isPath(List<String> segments) {
        return segments.equals(PATH);
    }

    /** @throws ApiFailure with 405 for a watch, or 406 */
    static HttpResponse list(Call call) {
        if (call.query().flag("watch")) {
            throw new ApiFailure(StatusResponses.methodNotAllowed());
        }
        if (!ContentNegotiation.acceptsJson(call)) {
            throw new ApiFailure(StatusResponses.notAcceptable());
        }
        return NONE.answer(call);
    }
}
