package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    private RevisionHistory() {}

    /**
     * @param known by hash
     * @param current hash of the current revision, "" when there is none yet
     * @param object the DaemonSet as it will be stored
     */
    static Change change(
            String uid,
            String daemonSet,
            Map<String, Revision> known,
            String current,
            ObjectNode object,
            long collisionCount,
            Hashing hashing) {
        JsonNode template = Json.at(object, "spec", "template");
        JsonNode canonical = PodTemplateHash.canonical(template);
        Revision now = known.get(current);
        if (now != null && now.canonicalTemplate().equals(canonical)) {
            return new Change(null, collisionCount);
        }
        long next = 1;
        Revision same = null;
        for (Revision revision : known.values()) {
            next = Math.max(next, revision.number() + 1);
            if (revision.canonicalTemplate().equals(canonical)) {
                same = revision;
            }
        }
        JsonBytes annotations = JsonBytes.of(
                Json.at(object, "metadata", "annotations") instanceof ObjectNode present ? present : Json.object());
        if (same != null) {
            return new Change(
                    new DaemonSetEvent.RevisionRenumbered(uid, same.hash(), next, annotations), collisionCount);
        }
        long collisions = collisionCount;
        String hash = hashing.hash(template, collisions);
        while (known.containsKey(hash)) {
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
