package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.audit.AccessRecord;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditEntry;
import io.everynode.controlplane.audit.AuditPage;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.core.audit.ObjectDifference;
import io.everynode.core.audit.RequestCause;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.diff.FieldChange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code GET /everynode/v1/audit}: who changed what, the newest first, as lines of JSON. The last line is an AuditEnd;
 * it says where to continue when the limit was reached, or so much of the journal was looked at that others shall have
 * their turn. {@code …/refused}, {@code …/secret-reads} and {@code …/pod-security} tell what this server itself has on
 * record.
 */
final class AuditHandler {

    /** Parts of the journal that one request looks at: some millions of events. */
    private static final int MOST_PAGES = 200;

    private static final int SECONDS_TO_STREAM = 60;

    private static final List<String> PATH = List.of("everynode", "v1", "audit");
    private static final String REFUSED = "refused";
    private static final String SECRET_READS = "secret-reads";
    private static final String POD_SECURITY = "pod-security";

    private final ControlPlane controlPlane;
    private final AccessRecords records;
    private final InstantSource clock;

    /** @param end when the answer has to end */
    private record Reading(AuditCursor cursor, AuditPage page, int left, int pages, Instant end, boolean done) {}

    AuditHandler(ControlPlane controlPlane, AccessRecords records, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.records = records;
        this.clock = clock;
    }

    static boolean isPath(List<String> segments) {
        return segments.equals(PATH)
                || segments.size() == PATH.size() + 1
                        && segments.subList(0, PATH.size()).equals(PATH)
                        && List.of(REFUSED, SECRET_READS, POD_SECURITY).contains(segments.get(PATH.size()));
    }

    CompletionStage<HttpResponse> answer(Call call, List<String> segments) {
        if (segments.size() > PATH.size()) {
            ObjectNode list = switch (segments.get(PATH.size())) {
                case REFUSED -> list("RefusedRequestList", records.refused());
                case SECRET_READS -> list("SecretReadList", records.secretReads());
                default -> list("PodSecurityViolationList", records.podSecurity());
            };
            return CompletableFuture.completedFuture(
                    Answers.json(call, 200, ByteString.fromArrayUnsafe(Json.encode(list))));
        }
        AuditQuery query = AuditParameters.parse(call.query(), clock.instant());
        AuditCursor cursor = controlPlane.audit(query);
        Instant end = clock.instant().plusSeconds(SECONDS_TO_STREAM);
        // The first part is waited for, so that a journal that is away is told by the answer's code.
        return cursor.next()
                .thenApply(first -> HttpResponse.create()
                        .withStatus(200)
                        .withEntity(HttpEntities.createChunked(
                                Answers.contentType("application/json"),
                                lines(new Reading(cursor, first, query.limit(), MOST_PAGES, end, false)))));
    }

    private Source<ByteString, NotUsed> lines(Reading first) {
        return Source.unfoldAsync(
                first,
                reading -> step(reading)
                        .exceptionally(failure -> Optional.of(Pair.create(finished(reading), broken(failure)))));
    }

    private CompletionStage<Optional<Pair<Reading, ByteString>>> step(Reading reading) {
        if (reading.done()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (reading.page() == null) {
            return reading.cursor().next().thenApply(page -> Optional.of(told(reading, page)));
        }
        return CompletableFuture.completedFuture(Optional.of(told(reading, reading.page())));
    }

    private Pair<Reading, ByteString> told(Reading reading, AuditPage page) {
        StringBuilder lines = new StringBuilder();
        int left = reading.left();
        for (AuditEntry entry : page.entries()) {
            lines.append(json(entry)).append('\n');
            left--;
        }
        boolean last = page.before() == 0
                || left <= 0
                || reading.pages() <= 1
                || clock.instant().isAfter(reading.end());
        if (last) {
            ObjectNode end = Json.object().put("kind", "AuditEnd");
            if (page.before() > 0) {
                end.put("continue", Long.toString(page.before()));
            }
            lines.append(end).append('\n');
            return Pair.create(finished(reading), ByteString.fromString(lines.toString()));
        }
        Reading next = new Reading(reading.cursor(), null, left, reading.pages() - 1, reading.end(), false);
        return Pair.create(next, ByteString.fromString(lines.toString()));
    }

    private static Reading finished(Reading reading) {
        return new Reading(reading.cursor(), null, 0, 0, reading.end(), true);
    }

    /** The headers are out already: a Status is the last line. */
    private static ByteString broken(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean known = cause instanceof ControlPlane.Unavailable || cause instanceof ControlPlane.AuditBusy;
        ApiStatus status =
                ApiStatus.unavailable(known ? cause.getMessage() : "the rest of the journal cannot be told", 1);
        return ByteString.fromString(status.toJson() + "\n");
    }

    private static ObjectNode list(String kind, List<AccessRecord> records) {
        ObjectNode list = Json.object().put("kind", kind).put("apiVersion", "everynode/v1");
        ArrayNode items = list.putArray("items");
        records.forEach(record -> items.add(record.json()));
        return list;
    }

    static ObjectNode json(AuditEntry entry) {
        ObjectNode json = Json.object().put("kind", "AuditEntry");
        json.put("resourceVersion", Long.toString(entry.ordering()));
        json.put("time", Instant.ofEpochMilli(entry.atMillis()).toString());
        json.put("user", entry.user());
        json.put("client", entry.client());
        json.put("verb", entry.verb());
        if (entry.request().isPresent()) {
            json.set("request", json(entry.request().get()));
        } else {
            json.put("cause", entry.cause());
        }
        ObjectNode object = json.putObject("object");
        object.put("apiVersion", entry.kind().apiVersion())
                .put("kind", entry.kind().kind());
        put(object, "namespace", entry.namespace());
        put(object, "name", entry.name());
        put(object, "subresource", entry.subresource());
        put(object, "uid", entry.uid());
        json.put("event", entry.event()).put("reason", entry.reason());
        entry.difference().ifPresent(difference -> put(json, difference));
        return json;
    }

    private static ObjectNode json(RequestCause request) {
        ObjectNode json = Json.object().put("id", request.id());
        put(json, "address", request.address());
        put(json, "method", request.method());
        put(json, "path", request.path());
        put(json, "impersonatedBy", request.sender());
        put(json, "command", request.command());
        return json;
    }

    private static void put(ObjectNode json, ObjectDifference difference) {
        ArrayNode changes = json.putArray("changes");
        for (FieldChange field : difference.fields()) {
            ObjectNode change = changes.addObject().put("path", field.path());
            if (field.before() != null) {
                change.set("from", field.before());
            }
            if (field.after() != null) {
                change.set("to", field.after());
            }
        }
        if (difference.leftOut() > 0) {
            json.put("changesLeftOut", difference.leftOut());
        }
    }

    private static void put(ObjectNode json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }
}
