package io.everynode.apiserver;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.core.authorization.AuthorizationMode;

/**
 * What may clients do: {@code everynode.authorization}.
 *
 * @param checksReferences whether authors of Pods need rights on what these name
 *     ({@link io.everynode.core.authorization.ReferenceRights})
 */
public record AuthorizationSettings(AuthorizationMode mode, boolean checksReferences) {

    private static final String REFERENCES = "everynode.authorization.pod-references";

    /** These are settings of the control plane, which makes the default roles: here they may be missing. */
    static AuthorizationSettings of(Config config) {
        return new AuthorizationSettings(mode(config), references(config));
    }

    private static AuthorizationMode mode(Config config) {
        if (!config.hasPath(AuthorizationMode.SETTING)) {
            return AuthorizationMode.RBAC;
        }
        try {
            return AuthorizationMode.of(config.getString(AuthorizationMode.SETTING));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(AuthorizationMode.SETTING, e.getMessage(), e);
        }
    }

    private static boolean references(Config config) {
        String text = config.hasPath(REFERENCES) ? config.getString(REFERENCES) : "unchecked";
        return switch (text) {
            case "checked" -> true;
            case "unchecked" -> false;
            default ->
                throw new ConfigException.BadValue(
                        REFERENCES, REFERENCES + " must be unchecked or checked, not " + text);
        };
    }
}
