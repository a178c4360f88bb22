package io.everynode.core.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.patch.PatchType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells renewals of node Leases from all other writes: they change {@code spec.renewTime} and nothing else, and are
 * soft state (invariant I8). Pure.
 */
public final class LeaseRenewal {

    /** The namespace of the Leases by which kubelets show that they live; each is named as its node. */
    public static final String NAMESPACE = "kube-node-lease";

    /** Where this has a digit, each time has one. */
    private static final String EPOCH = "1970-01-01T00:00:00.000000Z";

    private static final int MICRO_TIME_LENGTH = EPOCH.length();

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private LeaseRenewal() {}

    /** A time as Leases hold it. */
    public static String timeOf(Instant at) {
        return MICRO_TIME.format(at);
    }

    public static boolean isNodeLease(Kind kind, String namespace) {
        return kind.equals(Kinds.LEASE) && namespace.equals(NAMESPACE);
    }

    /**
     * The new {@code renewTime} when the write is valid and does no more than renew; else null.
     *
     * @param lease as it is stored, with or without resourceVersion; not changed
     * @param write a resourceVersion it asks for has been compared already
     */
    public static String of(ObjectNode lease, ObjectWrite write, Instant now) {
        if (!(write instanceof ObjectWrite.Replace || write instanceof ObjectWrite.Patch)) {
            return null;
        }
        String plain = plain(write, Json.text(lease, "metadata", "uid"), () -> Json.text(lease, "spec", "renewTime"));
        if (plain != null) {
            return plain;
        }
        if (write instanceof ObjectWrite.Replace replace && isPlain(lease, replace)) {
            return Json.text(replace.object(), "spec", "renewTime");
        }
        ObjectNode current = lease.deepCopy();
        Json.child(current, "metadata").remove("resourceVersion");
        String name = Json.text(current, "metadata", "name");
        ObjectChange change = ObjectLifecycle.decide(
                Kinds.LEASE, name, current, write.precondition().sequenceNumber(), write, now);
        if (!(change instanceof ObjectChange.Stored stored)
                || !stored.warnings().isEmpty()) {
            return null;
        }
        String renewed = Json.text(stored.object(), "spec", "renewTime");
        if (renewed.isEmpty() || !withTime(current, renewed).equals(stored.object())) {
            return null;
        }
        return renewed;
    }

    /**
     * Whether it is what kubelets send: the Lease as they have it, with another time. It needs no look at the rules, as
     * a patch of the time alone does not. Leases have no managedFields before somebody applies one.
     */
    private static boolean isPlain(ObjectNode lease, ObjectWrite.Replace replace) {
        ObjectNode object = replace.object();
        String time = Json.text(object, "spec", "renewTime");
        String wanted = replace.precondition().uid();
        return replace.subresource().isEmpty()
                && time.length() == MICRO_TIME_LENGTH
                && isTime(time)
                && !time.equals(Json.text(lease, "spec", "renewTime"))
                && (wanted.isEmpty() || wanted.equals(Json.text(lease, "metadata", "uid")))
                && !lease.path("metadata").has("managedFields")
                && object.size() == lease.size()
                && object.path("apiVersion").equals(lease.path("apiVersion"))
                && object.path("kind").equals(lease.path("kind"))
                && sameBut("resourceVersion", lease.path("metadata"), object.path("metadata"))
                && sameBut("renewTime", lease.path("spec"), object.path("spec"));
    }

    /** @param field may be in any of both */
    private static boolean sameBut(String field, JsonNode one, JsonNode other) {
        int fields = one.size() - (one.has(field) ? 1 : 0);
        if (!one.isObject() || !other.isObject() || fields != other.size() - (other.has(field) ? 1 : 0)) {
            return false;
        }
        for (Map.Entry<String, JsonNode> each : one.properties()) {
            if (!each.getKey().equals(field) && !each.getValue().equals(other.get(each.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The time, when the write is a patch of nothing but a time in the form that all clients use: such a one leaves a
     * valid Lease valid, so that the most frequent write of all needs no look at the whole object. Else null, and
     * {@link #of} decides.
     *
     * @param uid of the Lease
     * @param current its time
     */
    public static String plain(ObjectWrite write, String uid, Supplier<String> current) {
        if (!(write instanceof ObjectWrite.Patch patch)
                || patch.type() == PatchType.JSON
                || !patch.subresource().isEmpty()
                || patch.body().size() != 1
                || patch.body().path("spec").size() != 1) {
            return null;
        }
        String time = patch.body().path("spec").path("renewTime").asText("");
        String wanted = write.precondition().uid();
        if (time.length() != MICRO_TIME_LENGTH
                || !time.endsWith("Z")
                || !wanted.isEmpty() && !wanted.equals(uid)
                || time.equals(current.get())) {
            return null;
        }
        return isTime(time) ? time : null;
    }

    /** Of that length. Most are told by their digits: the general parse was 4 % of what a renewal costs the port. */
    private static boolean isTime(String time) {
        for (int i = 0; i < MICRO_TIME_LENGTH; i++) {
            char pattern = EPOCH.charAt(i);
            char c = time.charAt(i);
            if (Character.isDigit(pattern) ? c < '0' || c > '9' : c != pattern) {
                return false;
            }
        }
        if (number(time, 5) >= 1
                && number(time, 5) <= 12
                && number(time, 8) >= 1
                && number(time, 8) <= 28
                && number(time, 11) < 24
                && number(time, 14) < 60
                && number(time, 17) < 60) {
            return true;
        }
        try {
            Instant.parse(time);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Of two digits. */
    private static int number(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    /** A Lease with another {@code renewTime}; the given tree is not changed. */
    public static ObjectNode withTime(ObjectNode lease, String renewTime) {
        ObjectNode copy = lease.deepCopy();
        Json.child(copy, "spec").put("renewTime", renewTime);
        return copy;
    }
}
