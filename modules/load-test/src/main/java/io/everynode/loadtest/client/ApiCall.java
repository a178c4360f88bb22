package io.everynode.loadtest.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One request.
 *
 * @param name method and resource, by which times are collected
 * @param path below the server's address, without a slash in front, with its query
 * @param contentType "" without a body
 * @param body null for none
 */
public record ApiCall(String name, String method, String path, String contentType, JsonNode body) {

    public static final String JSON = "application/json";
    public static final String MERGE = "application/merge-patch+json";
    public static final String STRATEGIC = "application/strategic-merge-patch+json";

    public static ApiCall get(String name, String path) {
        return new ApiCall(name, "GET", path, "", null);
    }
}
