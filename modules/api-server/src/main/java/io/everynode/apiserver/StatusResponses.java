package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.Encoding;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Failures as answers: always a Status, in an encoding that the client takes, else in JSON. */
final class StatusResponses {

    private static final ApiStatus.Details NO_DETAILS = new ApiStatus.Details("", "", "", "", List.of(), 0);

    private StatusResponses() {}

    static HttpResponse of(Call call, ApiStatus status) {
        return of(call, status, status.toJson());
    }

    /** @param body the status with something added to it */
    static HttpResponse of(Call call, ApiStatus status, ObjectNode body) {
        return of(status, ContentNegotiation.statusEncoding(call), Json.encode(body));
    }

    private static HttpResponse of(ApiStatus status, Encoding encoding, byte[] json) {
        HttpResponse response = Answers.encoded(HttpResponse.create().withStatus(status.code()), encoding, json);
        int retryAfter = retryAfterSeconds(status);
        return retryAfter > 0
                ? response.addHeader(RawHeader.create("Retry-After", String.valueOf(retryAfter)))
                : response;
    }

    private static int retryAfterSeconds(ApiStatus status) {
        int named = status.details() == null ? 0 : status.details().retryAfterSeconds();
        boolean passing = status.code() == 429 || status.code() == 503 || status.code() == 504;
        return named > 0 ? named : passing ? 1 : 0;
    }

    /** In plain text, for what is no part of the API; below {@code /api} and {@code /apis} it is a Status. */
    static HttpResponse pageNotFound() {
        return HttpResponse.create()
                .withStatus(404)
                .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, "404 page not found\n"));
    }

    static ApiStatus unknownPath() {
        return new ApiStatus(404, "NotFound", "the server could not find the requested resource", NO_DETAILS);
    }

    static ApiStatus methodNotAllowed() {
        return new ApiStatus(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource", NO_DETAILS);
    }

    static ApiStatus notAcceptable() {
        return new ApiStatus(406, "NotAcceptable", "406: Not Acceptable", NO_DETAILS);
    }

    /** What can be had instead; the answer to a form that is known but not served. */
    static ApiStatus onlyAccepted(List<Encoding> encodings, String parameters) {
        return ApiStatus.notAcceptable("only the following media types are accepted: "
                + encodings.stream()
                        .map(encoding -> encoding.mediaType() + parameters)
                        .collect(Collectors.joining(", ")));
    }

    static ApiStatus unsupportedMediaType(String message) {
        return new ApiStatus(415, "UnsupportedMediaType", message, NO_DETAILS);
    }

    /** Wrong options of a request, named by meta/v1's kind such as "ListOptions". */
    static ApiStatus invalidOptions(String kind, List<ApiStatus.Cause> causes) {
        String all = causes.stream()
                .map(c -> c.field() + ": " + c.message())
                .distinct()
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return new ApiStatus(
                422,
                "Invalid",
                kind + ".meta.k8s.io \"\" is invalid: " + (causes.size() > 1 ? "[" + all + "]" : all),
                new ApiStatus.Details("", "meta.k8s.io", kind, "", List.copyOf(causes), 0));
    }

    /** The client has seen a later version than this server has. */
    static ApiStatus tooLargeVersion(long wanted, long current) {
        return new ApiStatus(
                504,
                "Timeout",
                "Timeout: Too large resource version: " + wanted + ", current: " + current,
                new ApiStatus.Details(
                        "",
                        "",
                        "",
                        "",
                        List.of(new ApiStatus.Cause("ResourceVersionTooLarge", "Too large resource version", "")),
                        1));
    }
}
