package io.everynode.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of upstream's plugin/pkg/admission/limitranger, with its messages. */
class LimitRangesTest {

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static LimitRanges ranges(String limits) {
        return new LimitRanges(List.of(json("{'metadata':{'name':'l'},'spec':{'limits':[" + limits + "]}}")));
    }

    private static ObjectNode pod(String resources) {
        return json("{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','resources':{" + resources + "}}]}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'type':'Container','min':{'cpu':'100m'} | '' : {} | minimum cpu usage per Container is 100m.  No request is specified
        'type':'Container','min':{'cpu':'100m'} | 'requests':{'cpu':'50m'} | minimum cpu usage per Container is 100m, but request is 50m
        'type':'Container','min':{'memory':'1Gi'} | 'requests':{'memory':'2Gi'},'limits':{'memory':'512Mi'} | minimum memory usage per Container is 1Gi, but limit is 512Mi
        'type':'Container','min':{'cpu':'100m'} | 'limits':{'cpu':'1'} |
        'type':'Container','max':{'cpu':'1'} | 'requests':{'cpu':'50m'} | maximum cpu usage per Container is 1.  No limit is specified
        'type':'Container','max':{'cpu':'1'} | 'limits':{'cpu':'2'} | maximum cpu usage per Container is 1, but limit is 2
        'type':'Container','max':{'cpu':'1'} | 'limits':{'cpu':'1'},'requests':{'cpu':'1500m'} | maximum cpu usage per Container is 1, but request is 1500m
        'type':'Container','max':{'cpu':'1','memory':'1Gi'} | 'limits':{'cpu':'2','memory':'2Gi'} | [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]
        'type':'Container','maxLimitRequestRatio':{'cpu':'1500m'} | 'requests':{'cpu':'1'},'limits':{'cpu':'2'} | cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000
        'type':'Container','maxLimitRequestRatio':{'cpu':'2'} | 'requests':{'cpu':'1'},'limits':{'cpu':'2'} |
        'type':'Container','maxLimitRequestRatio':{'cpu':'2'} | 'requests':{'cpu':'1'} | cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0
        'type':'Container','maxLimitRequestRatio':{'cpu':'2'} | '':{} | cpu max limit to request ratio per Container is 2, but no request is specified or request is 0
        'type':'Pod','max':{'memory':'1Gi'} | 'limits':{'memory':'1536Mi'} | maximum memory usage per Pod is 1Gi, but limit is 1536Mi
        'type':'Pod','min':{'memory':'1Gi'} | 'requests':{'memory':'1Gi'} |
        """)
    void bounds(String limits, String resources, String expected) {
        assertThat(ranges("{" + limits + "}").admitPod(pod(resources))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void sumsOfAPodHoldItsLargestInitContainer() {
        ObjectNode pod = json("{'metadata':{},'spec':{'containers':[{'name':'a','resources':{'requests':{'cpu':'100m'},"
                + "'limits':{'cpu':'100m'}}},{'name':'b','resources':{'requests':{'cpu':'300m'},'limits':{'cpu':'300m'}}}],"
                + "'initContainers':[{'name':'i','resources':{'requests':{'cpu':'2'},'limits':{'cpu':'2'}}}]}}");
        assertThat(ranges("{'type':'Pod','max':{'cpu':'1'}}").admitPod(pod))
                .isEqualTo("maximum cpu usage per Pod is 1, but limit is 2");
        assertThat(ranges("{'type':'Pod','min':{'cpu':'2'}}").admitPod(pod)).isEmpty();
    }

    @Test
    void whatIsLeftOutIsFilledInAndTold() {
        LimitRanges ranges = ranges("{'type':'Container','default':{'cpu':'75m','memory':'10Mi'},"
                + "'defaultRequest':{'cpu':'50m','memory':'5Mi'}}");
        ObjectNode pod = json("{'metadata':{'name':'p'},'spec':{'containers':[{'name':'foo'},"
                + "{'name':'bar','resources':{'limits':{'cpu':'1'}}}],'initContainers':[{'name':'pre',"
                + "'resources':{'requests':{'memory':'1Mi'},'limits':{'cpu':'1','memory':'1Mi'}}}]}}");
        assertThat(ranges.admitPod(pod)).isEmpty();
        assertThat(Json.text(pod, "metadata", "annotations", LimitRanges.ANNOTATION))
                .isEqualTo(
                        "LimitRanger plugin set: cpu, memory request for container foo; cpu, memory limit for container foo;"
                                + " memory request for container bar; memory limit for container bar");
        assertThat(pod.at("/spec/containers/0/resources"))
                .isEqualTo(json("{'limits':{'cpu':'75m','memory':'10Mi'},'requests':{'cpu':'50m','memory':'5Mi'}}"));
        assertThat(pod.at("/spec/containers/1/resources/requests/cpu").asText())
                .as("a request left out is the limit, before anything is filled in")
                .isEqualTo("1");
        ObjectNode again = pod.deepCopy();
        ranges.admitPod(again);
        assertThat(again).isEqualTo(pod);
    }

    @Test
    void withoutRangesNothingChanges() {
        ObjectNode pod = pod("'limits':{'cpu':'1'}");
        assertThat(LimitRanges.NONE.admitPod(pod)).isEmpty();
        assertThat(pod).isEqualTo(pod("'limits':{'cpu':'1'}"));
    }

    @Test
    void claimsOfStorageHaveBounds() {
        LimitRanges ranges = ranges("{'type':'PersistentVolumeClaim','min':{'storage':'1Gi'},'max':{'storage':'2Gi'}}");
        ObjectNode claim = json("{'spec':{'resources':{'requests':{'storage':'3Gi'}}}}");
        assertThat(ranges.admitClaim(claim))
                .isEqualTo("maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi");
        assertThat(ranges.admitClaim(json("{'spec':{'resources':{'requests':{'storage':'1Mi'}}}}")))
                .isEqualTo("minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi");
    }
}
