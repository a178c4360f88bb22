package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers what the API consists of. Documents are made once. */
final class Discovery {

    private static final List<String> AGGREGATED_VERSIONS = List.of("v2", "v2beta1");

    private final Map<String, StaticDocument> plain = new HashMap<>();
    private final Map<String, StaticDocument> aggregated = new HashMap<>();

    /** @param serverAddress host and port, as clients reach it */
    Discovery(String serverAddress) {
        plain.put("api", json(DiscoveryDocuments.coreVersions(serverAddress)));
        plain.put("apis", json(DiscoveryDocuments.groupList()));
        for (Map.Entry<String, Map<String, List<Kind>>> group :
                DiscoveryDocuments.groups().entrySet()) {
            String name = group.getKey();
            if (!name.isEmpty()) {
                plain.put(
                        "apis/" + name,
                        json(DiscoveryDocuments.group(name, group.getValue().keySet())));
            }
            group.getValue()
                    .forEach((version, kinds) -> plain.put(
                            name.isEmpty() ? "api/" + version : "apis/" + name + "/" + version,
                            json(DiscoveryDocuments.resources(kinds))));
        }
        for (String version : AGGREGATED_VERSIONS) {
            aggregated.put("api " + version, aggregated(true, version));
            aggregated.put("apis " + version, aggregated(false, version));
        }
    }

    private static StaticDocument json(JsonNode tree) {
        return new StaticDocument("application/json", Json.encode(tree));
    }

    private static StaticDocument aggregated(boolean core, String version) {
        return new StaticDocument(
                "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                Json.encode(DiscoveryDocuments.aggregated(core, version)));
    }

    /**
     * @param path "api", "apis", "api/v1", "apis/apps", "apis/apps/v1" …
     * @throws ApiFailure with 404 for others, 406 when only other formats are accepted
     */
    HttpResponse answer(Call call, String path) {
        StaticDocument document = plain.get(path);
        if (document == null) {
            throw new ApiFailure(StatusResponses.unknownPath());
        }
        String accept = call.header("Accept");
        if (accept.isBlank()) {
            return document.answer(call);
        }
        for (MediaRange range : MediaRange.parse(accept)) {
            if (range.coversJson()) {
                String as = range.parameter("as");
                if (as.isEmpty()) {
                    return document.answer(call);
                }
                StaticDocument whole = as.equals("APIGroupDiscoveryList")
                                && range.parameter("g").equals("apidiscovery.k8s.io")
                        ? aggregated.get(path + " " + range.parameter("v"))
                        : null;
                if (whole != null) {
                    return whole.answer(call);
                }
            }
        }
        throw new ApiFailure(StatusResponses.notAcceptable());
    }
}
