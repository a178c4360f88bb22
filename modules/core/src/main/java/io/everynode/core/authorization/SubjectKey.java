package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.Optional;

/** To whom a binding grants: a group, or a user, as which ServiceAccounts count too. */
record SubjectKey(boolean isGroup, String name) {

    /**
     * @param subject of a binding
     * @param namespace the binding's, which an account without one is of
     * @return empty for kinds that nobody is
     */
    static Optional<SubjectKey> of(JsonNode subject, String namespace) {
        String name = Json.text(subject, "name");
        return switch (Json.text(subject, "kind")) {
            case "User" -> Optional.of(new SubjectKey(false, name));
            case "Group" -> Optional.of(new SubjectKey(true, name));
            case "ServiceAccount" -> {
                String own = Json.text(subject, "namespace");
                String where = own.isEmpty() ? namespace : own;
                // Of no namespace it is nobody.
                yield where.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SubjectKey(false, User.accountName(where, name)));
            }
            default -> Optional.empty();
        };
    }

    /** {@code Group "system:nodes"}; an account is shown as upstream does, by name and namespace. */
    String shown() {
        if (isGroup) {
            return "Group " + GoText.quote(name);
        }
        return User.account(name)
                .map(account -> "ServiceAccount " + GoText.quote(account.name() + "/" + account.namespace()))
                .orElseGet(() -> "User " + GoText.quote(name));
    }
}
