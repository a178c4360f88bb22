package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which templates a DaemonSet has had (pkg/controller/daemon/update.go: constructHistory, snapshot, cleanupHistory).
 * Pure.
 *
 * <p>A new template is recorded with the next number, one seen before gets the next number, the current one changes
 * nothing.
 */
final class RevisionHistory {

    /** How a template's hash is computed; a parameter so that collisions can be tested. */
    @FunctionalInterface
    interface Hashing {
        String hash(JsonNode template, long collisionCount);
    }

    /**
     * @param event RevisionRecorded or RevisionRenumbered; null when the template is the current one already
     * @param collisionCount as it is to be in status
     */
    record Change(DaemonSetEvent event, long collisionCount) {}

    private static final Comparator<Revision> BEST = Comparator.comparing(
                    (Revision revision) -> revision.written() == null)
            .thenComparingLong(Revision::number);

    private RevisionHistory() {}

    /**
     * @param known by hash
     * @param before the DaemonSet's template until now, whatever is known of it; null for a new one
     * @param object the DaemonSet as it will be stored
     * @param takenNames of others' ControllerRevisions
     */
    static Change change(
            String uid,
            String daemonSet,
            Map<String, Revision> known,
            JsonNode before,
            ObjectNode object,
            long collisionCount,
            Set<String> takenNames,
            Hashing hashing) {
        JsonNode template = Json.at(object, "spec", "template");
        JsonNode canonical = PodTemplateHash.canonical(template);
        if (before != null && PodTemplateHash.canonical(before).equals(canonical)) {
            return new Change(null, collisionCount);
        }
        Revision same = bestOf(known, canonical);
        JsonBytes annotations = annotations(object);
        if (same != null) {
            // One that has the highest number already, as one that was adopted may, keeps it.
            long number = Math.max(same.number(), next(known, same.hash()));
            return new Change(
                    new DaemonSetEvent.RevisionRenumbered(uid, same.hash(), number, annotations), collisionCount);
        }
        long next = next(known, "");
        long collisions = collisionCount;
        String hash = hashing.hash(template, collisions);
        while (known.containsKey(hash) || takenNames.contains(daemonSet + "-" + hash)) {
            collisions++;
            hash = hashing.hash(template, collisions);
        }
        return new Change(
                new DaemonSetEvent.RevisionRecorded(
                        uid,
                        hash,
                        next,
                        daemonSet + "-" + hash,
                        PodTemplateHash.revisionUid(uid, hash, next),
                        JsonBytes.of(data(template)),
                        annotations),
                collisions);
    }

    /**
     * Puts the current template's revision back when a client has deleted it and no other revision has that template:
     * under its name, with the next number, as upstream's next pass does. Pods keep their label.
     *
     * @return null when there is nothing to put back
     */
    static DaemonSetEvent.RevisionRecorded restored(String daemonSet, Incarnation current, Instant now) {
        if (current.currentRevision().isEmpty() || current.revisions().containsKey(current.currentRevision())) {
            return null;
        }
        ObjectNode object = current.object().tree();
        JsonNode template = Json.at(object, "spec", "template");
        if (bestOf(current.revisions(), PodTemplateHash.canonical(template)) != null) {
            return null;
        }
        String hash = current.currentRevision();
        String name = daemonSet + "-" + hash;
        if (current.revisions().values().stream()
                .anyMatch(revision -> revision.name().equals(name))) {
            // A client's revision has the name; this one comes back when that one goes.
            return null;
        }
        long number = next(current.revisions(), "");
        return new DaemonSetEvent.RevisionRecorded(
                current.uid(),
                hash,
                number,
                name,
                // Another UID than the deleted one's, which may have had this number.
                PodTemplateHash.revisionUid(current.uid(), hash, now.toEpochMilli()),
                JsonBytes.of(data(template)),
                annotations(object));
    }

    private static long next(Map<String, Revision> known, String exceptHash) {
        long next = 1;
        for (Revision revision : known.values()) {
            if (!revision.hash().equals(exceptHash)) {
                next = Math.max(next, revision.number() + 1);
            }
        }
        return next;
    }

    /**
     * Makes one of the revisions that have the current template (dedupCurHistories): the one whose hash Pods carry
     * stays and gets the highest of their numbers, so that no Pod has to be relabelled, let alone restarted. Upstream
     * keeps the one with the highest number and gives its hash to the Pods.
     *
     * @param current as it is before its template changes, if it does
     * @return nothing when there are no two
     */
    static List<DaemonSetEvent> merged(Incarnation current) {
        if (current.revisions().size() < 2) {
            return List.of();
        }
        JsonNode canonical = PodTemplateHash.canonical(Json.at(current.object().tree(), "spec", "template"));
        Revision carried = current.revisions().get(current.currentRevision());
        Revision kept = carried == null ? bestOf(current.revisions(), canonical) : carried;
        List<DaemonSetEvent> events = new ArrayList<>();
        long number = 0;
        for (Revision revision : current.revisions().values()) {
            if (revision != kept && canonical.equals(revision.canonicalTemplate())) {
                events.add(new DaemonSetEvent.RevisionTrimmed(current.uid(), revision.hash()));
                number = Math.max(number, revision.number());
            }
        }
        // To number another one than the current would make it the current one, which its Pods are not of.
        if (carried != null && number > carried.number()) {
            events.add(new DaemonSetEvent.RevisionRenumbered(
                    current.uid(), carried.hash(), number, carried.annotations()));
        }
        return events;
    }

    /**
     * The revision that stands for this template: of several the one that the DaemonSet recorded itself, as its hash is
     * what Pods carry, else the one with the highest number; null when there is none.
     */
    private static Revision bestOf(Map<String, Revision> known, JsonNode canonical) {
        Revision best = null;
        for (Revision revision : known.values()) {
            if (canonical.equals(revision.canonicalTemplate()) && (best == null || BEST.compare(best, revision) < 0)) {
                best = revision;
            }
        }
        return best;
    }

    private static JsonBytes annotations(ObjectNode object) {
        return JsonBytes.of(
                Json.at(object, "metadata", "annotations") instanceof ObjectNode present ? present : Json.object());
    }

    /**
     * The patch that sets the template, with sorted fields as upstream's getPatch writes it; kubectl compares the
     * bytes.
     */
    private static ObjectNode data(JsonNode template) {
        ObjectNode patch = template.deepCopy();
        patch.put("$patch", "replace");
        ObjectNode data = Json.object();
        data.putObject("spec").set("template", PodTemplateHash.sorted(patch));
        return data;
    }

    /**
     * The revisions beyond the limit, oldest first. The current one does not count and stays; one whose hash a Pod
     * still carries counts and stays.
     */
    static List<Revision> trimmed(
            Collection<Revision> known, String current, int limit, Predicate<String> carriedByPods) {
        int excess = known.size() - 1 - limit;
        if (excess <= 0) {
            return List.of();
        }
        List<Revision> oldestFirst = new ArrayList<>(known);
        oldestFirst.removeIf(revision -> revision.hash().equals(current));
        oldestFirst.sort(Comparator.comparingLong(Revision::number));
        List<Revision> trimmed = new ArrayList<>();
        for (Revision revision : oldestFirst) {
            if (trimmed.size() < excess && !carriedByPods.test(revision.hash())) {
                trimmed.add(revision);
            }
        }
        return trimmed;
    }
}
