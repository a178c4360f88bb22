package io.everynode.objects;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kinds with collections that are only POSTed to, and keep nothing: questions, whose answer comes back in the same
 * object, and Bindings. Discovery, routing and OpenAPI read this table beside that of {@link Kinds}.
 */
public final class PostedKinds {

    public static final Kind SELF_SUBJECT_ACCESS_REVIEW =
            review("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);
    public static final Kind SELF_SUBJECT_RULES_REVIEW =
            review("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews", false);
    public static final Kind SUBJECT_ACCESS_REVIEW =
            review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", false);
    public static final Kind LOCAL_SUBJECT_ACCESS_REVIEW =
            review("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews", true);
    public static final Kind TOKEN_REVIEW = review("authentication.k8s.io", "TokenReview", "tokenreviews", false);
    public static final Kind SELF_SUBJECT_REVIEW =
            review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", false);

    /** Those that ask something. */
    private static final List<Kind> REVIEWS = List.of(
            SELF_SUBJECT_ACCESS_REVIEW,
            SELF_SUBJECT_RULES_REVIEW,
            SUBJECT_ACCESS_REVIEW,
            LOCAL_SUBJECT_ACCESS_REVIEW,
            TOKEN_REVIEW,
            SELF_SUBJECT_REVIEW);

    private PostedKinds() {}

    /** Bindings, and the reviews. */
    public static List<Kind> all() {
        List<Kind> all = new java.util.ArrayList<>(REVIEWS);
        all.add(0, ActionSubresource.BINDING.body());
        return List.copyOf(all);
    }

    /** The review behind a path's group, version and plural name. */
    public static Optional<Kind> review(String group, String version, String plural) {
        return REVIEWS.stream()
                .filter(kind -> kind.group().equals(group)
                        && kind.version().equals(version)
                        && kind.plural().equals(plural))
                .findFirst();
    }

    private static Kind review(String group, String kind, String plural, boolean namespaced) {
        return new Kind(group, "v1", kind, plural, kind.toLowerCase(), List.of(), List.of(), namespaced, Set.of());
    }
}
