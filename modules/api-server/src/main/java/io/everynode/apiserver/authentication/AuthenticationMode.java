package io.everynode.apiserver.authentication;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;

/** Whether clients have to say who they are. */
public enum AuthenticationMode {
    /** Everybody is the administrator. */
    NONE,
    /** By a certificate or a token; nothing else but a few paths is answered. */
    REQUIRED;

    public static final String SETTING = "everynode.authentication.mode";

    public static AuthenticationMode of(Config config) {
        String mode = config.getString(SETTING);
        return switch (mode) {
            case "none" -> NONE;
            case "required" -> REQUIRED;
            default -> throw new ConfigException.BadValue(SETTING, "must be none or required, not " + mode);
        };
    }
}
