package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.PostedKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is wrong with an access review (pkg/apis/authorization/validation/validation.go). */
final class ReviewChecks {

    private static final String WHAT = "spec.resourceAttributes";
    private static final String OTHER = "spec.nonResourceAttributes";

    private ReviewChecks() {}

    /** @throws ApiFailure with 422 naming every wrong field */
    static void accessReview(Kind kind, ObjectNode review) {
        List<Cause> causes = new ArrayList<>();
        JsonNode spec = review.path("spec");
        boolean resource = spec.path("resourceAttributes").isObject();
        boolean other = spec.path("nonResourceAttributes").isObject();
        if (resource && other) {
            causes.add(shown(
                    OTHER,
                    spec.path("nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes"));
        }
        if (!resource && !other) {
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
                    WHAT));
        }
        boolean someone = !Json.text(spec, "user").isEmpty()
                || !spec.path("groups").isEmpty()
                || kind.equals(PostedKinds.SELF_SUBJECT_ACCESS_REVIEW);
        if (!someone) {
            causes.add(Cause.invalid("spec.user", "", "at least one of user or group must be specified"));
        }
        selector(spec.path("resourceAttributes"), "fieldSelector", causes);
        selector(spec.path("resourceAttributes"), "labelSelector", causes);
        metadata(kind, review, causes);
        if (kind.equals(PostedKinds.LOCAL_SUBJECT_ACCESS_REVIEW)) {
            local(review, resource, other, causes);
        }
        refuse(kind, causes);
    }

    static void refuse(Kind kind, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw new ApiFailure(ApiStatus.invalid(kind, "", causes));
        }
    }

    private static void selector(JsonNode attributes, String name, List<Cause> causes) {
        JsonNode selector = attributes.path(name);
        if (!selector.isObject()) {
            return;
        }
        String at = WHAT + "." + name;
        boolean raw = !Json.text(selector, "rawSelector").isEmpty();
        boolean parsed = !selector.path("requirements").isEmpty();
        if (raw && parsed) {
            causes.add(Cause.invalid(
                    at + ".rawSelector",
                    Json.text(selector, "rawSelector"),
                    "may not specified at the same time as requirements"));
        } else if (!raw && !parsed) {
            causes.add(Cause.required(
                    at + ".requirements", "when " + at + " is specified, requirements or rawSelector is required"));
        }
    }

    private static void metadata(Kind kind, ObjectNode review, List<Cause> causes) {
        ObjectNode given = Json.child(review, "metadata").deepCopy();
        given.remove(Set.of("managedFields", "creationTimestamp"));
        boolean namespaced = kind.namespaced();
        if (namespaced) {
            given.remove("namespace");
        }
        if (!given.isEmpty()) {
            causes.add(shown("metadata", given, namespaced ? "must be empty except for namespace" : "must be empty"));
        }
    }

    private static void local(ObjectNode review, boolean resource, boolean other, List<Cause> causes) {
        String own = Json.text(review, "metadata", "namespace");
        String asked = Json.text(review, "spec", "resourceAttributes", "namespace");
        if (resource && !asked.equals(own)) {
            causes.add(Cause.invalid(WHAT + ".namespace", asked, "must match metadata.namespace"));
        }
        if (other) {
            causes.add(shown(
                    OTHER, Json.at(review, "spec", "nonResourceAttributes"), "disallowed on this kind of request"));
        }
    }

    private static Cause shown(String field, JsonNode value, String detail) {
        return new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
    }
}
