package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Timestamps;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/** One core Event of the control plane, rendered when read. It is named by the ordering of what it told first. */
final class CoreEvent extends AbstractStoredObject {

    /** What an Event is about. */
    record About(String apiVersion, String kind, String namespace, String name, String uid) {
        static About pod(String namespace, String name, String uid) {
            return new About("v1", "Pod", namespace, name, uid);
        }

        static About daemonSet(DaemonPod pod) {
            return new About(
                    "apps/v1", "DaemonSet", pod.namespace(), pod.owner().daemonSet(), pod.daemonSetUid());
        }
    }

    private final About about;
    private final String type;
    private final String reason;
    private final String message;
    private final String component;
    private final long ordering;
    private final long firstMillis;
    private final long lastMillis;
    private final int count;

    /** One that happened once. */
    CoreEvent(
            About about,
            String type,
            String reason,
            String message,
            String component,
            long atMillis,
            long ordering,
            String persistenceId,
            long sequence) {
        this(
                about,
                type,
                reason,
                message,
                component,
                ordering,
                atMillis,
                atMillis,
                1,
                ordering,
                persistenceId,
                sequence);
    }

    private CoreEvent(
            About about,
            String type,
            String reason,
            String message,
            String component,
            long ordering,
            long firstMillis,
            long lastMillis,
            int count,
            long resourceVersion,
            String persistenceId,
            long sequence) {
        super(
                Kinds.EVENT,
                about.namespace().isEmpty() ? "default" : about.namespace(),
                about.name() + "." + HexFormat.of().toHexDigits(ordering),
                // Version 8 of RFC 9562; the ordering alone makes it unique.
                new UUID(0x65766E740000_8000L, 0x8000000000000000L | ordering).toString(),
                resourceVersion,
                persistenceId,
                sequence);
        this.about = about;
        this.type = type;
        this.reason = reason;
        this.message = message;
        this.component = component;
        this.ordering = ordering;
        this.firstMillis = firstMillis;
        this.lastMillis = lastMillis;
        this.count = count;
    }

    /** Everything that makes it what it is. */
    record Parts(
            About about,
            String type,
            String reason,
            String message,
            String component,
            long ordering,
            long firstMillis,
            long lastMillis,
            int count,
            long resourceVersion,
            String persistenceId,
            long sequence) {

        CoreEvent event() {
            return new CoreEvent(
                    about,
                    type,
                    reason,
                    message,
                    component,
                    ordering,
                    firstMillis,
                    lastMillis,
                    count,
                    resourceVersion,
                    persistenceId,
                    sequence);
        }
    }

    Parts parts() {
        return new Parts(
                about,
                type,
                reason,
                message,
                component,
                ordering,
                firstMillis,
                lastMillis,
                count,
                resourceVersion(),
                persistenceId(),
                sequenceNumber());
    }

    /** This one with another message. */
    CoreEvent saying(String newMessage) {
        return newMessage.equals(message)
                ? this
                : copy(newMessage, lastMillis, count, resourceVersion(), persistenceId(), sequenceNumber());
    }

    /** The same once more. */
    CoreEvent again(CoreEvent next, String newMessage) {
        return copy(
                newMessage,
                Math.max(lastMillis, next.lastMillis),
                count + 1,
                next.resourceVersion(),
                next.persistenceId(),
                next.sequenceNumber());
    }

    private CoreEvent copy(
            String newMessage, long last, int times, long resourceVersion, String writer, long sequence) {
        return new CoreEvent(
                about,
                type,
                reason,
                newMessage,
                component,
                ordering,
                firstMillis,
                last,
                times,
                resourceVersion,
                writer,
                sequence);
    }

    EventGroups.Alike alike() {
        return new EventGroups.Alike(about.uid(), about.name(), type, reason, component);
    }

    /** What names it. */
    long ordering() {
        return ordering;
    }

    String reason() {
        return reason;
    }

    String message() {
        return message;
    }

    long lastMillis() {
        return lastMillis;
    }

    @Override
    public Map<String, String> labels() {
        return Map.of();
    }

    @Override
    ObjectNode render() {
        ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", name())
                .put("namespace", namespace())
                .put("uid", uid())
                .put("creationTimestamp", seconds(firstMillis));
        ObjectNode involved =
                event.putObject("involvedObject").put("kind", about.kind()).put("apiVersion", about.apiVersion());
        if (!about.namespace().isEmpty()) {
            involved.put("namespace", about.namespace());
        }
        involved.put("name", about.name()).put("uid", about.uid());
        event.put("reason", reason).put("message", message);
        event.putObject("source").put("component", component);
        event.put("firstTimestamp", seconds(firstMillis))
                .put("lastTimestamp", seconds(lastMillis))
                .put("count", count)
                .put("type", type);
        event.putNull("eventTime");
        return event.put("reportingComponent", component).put("reportingInstance", "");
    }

    private static String seconds(long millis) {
        return Timestamps.seconds(millis);
    }

    @Override
    StoredObject at(long newResourceVersion, long newSequenceNumber) {
        return copy(message, lastMillis, count, newResourceVersion, persistenceId(), newSequenceNumber);
    }
}
