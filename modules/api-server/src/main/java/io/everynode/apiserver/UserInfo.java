package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who someone is, as authentication.k8s.io tells it.
 *
 * @param uid "" when there is none
 * @param extra further facts, by name
 */
record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

    static final String AUTHENTICATED = "system:authenticated";

    /** Who sent a request: as long as nobody has to say who they are, everyone is of the administrators. */
    static UserInfo of(Caller caller) {
        return new UserInfo(caller.user(), "", List.of("system:masters", AUTHENTICATED), Map.of());
    }

    ObjectNode toJson() {
        ObjectNode info = Json.object().put("username", name);
        fill(info);
        return info;
    }

    /**
     * Writes into a new certificate request who asks for it, whatever its sender says; other kinds stay as they are.
     */
    void signInto(Kind kind, ObjectNode object) {
        if (kind.equals(Kinds.CERTIFICATE_SIGNING_REQUEST)) {
            ObjectNode spec = Json.child(object, "spec");
            spec.remove(List.of("uid", "groups", "extra"));
            spec.put("username", name);
            fill(spec);
        }
    }

    private void fill(ObjectNode to) {
        if (!uid.isEmpty()) {
            to.put("uid", uid);
        }
        ArrayNode names = to.putArray("groups");
        groups.forEach(names::add);
        if (!extra.isEmpty()) {
            ObjectNode facts = to.putObject("extra");
            new TreeMap<>(extra).forEach((name, values) -> {
                ArrayNode texts = facts.putArray(name);
                values.forEach(texts::add);
            });
        }
    }
}
