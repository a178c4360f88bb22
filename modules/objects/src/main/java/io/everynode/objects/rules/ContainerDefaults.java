package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.regex.Pattern;

/** Defaults of one container (pkg/apis/core/v1/defaults.go). */
final class ContainerDefaults {

    /** An image's name without tag and digest, as far as its form decides on the pull policy. */
    private static final Pattern REPOSITORY =
            Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]+)?/)?[a-z0-9][a-z0-9._/-]*");

    private ContainerDefaults() {}

    static void apply(ObjectNode container) {
        Trees.textDefault(
                container, "imagePullPolicy", isLatest(Trees.text(container, "image")) ? "Always" : "IfNotPresent");
        ObjectNode resources = Json.child(container, "resources");
        Amounts.normalize(resources, "limits");
        Amounts.normalize(resources, "requests");
        Trees.textDefault(container, "terminationMessagePath", "/dev/termination-log");
        Trees.textDefault(container, "terminationMessagePolicy", "File");
        for (ObjectNode port : Trees.objects(container, "ports")) {
            Trees.textDefault(port, "protocol", "TCP");
        }
        for (ObjectNode variable : Trees.objects(container, "env")) {
            JsonNode source = variable.path("valueFrom");
            fieldReference(source);
            resourceReference(source);
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode set) {
                probe(set);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            httpGet(container.path("lifecycle").path(hook));
        }
        if (container.get("securityContext") instanceof ObjectNode context && context.has("procMount")) {
            Trees.textDefault(context, "procMount", "Default");
        }
    }

    /** Without a tag and a digest the tag is "latest". A name of another form than an image's has no tag at all. */
    static boolean isLatest(String image) {
        int digest = image.indexOf('@');
        String named = digest >= 0 ? image.substring(0, digest) : image;
        int colon = named.lastIndexOf(':');
        boolean tagged = colon > named.lastIndexOf('/');
        String repository = tagged ? named.substring(0, colon) : named;
        if (!REPOSITORY.matcher(repository).matches()) {
            return false;
        }
        return tagged ? named.substring(colon + 1).equals("latest") : digest < 0;
    }

    static void fieldReference(JsonNode source) {
        if (source.get("fieldRef") instanceof ObjectNode field) {
            Trees.textDefault(field, "apiVersion", "v1");
        }
    }

    static void resourceReference(JsonNode source) {
        if (source.get("resourceFieldRef") instanceof ObjectNode resource) {
            Amounts.normalizeOne(resource, "divisor");
            Trees.textDefault(resource, "divisor", "0");
        }
    }

    private static void probe(ObjectNode probe) {
        Trees.numberDefault(probe, "timeoutSeconds", 1);
        Trees.numberDefault(probe, "periodSeconds", 10);
        Trees.numberDefault(probe, "successThreshold", 1);
        Trees.numberDefault(probe, "failureThreshold", 3);
        httpGet(probe);
        if (probe.get("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
            grpc.put("service", "");
        }
    }

    private static void httpGet(JsonNode handler) {
        if (handler.get("httpGet") instanceof ObjectNode get) {
            Trees.textDefault(get, "path", "/");
            Trees.textDefault(get, "scheme", "HTTP");
        }
    }
}
