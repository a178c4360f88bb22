package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * What {@code /version} tells.
 *
 * @param major and minor: the Kubernetes API version that is spoken
 * @param gitVersion a semantic version whose build part names this program
 * @param gitCommit "" when unknown
 * @param buildDate RFC 3339, or "" when unknown
 */
public record VersionInfo(String major, String minor, String gitVersion, String gitCommit, String buildDate) {

    public static final VersionInfo DEFAULT = new VersionInfo("1", "35", "v1.35.0+everynode-0.1.0", "", "");

    ObjectNode toJson() {
        return Json.object()
                .put("major", major)
                .put("minor", minor)
                .put("emulationMajor", major)
                .put("emulationMinor", minor)
                .put("minCompatibilityMajor", major)
                .put("minCompatibilityMinor", String.valueOf(Integer.parseInt(minor) - 1))
                .put("gitVersion", gitVersion)
                .put("gitCommit", gitCommit)
                .put("gitTreeState", gitCommit.isEmpty() ? "" : "clean")
                .put("buildDate", buildDate)
                // Clients show these two; there is no Go in here.
                .put("goVersion", "")
                .put("compiler", "javac")
                .put("platform", System.getProperty("os.name").toLowerCase() + "/" + System.getProperty("os.arch"));
    }
}
