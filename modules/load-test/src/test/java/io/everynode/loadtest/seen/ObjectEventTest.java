package io.everynode.loadtest.seen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectEventTest {

    @Test
    void readsWhatIsMeasuredOfAPod() throws IOException {
        ObjectEvent event = parse("""
                {"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"n",
                "uid":"u","resourceVersion":"42","labels":{"name":"x"},"annotations":{"a":"b","everynode.io/load-test":"2"},
                "deletionTimestamp":"2026-01-01T00:00:00Z","ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet",
                "name":"fluentd","uid":"d","controller":true}],"managedFields":[{"manager":"m","fieldsV1":{"f:a":{}}}]},
                "spec":{"containers":[{"name":"c","env":[{"name":"nodeName","value":"wrong"}]}],"nodeName":"node-1"},
                "status":{"phase":"Running","conditions":[{"type":"PodScheduled","status":"True"},
                {"type":"Ready","status":"True","lastProbeTime":null},{"type":"ContainersReady","status":"False"}]}}}
                """);
        assertThat(event).isEqualTo(new ObjectEvent("MODIFIED", "42", "p", "u", "fluentd", "2", true, "node-1", true));
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        assertThat(parse("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}"))
                .isEqualTo(new ObjectEvent("BOOKMARK", "7", "", "", "", "", false, "", false));
    }

    @Test
    void oddValuesAreNothing() throws IOException {
        ObjectEvent event = parse("""
                {"object":{"metadata":{"deletionTimestamp":null,"annotations":null,"ownerReferences":[{"kind":"Node",
                "name":"n"}]},"spec":null,"status":"Failure"},"type":"ADDED","more":[{"type":"x"}]}
                """);
        assertThat(event).isEqualTo(new ObjectEvent("ADDED", "", "", "", "", "", false, "", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "nothing", "{\"type\":\"ADDED\",\"object\":{\"metadata\":{"})
    void whatIsNoEventIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }

    private static ObjectEvent parse(String text) throws IOException {
        return ObjectEvent.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
