package io.everynode.loadtest.client;

import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the API is; the same options for each command. */
public final class ServerOptions {

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Where the API is (default: data/kubeconfig, unless --server is given).")
    private Path kubeconfig;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Address of the API, instead of the kubeconfig's; repeatable where nodes are played.")
    private List<String> servers;

    /** @throws IOException with one line for people when it cannot be told */
    public ClusterAccess access() throws IOException {
        try {
            if (kubeconfig == null && servers != null) {
                return ClusterAccess.of(servers);
            }
            ClusterAccess found = KubeconfigFile.read(kubeconfig == null ? Path.of("data", "kubeconfig") : kubeconfig);
            return servers == null ? found : found.at(servers);
        } catch (ClusterAccess.Broken e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    public ApiClient client() throws IOException {
        return new ApiClient(access(), CallTimes.NOBODY);
    }
}
