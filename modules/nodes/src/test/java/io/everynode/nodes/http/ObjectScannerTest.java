package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.SeenObject;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectScannerTest {

    private static final String POD = """
            {"kind":"Pod","metadata":{"labels":{"uid":"no","name":"no"},"name":"p\\u00e4","namespace":"ns","uid":"u",\
            "resourceVersion":"9007199254740993","deletionTimestamp":"2026-01-01T00:00:00Z",\
            "ownerReferences":[{"uid":"no","name":"no"}]},"spec":{"volumes":[{"nodeName":"no"}],"nodeName":"n"},\
            "status":{"conditions":[{"type":"PodScheduled","status":"False"},{"status":"True","x":[{}],"type":"Ready"}],\
            "containerStatuses":[{"ready":false}]}}""";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatItsTreeSays() throws Exception {
        HttpObject pod = ObjectScanner.event(bytes("{\"type\":\"ADDED\", \"object\" : " + POD + " }"))
                .object();
        ObjectNode tree = pod.tree();
        assertThat(tree).isEqualTo(Json.parse(bytes(POD)));
        assertThat(pod.name()).isEqualTo("pä");
        assertThat(pod.namespace()).isEqualTo("ns");
        assertThat(pod.uid()).isEqualTo("u");
        assertThat(pod.resourceVersion()).isEqualTo(9007199254740993L);
        assertThat(pod.deleting()).isTrue();
        assertThat(pod.node()).isEqualTo("n");
        assertThat(pod.ready()).isTrue().isEqualTo(SeenObject.ready(tree));
    }

    @Test
    void readsOfAHeadWhatItsMetadataSaysWhateverFollows() throws Exception {
        HttpObject pod = ObjectScanner.head(bytes(POD));
        assertThat(pod.uid()).isEqualTo("u");
        assertThat(pod.resourceVersion()).isEqualTo(9007199254740993L);
        assertThat(pod.tree()).isEqualTo(Json.parse(bytes(POD)));
        assertThat(ObjectScanner.head(bytes("{\"kind\":{},\"metadata\":{\"uid\":\"u\"},\"spec\":["))
                        .uid())
                .isEqualTo("u");
        assertThat(ObjectScanner.head(bytes("{\"spec\":{}}")).uid()).isEmpty();
        assertThatThrownBy(() -> ObjectScanner.head(bytes("{\"metadata\":{\"uid\":")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void findsEachObjectOfAPage() throws Exception {
        ObjectScanner.Page page = ObjectScanner.page(bytes("{\"items\":[" + POD + ", {}, " + POD
                + "],\"kind\":\"PodList\",\"metadata\":{\"continue\":\"c\",\"resourceVersion\":\"7\"}}"));
        assertThat(page.version()).isEqualTo("7");
        assertThat(page.next()).isEqualTo("c");
        assertThat(page.items()).hasSize(3);
        assertThat(page.items().get(2).tree()).isEqualTo(Json.parse(bytes(POD)));
        assertThat(page.items().get(1).uid()).isEmpty();
        assertThat(page.items().get(1).tree()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"metadata\":null,\"spec\":null,\"status\":null}",
                "{\"metadata\":[],\"spec\":\"x\",\"status\":\"Failure\"}",
                "{\"metadata\":{\"name\":1,\"uid\":{},\"deletionTimestamp\":null},\"spec\":{\"nodeName\":[]},"
                        + "\"status\":{\"conditions\":{},\"x\":[[]]}}",
                "{\"status\":{\"conditions\":[{},{\"type\":{},\"status\":[]}]}}",
            })
    void whatIsNotThereOrOfAnotherKindIsEmpty(String object) throws Exception {
        HttpObject read = ObjectScanner.event(bytes("{\"object\":" + object + ",\"type\":\"MODIFIED\"}"))
                .object();
        assertThat(read.name() + read.uid() + read.node() + read.version()).isEmpty();
        assertThat(read.deleting() || read.ready()).isFalse();
        assertThat(read.resourceVersion()).isZero();
        assertThat(read.tree()).isEqualTo(Json.parse(bytes(object)));
    }

    /** A line that is cut is an error wherever it is cut, never a smaller object. */
    @Test
    void whatIsCutIsRefused() {
        byte[] whole = bytes("{\"type\":\"ADDED\",\"object\":" + POD + "}");
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ObjectScanner.event(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(IOException.class);
        }
    }
}
