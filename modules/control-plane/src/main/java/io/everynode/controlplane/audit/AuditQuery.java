package io.everynode.controlplane.audit;

import io.everynode.objects.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which changes are wanted.
 *
 * @param sinceMillis epoch milliseconds; 0 for the journal's beginning
 * @param untilMillis epoch milliseconds; Long.MAX_VALUE for its end
 * @param users any of them; {@code *} stands for any characters; empty for everybody
 * @param kind null for all
 * @param namespace "" for all
 * @param name of the object; "" for all
 * @param verbs such as patch; empty for all
 * @param everything also what nodes and the control plane's own parts did, and not only what others asked for
 * @param limit at most so many entries, at least 1
 * @param before changes below this ordering only; 0 for all
 */
public record AuditQuery(
        long sinceMillis,
        long untilMillis,
        List<String> users,
        Kind kind,
        String namespace,
        String name,
        Set<String> verbs,
        boolean everything,
        int limit,
        long before) {

    boolean wantsUser(String user) {
        return users.isEmpty() || users.stream().anyMatch(wanted -> matches(wanted, user));
    }

    boolean wantsTime(long atMillis) {
        return atMillis >= sinceMillis && atMillis <= untilMillis;
    }

    /** Whether the entry is of a wanted object and verb. */
    boolean wants(AuditEntry entry) {
        return (kind == null || kind.equals(entry.kind()))
                && (namespace.isEmpty() || namespace.equals(entry.namespace()))
                && (name.isEmpty() || name.equals(entry.name()))
                && (verbs.isEmpty() || verbs.contains(entry.verb()));
    }

    private static boolean matches(String wanted, String user) {
        if (wanted.indexOf('*') < 0) {
            return wanted.equals(user);
        }
        StringBuilder regex = new StringBuilder();
        for (String part : wanted.split("\\*", -1)) {
            regex.append(Pattern.quote(part)).append(".*");
        }
        regex.setLength(regex.length() - 2);
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(user).matches();
    }
}
