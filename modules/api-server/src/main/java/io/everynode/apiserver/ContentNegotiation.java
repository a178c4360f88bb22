package io.everynode.apiserver;

import io.everynode.apiserver.form.EncodedForm;
import io.everynode.apiserver.form.Encoding;
import io.everynode.apiserver.form.JsonForm;
import io.everynode.apiserver.form.MetadataForm;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.TableForm;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the form and the encoding that a client wants objects in
 * (apiserver/pkg/endpoints/handlers/negotiation/negotiate.go): the first clause of its Accept header that this server
 * can do, with JSON before YAML and protobuf where the clause leaves it open. CBOR is not served, as upstream without
 * its feature gate.
 */
final class ContentNegotiation {

    private static final String TABLE = "Table";
    private static final List<String> PARTIAL = List.of("PartialObjectMetadata", "PartialObjectMetadataList");
    private static final List<Encoding> ENCODINGS = List.of(Encoding.values());

    /** Clients whose answers people read, without saying so. */
    private static final List<String> FOR_PEOPLE = List.of("curl", "wget", "mozilla/");

    /** What one clause asks for. */
    private record Choice(MediaRange range, Encoding encoding) {

        String as() {
            return range.parameter("as");
        }

        String apiVersion() {
            return range.parameter("g") + "/" + range.parameter("v");
        }

        /** Tables are text for people; upstream has no protobuf form of them either. */
        boolean isServed() {
            if (as().isEmpty()) {
                return true;
            }
            boolean meta = apiVersion().equals("meta.k8s.io/v1") || apiVersion().equals("meta.k8s.io/v1beta1");
            return meta && (PARTIAL.contains(as()) || as().equals(TABLE) && encoding != Encoding.PROTOBUF);
        }
    }

    private ContentNegotiation() {}

    /** @throws ApiFailure with 406 when no clause can be served */
    static ObjectForm form(Call call, Kind kind, InstantSource clock) {
        String accept = call.header("Accept");
        if (accept.isBlank()) {
            return new JsonForm(kind);
        }
        List<Choice> choices = choices(accept);
        Choice choice = served(choices);
        if (choice == null) {
            throw new ApiFailure(
                    choices.isEmpty() ? StatusResponses.notAcceptable() : StatusResponses.onlyAccepted(ENCODINGS, ""));
        }
        ObjectForm shape = choice.as().isEmpty()
                ? new JsonForm(kind)
                : choice.as().equals(TABLE)
                        ? new TableForm(kind, choice.apiVersion(), include(call.query()), clock)
                        : new MetadataForm(choice.apiVersion());
        return choice.encoding() == Encoding.JSON ? shape : new EncodedForm(shape, choice.encoding());
    }

    /**
     * As {@link #form}, for a watch.
     *
     * @throws ApiFailure with 406 for YAML too, which cannot be cut into events
     */
    static ObjectForm watchForm(Call call, Kind kind, InstantSource clock) {
        ObjectForm form = form(call, kind, clock);
        if (!form.encoding().streams()) {
            throw new ApiFailure(
                    StatusResponses.onlyAccepted(List.of(Encoding.JSON, Encoding.PROTOBUF), ";stream=watch"));
        }
        return form;
    }

    /** The encoding of {@link #form}, JSON when nothing can be served. */
    static Encoding encoding(Call call) {
        Choice choice = served(choices(call.header("Accept")));
        return choice == null ? Encoding.JSON : choice.encoding();
    }

    /** The encoding of a Status, which is never shown as something else. */
    static Encoding statusEncoding(Call call) {
        for (Choice choice : choices(call.header("Accept"))) {
            if (choice.as().isEmpty()) {
                return choice.encoding();
            }
        }
        return Encoding.JSON;
    }

    /** The first that can be served; null when none can. */
    private static Choice served(List<Choice> choices) {
        for (Choice choice : choices) {
            if (choice.isServed()) {
                return choice;
            }
        }
        return null;
    }

    private static List<Choice> choices(String accept) {
        List<Choice> choices = new ArrayList<>();
        for (MediaRange range : MediaRange.parse(accept)) {
            for (Encoding encoding : ENCODINGS) {
                if (range.covers("application", encoding.subtype())) {
                    choices.add(new Choice(range, encoding));
                    break;
                }
            }
        }
        return choices;
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
        List<MediaRange> accepted = MediaRange.parse(call.header("Accept"));
        if (!accepted.isEmpty() && accepted.get(0).parameter("pretty").equals("1")) {
            return true;
        }
        String agent = call.caller().client().toLowerCase(Locale.ROOT);
        for (String begin : FOR_PEOPLE) {
            if (agent.startsWith(begin)) {
                return true;
            }
        }
        return false;
    }
}
