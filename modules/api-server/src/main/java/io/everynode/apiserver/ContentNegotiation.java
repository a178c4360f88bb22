package io.everynode.apiserver;

import io.everynode.apiserver.form.JsonForm;
import io.everynode.apiserver.form.MetadataForm;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.TableForm;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Finds the form that a client wants objects in (apiserver/pkg/endpoints/handlers/negotiation/negotiate.go): the first
 * clause of its Accept header that this server can do. Everything is JSON; protobuf is never answered.
 */
final class ContentNegotiation {

    private ContentNegotiation() {}

    /** @throws ApiFailure with 406 when no clause can be served */
    static ObjectForm form(Call call, Kind kind, InstantSource clock) {
        String accept = call.header("Accept");
        if (accept.isBlank()) {
            return new JsonForm(kind);
        }
        for (MediaRange range : MediaRange.parse(accept)) {
            if (!range.coversJson()) {
                continue;
            }
            String as = range.parameter("as");
            boolean meta = range.parameter("g").equals("meta.k8s.io")
                    && (range.parameter("v").equals("v1")
                            || range.parameter("v").equals("v1beta1"));
            if (as.isEmpty()) {
                return new JsonForm(kind);
            }
            String apiVersion = "meta.k8s.io/" + range.parameter("v");
            if (meta && as.equals("Table")) {
                return new TableForm(kind, apiVersion, include(call.query()), clock);
            }
            if (meta && (as.equals("PartialObjectMetadata") || as.equals("PartialObjectMetadataList"))) {
                return new MetadataForm(apiVersion);
            }
        }
        throw new ApiFailure(StatusResponses.notAcceptable());
    }

    private static TableForm.Include include(Query query) {
        String text = query.text("includeObject");
        return switch (text) {
            case "", "Metadata" -> TableForm.Include.METADATA;
            case "None" -> TableForm.Include.NONE;
            case "Object" -> TableForm.Include.OBJECT;
            default -> throw new ApiFailure(ApiStatus.badRequest("unrecognized includeObject value: \"" + text + "\""));
        };
    }

    /** Whether plain JSON without a wrapping kind is acceptable: for discovery, OpenAPI and the like. */
    static boolean acceptsJson(Call call) {
        String accept = call.header("Accept");
        return accept.isBlank() || MediaRange.parse(accept).stream().anyMatch(MediaRange::coversJson);
    }

    /** Whether people read the answer: asked for with {@code pretty}, or curl and the like without saying so. */
    static boolean pretty(Call call) {
        if (call.query().has("pretty")) {
            return call.query().flag("pretty");
        }
        String agent = call.caller().client().toLowerCase(Locale.ROOT);
        return List.of("curl", "wget", "mozilla/").stream().anyMatch(agent::startsWith);
    }
}
