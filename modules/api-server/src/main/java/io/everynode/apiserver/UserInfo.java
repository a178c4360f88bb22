package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.authorization.User;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.TreeMap;

/** Who someone is, as authentication.k8s.io tells it. */
final class UserInfo {

    private UserInfo() {}

    static ObjectNode of(User user) {
        ObjectNode info = Json.object().put("username", user.name());
        fill(user, info);
        return info;
    }

    /**
     * Writes into a new certificate request who asks for it, whatever its sender says; other kinds stay as they are.
     */
    static void signInto(Kind kind, ObjectNode object, User user) {
        if (kind.equals(Kinds.CERTIFICATE_SIGNING_REQUEST)) {
            ObjectNode spec = Json.child(object, "spec");
            spec.remove(List.of("uid", "groups", "extra"));
            spec.put("username", user.name());
            fill(user, spec);
        }
    }

    private static void fill(User user, ObjectNode to) {
        if (!user.uid().isEmpty()) {
            to.put("uid", user.uid());
        }
        ArrayNode names = to.putArray("groups");
        user.groups().forEach(names::add);
        if (!user.extra().isEmpty()) {
            ObjectNode facts = to.putObject("extra");
            new TreeMap<>(user.extra()).forEach((name, values) -> {
                ArrayNode texts = facts.putArray(name);
                values.forEach(texts::add);
            });
        }
    }
}
