package io.everynode.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'metadata':{}}",
                "{'kind':'Node','metadata':{'name':'n'}}",
                "{'metadata':{'name':'n','managedFields':[{'fieldsV1':{'f:a':{}}}],'labels':{'a':'b','c':''}},'data':{'metadata':'x'}}",
                "{'spec':{'template':{'metadata':{'name':'other'}},'list':[[{'metadata':{}}]]},"
                        + "'metadata':{'name':'n','finalizers':['a','b'],'ownerReferences':[{'uid':'u','controller':true}],"
                        + "'deletionTimestamp':'2026-01-01T00:00:00Z','generation':3},'status':{'n':1.5,'none':null}}",
                "{'metadata':{'managedFields':[],'name':'last'}}",
                "{'metadata':null,'kind':'Odd'}",
                "{'metadata':[{'name':'n'}],'kind':'Odd'}",
            })
    void theMetadataAloneIsWhatTheWholeTreeHas(String json) {
        ObjectNode whole = Json.parse(bytes(json));
        ObjectNode expected = Json.object();
        if (whole.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
            expected.set("metadata", metadata);
        }

        assertThat(Json.metadata(bytes(json))).isEqualTo(expected);
    }

    @Test
    void brokenBytesOfOurOwnAreADefect() {
        for (String broken : new String[] {"{'metadata':{'name':", "{'a':1", "{'a':1}{"}) {
            assertThatThrownBy(() -> Json.parse(bytes(broken))).isInstanceOf(UncheckedIOException.class);
        }
        assertThatThrownBy(() -> Json.metadata(bytes("{'metadata':{'name':"))).isInstanceOf(UncheckedIOException.class);
    }

    /** What clients send is read by the shared mapper, which must refuse it. */
    @Test
    void aNameThatStandsTwiceIsRefusedWhereClientsSendIt() {
        assertThatThrownBy(() -> Json.mapper().readTree(bytes("{'a':1,'a':2}")))
                .hasMessageContaining("Duplicate field 'a'");
    }
}
