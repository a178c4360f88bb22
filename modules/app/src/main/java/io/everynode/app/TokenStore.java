package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.BootstrapTokens;
import io.everynode.apiserver.authentication.UserTokens;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.nodes.join.AuthorityHashes;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The Secrets of kube-system that stand for tokens, through the API. Also the options that tell which API. */
final class TokenStore {

    private static final String SECRETS = "/api/v1/namespaces/kube-system/secrets";
    private static final List<String> PREFIXES = List.of(BootstrapTokens.NAME_PREFIX, UserTokens.NAME_PREFIX);

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "data/kubeconfig",
            description = "Where the API is (default: ${DEFAULT-VALUE}).")
    private Path kubeconfig;

    /** @param user "" where it follows from the kind */
    record Token(String id, String kind, String user, String groups, String end) {}

    void create(ObjectNode secret) throws StartFailure, InterruptedException {
        ApiClient.Answer answer = ApiClient.of(kubeconfig).send("POST", SECRETS, secret);
        if (answer.code() != 201) {
            throw new StartFailure("the token was not made: " + answer.refusal());
        }
    }

    /**
     * What a machine with Docker is told to join this API, but for the token.
     *
     * @param needed whether it is a failure that there is none, as nobody can know the server
     */
    Optional<String> joinCommand(boolean needed) throws StartFailure {
        try {
            StringBuilder command = new StringBuilder("everynode agent --node-name $(hostname) --server ")
                    .append(KubeconfigFile.read(kubeconfig).servers().get(0));
            List<X509Certificate> authorities = KubeconfigFile.authorityCertificates(kubeconfig);
            if (authorities.isEmpty()) {
                if (!needed) {
                    return Optional.empty();
                }
                throw new StartFailure("the kubeconfig " + kubeconfig + " names no authority: nobody can join without");
            }
            for (X509Certificate each : authorities) {
                command.append(" --ca-hash ").append(AuthorityHashes.text(each));
            }
            return Optional.of(command.toString());
        } catch (ClusterAccess.Broken e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }

    List<Token> list() throws StartFailure, InterruptedException {
        ApiClient.Answer answer = ApiClient.of(kubeconfig).send("GET", SECRETS, null);
        if (answer.code() != 200 || answer.body() == null) {
            throw new StartFailure("tokens cannot be listed: " + answer.refusal());
        }
        List<Token> tokens = new ArrayList<>();
        for (JsonNode secret : answer.body().path("items")) {
            String name = Json.text(secret, "metadata", "name");
            switch (Json.text(secret, "type")) {
                case BootstrapTokens.TYPE -> {
                    String id = text(secret, "token-id");
                    tokens.add(new Token(
                            id,
                            "bootstrap",
                            "system:bootstrap:" + id,
                            joined(BootstrapTokens.GROUP, text(secret, "auth-extra-groups")),
                            text(secret, "expiration")));
                }
                case UserTokens.TYPE ->
                    tokens.add(new Token(
                            name.substring(Math.min(name.length(), UserTokens.NAME_PREFIX.length())),
                            "user",
                            text(secret, "user"),
                            text(secret, "groups").replace('\n', ','),
                            text(secret, "expiration")));
                default -> {
                    // Not of a token.
                }
            }
        }
        return tokens;
    }

    /** Of whichever kind. */
    void revoke(String id) throws StartFailure, InterruptedException {
        ApiClient api = ApiClient.of(kubeconfig);
        for (String prefix : PREFIXES) {
            ApiClient.Answer answer = api.send("DELETE", SECRETS + "/" + prefix + id, null);
            if (answer.code() == 200) {
                return;
            }
            if (answer.code() != 404) {
                throw new StartFailure("the token " + id + " was not revoked: " + answer.refusal());
            }
        }
        throw new StartFailure("there is no token " + id);
    }

    private static String joined(String first, String rest) {
        return rest.isEmpty() ? first : first + "," + rest;
    }

    private static String text(JsonNode secret, String key) {
        try {
            return new String(Base64.getDecoder().decode(Json.text(secret, "data", key)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
