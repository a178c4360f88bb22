package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sources of projected volumes (core validation validateProjectionSources). */
final class ProjectionValidation {

    private static final String CONFLICT = "conflicting duplicate paths";
    private static final long TEN_MINUTES = 600;

    private static final List<String> TYPES = List.of(
            "secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate");

    private ProjectionValidation() {}

    static void sources(JsonNode projected, String field, Causes causes) {
        Set<String> taken = new HashSet<>();
        int i = 0;
        for (ObjectNode source : Trees.objects(projected, "sources")) {
            String at = Trees.at(field + ".sources", i++);
            for (String type : List.of("secret", "configMap")) {
                if (source.has(type)) {
                    if (Trees.text(source.path(type), "name").isEmpty()) {
                        causes.required(at + "." + type + ".name");
                    }
                    VolumeValidation.keys(source.path(type), at + "." + type, taken, field, causes);
                }
            }
            for (ObjectNode file : Trees.objects(source.path("downwardAPI"), "items")) {
                EnvironmentValidation.file(file, at + ".downwardAPI", causes);
                String path = Trees.text(file, "path");
                if (!path.isEmpty() && !taken.add(path)) {
                    causes.invalid(field, path, CONFLICT);
                }
            }
            token(source.path("serviceAccountToken"), at + ".serviceAccountToken", field, causes);
            long given = TYPES.stream().filter(source::has).count();
            if (given > 1) {
                causes.forbidden(at, "may not specify more than 1 volume type");
            }
        }
    }

    private static void token(JsonNode token, String field, String volume, Causes causes) {
        if (!token.isObject()) {
            return;
        }
        long seconds = Trees.number(token, "expirationSeconds");
        if (seconds < TEN_MINUTES) {
            causes.invalid(field + ".expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > 1L << 32) {
            causes.invalid(
                    field + ".expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }
        String path = Trees.text(token, "path");
        if (path.isEmpty()) {
            causes.required(volume + ".path");
        } else {
            PathRules.notReserved(path, volume + ".path", causes);
        }
    }
}
