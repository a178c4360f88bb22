package io.everynode.app;

import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.join.AuthorityHashes;
import io.everynode.nodes.join.JoinSettings;
import io.everynode.nodes.join.JoinToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which a machine joins. */
final class JoinOptions {

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "",
            description = "The server to join, such as https://10.0.0.1:6443.")
    private String server;

    @Option(
            names = "--token",
            paramLabel = "ID.SECRET",
            description = "A bootstrap token (everynode token create). Others on this machine may see it in the list of"
                    + " processes: rather --token-file.")
    private String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "The file that has the token.")
    private Path tokenFile;

    @Option(
            names = "--ca-hash",
            paramLabel = "sha256:HEX",
            split = ",",
            description = "Hash of the public key of the cluster's authority; several where it changes.")
    private List<String> hashes = List.of();

    /** @param kubeconfig what else says where the API is; null without one */
    JoinSettings settings(CommandLine line, String node, Path rootDir, Path kubeconfig) {
        boolean any = !server.isEmpty() || token != null || tokenFile != null || !hashes.isEmpty();
        if (kubeconfig != null && any) {
            throw new ParameterException(line, "--kubeconfig goes without --server, --token and --ca-hash");
        }
        if (token != null && tokenFile != null) {
            throw new ParameterException(line, "--token and --token-file do not go together");
        }
        boolean withToken = token != null || tokenFile != null;
        if (withToken && (server.isEmpty() || hashes.isEmpty())) {
            throw new ParameterException(line, "a token goes with --server and --ca-hash");
        }
        try {
            Optional<JoinToken> given = token != null
                    ? Optional.of(JoinToken.of(token))
                    : Optional.ofNullable(tokenFile).map(JoinToken::in);
            return new JoinSettings(
                    node, rootDir.toAbsolutePath().normalize(), address(line), given, AuthorityHashes.of(hashes));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, "--ca-hash: " + e.getMessage(), e);
        }
    }

    private String address(CommandLine line) {
        if (server.isEmpty()) {
            return "";
        }
        try {
            String address = ClusterAccess.of(List.of(server)).servers().get(0).toString();
            if (!address.startsWith("https://")) {
                throw new ParameterException(line, "--server must begin with https://");
            }
            return address;
        } catch (ClusterAccess.Broken e) {
            throw new ParameterException(line, "--server: " + e.getMessage(), e);
        }
    }
}
