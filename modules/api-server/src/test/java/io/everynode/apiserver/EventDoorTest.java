package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events through both of their groups. */
class EventDoorTest {

    private static final String CORE = "/api/v1/namespaces/default/events";
    private static final String OWN = "/apis/events.k8s.io/v1/namespaces/default/events";

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static String core(String name) {
        return ("{'apiVersion':'v1','kind':'Event','metadata':{'name':'%s','namespace':'default'},'involvedObject':"
                        + "{'kind':'Pod','name':'%s','namespace':'default'},'reason':'r','message':'said','type':'Normal'}")
                .formatted(name, name)
                .replace('\'', '"');
    }

    private static String own(String name) {
        return ("{'apiVersion':'events.k8s.io/v1','kind':'Event','metadata':{'name':'%s','namespace':'default'},'regarding':"
                        + "{'kind':'Pod','name':'%s','namespace':'default'},'reason':'r','note':'said','type':'Normal',"
                        + "'eventTime':'2026-01-01T00:00:00.000000Z','reportingController':'a.b/c','reportingInstance':'i',"
                        + "'action':'a'}")
                .formatted(name, name)
                .replace('\'', '"');
    }

    @Test
    void whatComesThroughOneDoorIsSeenThroughBoth() {
        assertThat(server.post(CORE, core("old")).code()).isEqualTo(201);
        Answer created = server.post(OWN, own("new"));
        assertThat(created.code()).isEqualTo(201);
        assertThat(Json.text(created.json(), "note")).isEqualTo("said");
        assertThat(Json.text(created.json(), "apiVersion")).isEqualTo("events.k8s.io/v1");
        ObjectNode old = server.get(OWN + "/old").json();
        assertThat(Json.text(old, "regarding", "name")).isEqualTo("old");
        assertThat(old.has("involvedObject")).isFalse();
        ObjectNode seen = server.get(CORE + "/new").json();
        assertThat(Json.text(seen, "apiVersion")).isEqualTo("v1");
        assertThat(Json.text(seen, "message")).isEqualTo("said");
        assertThat(Json.text(seen, "reportingComponent")).isEqualTo("a.b/c");
        assertThat(Json.text(seen, "metadata", "uid"))
                .isEqualTo(Json.text(created.json(), "metadata", "uid"))
                .isNotEmpty();
        ObjectNode list =
                server.get(OWN + "?fieldSelector=regarding.name%3Dold").json();
        assertThat(Json.text(list, "kind")).isEqualTo("EventList");
        assertThat(Json.text(list, "apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(list.path("items")).hasSize(1);
        assertThat(server.get(OWN + "?fieldSelector=involvedObject.name%3Dold").code())
                .isEqualTo(400);
        JsonNode row = server.get(
                        OWN + "/old", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .json()
                .at("/rows/0/cells");
        assertThat(row.toString()).contains("\"pod/old\"").contains("\"said\"");
    }

    @Test
    void patchesApplyToTheFormThatTheClientSees() {
        server.post(OWN, own("patched"));
        Answer patched = server.merge(
                OWN + "/patched", "{\"series\":{\"count\":2,\"lastObservedTime\":\"2026-01-01T00:00:01.000000Z\"}}");
        assertThat(patched.code()).isEqualTo(200);
        assertThat(server.get(CORE + "/patched").json().at("/series/count").asInt())
                .isEqualTo(2);
        Answer refused = server.merge(OWN + "/patched", "{\"note\":\"else\"}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(Json.text(refused.json(), "message"))
                .isEqualTo(
                        "Event.events.k8s.io \"patched\" is invalid: message: Invalid value: \"else\": field is immutable");
        ObjectNode whole = server.get(OWN + "/patched").json();
        ((ObjectNode) whole.path("series")).put("count", 3);
        assertThat(server.put(OWN + "/patched", whole.toString()).code()).isEqualTo(200);
        assertThat(server.put(OWN + "/patched", whole.toString()).code())
                .as("of an older version")
                .isEqualTo(409);
        assertThat(server.merge(CORE + "/patched", "{\"message\":\"else\"}").code())
                .as("core/v1 lets it change")
                .isEqualTo(200);
        assertThat(Json.text(server.get(OWN + "/patched").json(), "note")).isEqualTo("else");
    }

    @Test
    void whatIsAppliedIsStoredInTheOtherForm() {
        Answer created = server.send(
                "PATCH",
                OWN + "/applied?fieldManager=me",
                own("applied"),
                "Content-Type",
                "application/apply-patch+yaml");
        assertThat(created.code()).isEqualTo(201);
        assertThat(Json.text(created.json(), "note")).isEqualTo("said");
        assertThat(Json.text(server.get(CORE + "/applied").json(), "message")).isEqualTo("said");
    }

    @Test
    void refusalsNameTheGroup() {
        Answer absent = server.get(OWN + "/absent");
        assertThat(absent.code()).isEqualTo(404);
        assertThat(Json.text(absent.json(), "message")).isEqualTo("events.events.k8s.io \"absent\" not found");
        assertThat(Json.text(server.delete(OWN + "/absent").json(), "message"))
                .isEqualTo("events.events.k8s.io \"absent\" not found");
        Answer wrong = server.post(OWN, own("wrong").replace("\"Normal\"", "\"Odd\""));
        assertThat(wrong.code()).isEqualTo(422);
        assertThat(Json.text(wrong.json(), "details", "group")).isEqualTo("events.k8s.io");
        server.post(OWN, own("twice"));
        assertThat(Json.text(server.post(OWN, own("twice")).json(), "message"))
                .isEqualTo("events.events.k8s.io \"twice\" already exists");
        assertThat(server.delete(OWN + "/twice").code()).isEqualTo(200);
        assertThat(server.get(CORE + "/twice").code()).isEqualTo(404);
    }

    @Test
    void watchesShowTheirForm() throws Exception {
        String version = Json.text(server.get(OWN).json(), "metadata", "resourceVersion");
        try (TestServer.Watch watch = server.watch(OWN + "?watch=true&resourceVersion=" + version)) {
            server.post(CORE, core("watched"));
            ObjectNode event = watch.next();
            assertThat(Json.text(event, "type")).isEqualTo("ADDED");
            assertThat(Json.text(event, "object", "apiVersion")).isEqualTo("events.k8s.io/v1");
            assertThat(Json.text(event, "object", "note")).isEqualTo("said");
        }
    }
}
