package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordinary Pods from their creation to their node, with real actors. Each test has nodes and Pods of its own. */
class SchedulingTest {

    @TempDir
    static Path dataDir;

    private static TestServer cp;

    @BeforeAll
    static void start() {
        cp = TestServer.start(dataDir, "");
    }

    @AfterAll
    static void stop() {
        cp.close();
    }

    private static void pod(String name, String cpu, String more) {
        cp.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default'},'spec':{%s"
                                + "'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'%s'}}}]}}")
                        .formatted(name, more, cpu));
    }

    /** Restricts a Pod to one node. */
    private static String on(String node) {
        return "'nodeSelector':{'node':'" + node + "'},";
    }

    private static void node(String name) {
        cp.node(name);
        cp.patch(Kinds.NODE, "", name, "", "{'metadata':{'labels':{'node':'" + name + "'}}}");
    }

    private static String nodeOf(String pod) {
        return cp.server
                .catalog()
                .get(Kinds.POD, "default", pod)
                .map(StoredObject::tree)
                .map(tree -> Json.text(tree, "spec", "nodeName"))
                .orElse("gone");
    }

    private static String condition(String pod, String type) {
        for (var condition : Json.at(
                cp.server.catalog().get(Kinds.POD, "default", pod).orElseThrow().tree(), "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status") + " " + Json.text(condition, "reason") + " "
                        + Json.text(condition, "message");
            }
        }
        return "";
    }

    private static WriteResult bind(String pod, String node) {
        return cp.write(Kinds.POD, "default", pod, new ObjectWrite.Bind(Precondition.NONE, node, Json.object()));
    }

    @Test
    void aClientOfItsOwnBindsItsPods() {
        node("bind-1");
        pod("mine", "3", "'schedulerName':'mine',");
        pod("mine-too", "3", "'schedulerName':'mine',");
        assertThat(Json.text(TestServer.stored(bind("mine", "bind-1")).tree(), "spec", "nodeName"))
                .isEqualTo("bind-1");
        assertThat(TestServer.refused(bind("mine", "bind-1")).message())
                .isEqualTo("Operation cannot be fulfilled on pods/binding \"mine\":"
                        + " pod mine is already assigned to node \"bind-1\"");
        assertThat(TestServer.refused(bind("mine-too", "bind-1")).message()).contains("node bind-1: Insufficient cpu");
        TestServer.until(
                () -> !TestServer.refused(bind("mine-too", "nowhere")).message().contains("is being assigned"));
        assertThat(nodeOf("mine-too")).isEmpty();
        assertThat(condition("mine-too", "PodScheduled")).isEmpty();
    }

    @Test
    void aPodMadeWithItsNodeTakesRoomThere() {
        node("made-1");
        pod("made", "3", "'nodeName':'made-1',");
        TestServer.until(() -> cp.server.catalogVersion().node("made-1").podCount() == 1);
        pod("later", "2", on("made-1"));
        TestServer.until(() -> condition("later", "PodScheduled").startsWith("False Unschedulable"));
        cp.delete(Kinds.POD, "default", "made", 0L);
        TestServer.until(() -> nodeOf("later").equals("made-1"));
    }
}
