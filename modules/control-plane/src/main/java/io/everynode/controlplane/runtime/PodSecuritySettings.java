package io.everynode.controlplane.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.core.podsecurity.NamespacePolicy;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import io.everynode.core.podsecurity.SecurityLevel;
import io.everynode.core.podsecurity.SecurityStandard;
import java.util.Set;
import java.util.function.Function;

/** {@code everynode.pod-security}: what Pods are held to where a namespace has no label for it. */
final class PodSecuritySettings {

    private static final String SECTION = "everynode.pod-security.";

    private PodSecuritySettings() {}

    /** @throws ConfigException naming a setting that cannot be read */
    static PodSecurityDefaults from(Config config) {
        return new PodSecurityDefaults(
                new NamespacePolicy(standard(config, "enforce"), standard(config, "audit"), standard(config, "warn")),
                Set.copyOf(config.getStringList(SECTION + "privileged-namespaces")));
    }

    private static SecurityStandard standard(Config config, String mode) {
        return new SecurityStandard(
                read(config, SECTION + mode, SecurityLevel::of),
                read(config, SECTION + mode + "-version", SecurityStandard::minor));
    }

    private static <T> T read(Config config, String setting, Function<String, T> parse) {
        try {
            return parse.apply(config.getString(setting));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(setting, e.getMessage(), e);
        }
    }
}
