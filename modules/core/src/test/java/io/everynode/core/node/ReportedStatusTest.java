package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedStatusTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'phase':'Running'}",
                "{'phase':null,'conditions':null}",
                "{'phase':{'phase':'Failed'},'x':[{'phase':'Failed'}]}",
                "{'phase':'Failed','conditions':[]}",
                "{'conditions':[{'type':'Ready','status':'True'}]}",
                "{'conditions':[{'status':'True','x':{'type':'Ready'},'type':'Other'},{'status':'True','type':'Ready'}]}",
                "{'conditions':[{'type':'Ready','status':'False'},{'type':'Ready','status':'True'}],'phase':'Running'}",
                "{'conditions':[{'type':'Ready'},1,[{'type':'Ready','status':'True'}],null],'phase':'Running'}",
                "{'containerStatuses':[{'type':'Ready','status':'True'}],'conditions':[{'type':'Ready','status':'Unknown'}]}"
            })
    void readsWhatTheTreeSays(String status) {
        JsonBytes bytes = new JsonBytes(status.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        ReportedStatus read = ReportedStatus.of(bytes);
        assertThat(read.ready()).isEqualTo(NodeState.ready(bytes.tree()));
        assertThat(read.phase()).isEqualTo(phase(bytes));
    }

    private static String phase(JsonBytes status) {
        var phase = Json.at(status.tree(), "phase");
        return phase.isTextual() ? phase.asText() : "Pending";
    }
}
