package io.everynode.apiserver;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How kubelets are reached; {@code everynode-api-server.conf} tells what each setting means.
 *
 * @param addressTypes types of addresses of a Node, the preferred one first
 * @param authority signs what nodes serve with; empty for the server's own
 */
public record KubeletSettings(
        List<String> addressTypes,
        Duration connectTimeout,
        Duration idleTimeout,
        boolean verify,
        Optional<Path> authority) {

    private static final Set<String> ADDRESS_TYPES =
            Set.of("Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP");

    /** @param config {@code everynode.api-server} */
    static KubeletSettings of(Config config) {
        Config own = config.getConfig("kubelet");
        List<String> types = own.getStringList("address-types");
        if (types.isEmpty() || !ADDRESS_TYPES.containsAll(types)) {
            throw new ConfigException.BadValue(
                    own.getValue("address-types").origin(),
                    "everynode.api-server.kubelet.address-types",
                    "must name some of " + ADDRESS_TYPES.stream().sorted().toList());
        }
        return new KubeletSettings(
                List.copyOf(types),
                own.getDuration("connect-timeout"),
                own.getDuration("idle-timeout"),
                own.getBoolean("verify-certificates"),
                own.getString("ca-file").isEmpty() ? Optional.empty() : Optional.of(Path.of(own.getString("ca-file"))));
    }
}
