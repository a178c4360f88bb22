package io.everynode.core.authorization;

/** Whether roles and bindings are asked: the setting {@code everynode.authorization.mode}. */
public enum AuthorizationMode {
    /** Everybody may do everything. */
    ALWAYS_ALLOW("always-allow"),
    /** Nodes have what is theirs, everybody else what roles and bindings grant. */
    RBAC("rbac");

    public static final String SETTING = "everynode.authorization.mode";

    private final String text;

    AuthorizationMode(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException naming the setting and what it may be */
    public static AuthorizationMode of(String text) {
        for (AuthorizationMode mode : values()) {
            if (mode.text.equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(SETTING + " must be always-allow or rbac, not " + text);
    }
}
