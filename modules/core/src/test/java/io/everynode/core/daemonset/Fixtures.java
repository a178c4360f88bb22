package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Small objects that tests of this package are made of. */
final class Fixtures {

    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    static final String UID = "11111111-0000-0000-0000-000000000001";

    private Fixtures() {}

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** A defaulted DaemonSet "logger" with RollingUpdate, maxUnavailable 1. */
    static ObjectNode daemonSet(String uid, long generation, String image) {
        ObjectNode tree =
                json("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'logger','namespace':'default',"
                        + "'creationTimestamp':'2026-11-21T12:00:00Z'},'spec':{'selector':{'matchLabels':{'app':'logger'}},"
                        + "'template':{'metadata':{'creationTimestamp':null,'labels':{'app':'logger'}},'spec':{'containers':[{'name':'main',"
                        + "'image':'X'}],'terminationGracePeriodSeconds':7}},"
                        + "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':0}},"
                        + "'revisionHistoryLimit':10}}");
        Json.child(tree, "metadata").put("uid", uid).put("generation", generation);
        ((ObjectNode) Json.at(tree, "spec", "template", "spec", "containers").get(0)).put("image", image);
        return tree;
    }

    static ObjectNode with(ObjectNode tree, Consumer<ObjectNode> change) {
        ObjectNode copy = tree.deepCopy();
        change.accept(copy);
        return copy;
    }

    static Consumer<ObjectNode> rolling(Object maxUnavailable, Object maxSurge) {
        return tree -> {
            ObjectNode rolling = (ObjectNode) Json.at(tree, "spec", "updateStrategy", "rollingUpdate");
            rolling.set("maxUnavailable", Json.mapper().valueToTree(maxUnavailable));
            rolling.set("maxSurge", Json.mapper().valueToTree(maxSurge));
        };
    }

    static Consumer<ObjectNode> minReady(int seconds) {
        return tree -> Json.child(tree, "spec").put("minReadySeconds", seconds);
    }

    static Consumer<ObjectNode> onDelete() {
        return tree -> Json.child(tree, "spec").set("updateStrategy", json("{'type':'OnDelete'}"));
    }

    static Consumer<ObjectNode> podSpec(String field, String value) {
        return tree -> ((ObjectNode) Json.at(tree, "spec", "template", "spec"))
                .set(field, json("{'v':" + value + "}").get("v"));
    }

    static EventMeta meta(Instant at) {
        return new EventMeta(at.toEpochMilli(), new Caller("admin", "kubectl"), "c", "request r", "", 0, 0);
    }

    static ObjectChange stored(ObjectNode tree) {
        return new ObjectChange.Stored(tree, List.of());
    }

    static DaemonSetSpec spec(ObjectNode tree) {
        return DaemonSetSpec.of(JsonBytes.of(tree));
    }

    static NodeFacts node(String name, Taint... taints) {
        return new NodeFacts(name, "uid-" + name, Map.of(), List.of(taints), false, Resources.ZERO, 110, true);
    }

    static NodeFacts labelled(String name, String key, String value) {
        return new NodeFacts(name, "uid-" + name, Map.of(key, value), List.of(), false, Resources.ZERO, 110, true);
    }

    /** A Running, Ready Pod of this revision on node-1, ready since {@link #START}. */
    static PodBuilder pod(String name, String revision) {
        return new PodBuilder(new DaemonPodView(
                "node-1", "uid-" + name, name, 1, revision, "Running", true, START.toEpochMilli(), false, true, 1, 0));
    }

    /** Variations of a Pod's view. */
    record PodBuilder(DaemonPodView view) {

        PodBuilder notReady() {
            return phase(view.phase(), false, 0, 0);
        }

        PodBuilder readySince(Instant since) {
            return phase(view.phase(), true, since.toEpochMilli(), 0);
        }

        PodBuilder failed(Instant retryAt) {
            return phase("Failed", false, 0, retryAt.toEpochMilli());
        }

        PodBuilder succeeded() {
            return phase("Succeeded", false, 0, 0);
        }

        private PodBuilder phase(String phase, boolean ready, long readySince, long retryAt) {
            return new PodBuilder(new DaemonPodView(
                    view.node(),
                    view.podUid(),
                    view.podName(),
                    view.generation(),
                    view.revision(),
                    phase,
                    ready,
                    readySince,
                    view.terminating(),
                    view.bound(),
                    view.createdAt(),
                    retryAt));
        }

        /** To be said last: other variations know no trouble. */
        PodBuilder trouble(String trouble) {
            return told(trouble, view.deletionAt());
        }

        PodBuilder terminating() {
            return change(view.generation(), true, view.bound(), view.createdAt());
        }

        /** Terminating, with a grace until then; to be said last. */
        PodBuilder endsAt(Instant graceOver) {
            return terminating().told("", graceOver.toEpochMilli());
        }

        private PodBuilder told(String trouble, long deletionAt) {
            return new PodBuilder(new DaemonPodView(
                    view.node(),
                    view.podUid(),
                    view.podName(),
                    view.generation(),
                    view.revision(),
                    view.phase(),
                    view.ready(),
                    view.readySince(),
                    view.terminating(),
                    view.bound(),
                    view.createdAt(),
                    view.retryAt(),
                    trouble,
                    deletionAt));
        }

        PodBuilder unbound() {
            return change(view.generation(), view.terminating(), false, view.createdAt());
        }

        PodBuilder createdAt(long at) {
            return change(view.generation(), view.terminating(), view.bound(), at);
        }

        PodBuilder generation(long generation) {
            return change(generation, view.terminating(), view.bound(), view.createdAt());
        }

        private PodBuilder change(long generation, boolean terminating, boolean bound, long createdAt) {
            return new PodBuilder(new DaemonPodView(
                    view.node(),
                    view.podUid(),
                    view.podName(),
                    generation,
                    view.revision(),
                    view.phase(),
                    view.ready(),
                    view.readySince(),
                    terminating,
                    bound,
                    createdAt,
                    view.retryAt()));
        }
    }
}
