package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.objects.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The ConfigMaps of kube-system that revoke certificates, through the API. Also the options that tell which API. */
final class RevocationStore {

    private static final String CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps";

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "data/kubeconfig",
            description = "Where the API is (default: ${DEFAULT-VALUE}).")
    private Path kubeconfig;

    /**
     * @param serial "" for all of a user
     * @param before up to when they began; "" for one
     */
    record Revocation(String serial, String user, String before, String at) {}

    /** What was revoked is so once more; of a user now up to a later moment. */
    void add(ObjectNode revocation) throws StartFailure, InterruptedException {
        ApiClient api = ApiClient.of(kubeconfig);
        ApiClient.Answer answer = api.send("POST", CONFIG_MAPS, revocation);
        if (answer.code() == 409) {
            answer = api.send("PUT", CONFIG_MAPS + "/" + Json.text(revocation, "metadata", "name"), revocation);
        }
        if (answer.code() != 201 && answer.code() != 200) {
            throw new StartFailure("it was not revoked: " + answer.refusal());
        }
    }

    List<Revocation> list() throws StartFailure, InterruptedException {
        ApiClient.Answer answer = ApiClient.of(kubeconfig).send("GET", CONFIG_MAPS, null);
        if (answer.code() != 200 || answer.body() == null) {
            throw new StartFailure("revocations cannot be listed: " + answer.refusal());
        }
        List<Revocation> all = new ArrayList<>();
        for (JsonNode object : answer.body().path("items")) {
            if (Json.text(object, "metadata", "name").startsWith(RevokedCertificates.NAME_PREFIX)) {
                all.add(new Revocation(
                        Json.text(object, "data", "serial"),
                        Json.text(object, "data", "user"),
                        Json.text(object, "data", "before"),
                        Json.text(object, "metadata", "creationTimestamp")));
            }
        }
        return all;
    }
}
