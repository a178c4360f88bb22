package io.everynode.core.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who sends a request. Immutable.
 *
 * @param uid "" when there is none
 * @param extra further facts, by name
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

    /** May do everything, whatever roles and bindings say. */
    public static final String MASTERS = "system:masters";

    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";
    public static final String ANONYMOUS = "system:anonymous";
    public static final String NODES = "system:nodes";

    /** Who has a bootstrap token. */
    public static final String BOOTSTRAPPERS = "system:bootstrappers";

    private static final String NODE_PREFIX = "system:node:";
    private static final String ACCOUNT_PREFIX = "system:serviceaccount:";
    public static final String ACCOUNTS = "system:serviceaccounts";

    /** A namespace's account. */
    public record Account(String namespace, String name) {}

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public static User of(String name, String... groups) {
        return new User(name, "", List.of(groups), Map.of());
    }

    /** The name under which a ServiceAccount sends requests. */
    public static String accountName(String namespace, String name) {
        return ACCOUNT_PREFIX + namespace + ":" + name;
    }

    /** The groups that every ServiceAccount of a namespace is in. */
    public static List<String> accountGroups(String namespace) {
        return List.of(ACCOUNTS, ACCOUNTS + ":" + namespace);
    }

    /** The ServiceAccount that a user name stands for; empty for all other names. */
    public static Optional<Account> account(String userName) {
        if (!userName.startsWith(ACCOUNT_PREFIX)) {
            return Optional.empty();
        }
        String[] parts = userName.substring(ACCOUNT_PREFIX.length()).split(":", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(new Account(parts[0], parts[1]))
                : Optional.empty();
    }

    public boolean isIn(String group) {
        return groups.contains(group);
    }

    /** Whether a node sends it: by its name and its group (pkg/auth/nodeidentifier/default.go). */
    public boolean isNode() {
        return name.startsWith(NODE_PREFIX) && isIn(NODES);
    }

    /** The node's name; "" for one that is not told, and for all other users. */
    public String node() {
        return isNode() ? name.substring(NODE_PREFIX.length()) : "";
    }

    /** The same with a group more. */
    public User with(String group) {
        List<String> more = new ArrayList<>(groups);
        more.add(group);
        return new User(name, uid, more, extra);
    }
}
