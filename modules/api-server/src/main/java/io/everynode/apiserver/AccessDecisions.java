package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * Who may do what. Authorization is not on: everybody may do everything, and the answer says so. This is the one place
 * that decides it.
 */
final class AccessDecisions {

    private static final String REASON = "authorization is not on in this server: everybody may do everything";

    private AccessDecisions() {}

    /**
     * A SubjectAccessReviewStatus.
     *
     * @param user who wants to do it
     * @param spec holds resourceAttributes or nonResourceAttributes
     */
    static ObjectNode decide(UserInfo user, JsonNode spec) {
        return Json.object().put("allowed", true).put("reason", REASON);
    }

    /** A SubjectRulesReviewStatus. */
    static ObjectNode rules(UserInfo user, String namespace) {
        ObjectNode status = Json.object();
        ObjectNode resources = status.putArray("resourceRules").addObject();
        resources.putArray("verbs").add("*");
        resources.putArray("apiGroups").add("*");
        resources.putArray("resources").add("*");
        ObjectNode others = status.putArray("nonResourceRules").addObject();
        others.putArray("verbs").add("*");
        others.putArray("nonResourceURLs").add("*");
        return status.put("incomplete", false);
    }
}
