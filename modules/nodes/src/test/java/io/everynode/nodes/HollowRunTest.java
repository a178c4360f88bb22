package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HollowRunTest {

    private static final String RAN = "{'terminated':{'containerID':'hollow://old','exitCode':1,"
            + "'startedAt':'2026-01-01T00:00:00Z','finishedAt':'2026-01-01T00:00:01Z'}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // status | previous | the run's ID, or the refusal
                "{'containerStatuses':[{'name':'main','containerID':'hollow://now','state':{'running':{'startedAt':'2026-01-01T00:00:09Z'}}}]}|false|hollow://now",
                "{'containerStatuses':[{'name':'main','containerID':'hollow://now','state':{'running':{'startedAt':'2026-01-01T00:00:09Z'}},'lastState':RAN}]}|true|hollow://old",
                "{'containerStatuses':[{'name':'main','containerID':'hollow://now','state':{'running':{'startedAt':'2026-01-01T00:00:09Z'}}}]}|true|previous terminated container \"main\" in pod \"p\" not found",
                "{'containerStatuses':[{'name':'main','state':{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':RAN}]}|false|hollow://old",
                "{'containerStatuses':[{'name':'main','state':RAN}]}|false|hollow://old",
                "{'initContainerStatuses':[{'name':'main','state':RAN}]}|false|hollow://old",
                "{'containerStatuses':[{'name':'main','state':{'terminated':{'exitCode':1}}}]}|false|container \"main\" in pod \"p\" is terminated",
                "{'containerStatuses':[{'name':'main','state':{'waiting':{'reason':'ErrImagePull'}}}]}|false|container \"main\" in pod \"p\" is waiting to start: image can't be pulled",
                "{'containerStatuses':[{'name':'main','state':{'waiting':{'reason':'ImagePullBackOff'}}}]}|false|container \"main\" in pod \"p\" is waiting to start: trying and failing to pull image",
                "{'containerStatuses':[{'name':'main','state':{'waiting':{'reason':'ContainerCreating'}}}]}|false|container \"main\" in pod \"p\" is waiting to start: ContainerCreating",
                "{'containerStatuses':[{'name':'main','state':{}}]}|false|container \"main\" in pod \"p\" is waiting to start - no logs yet",
                "{'containerStatuses':[{'name':'other','state':{}}]}|false|container \"main\" in pod \"p\" is not available",
                "{}|false|container \"main\" in pod \"p\" is waiting to start: ContainerCreating",
                "{}|true|previous terminated container \"main\" in pod \"p\" not found",
            })
    void choosesAsAKubeletDoes(String status, boolean previous, String expected) {
        ObjectNode pod = pod("{'metadata':{'name':'p'},'status':" + status + "}");

        Outcome<HollowRun> outcome = HollowRun.asked(pod, "main", previous);

        if (outcome instanceof Outcome.Refused<HollowRun> refused) {
            assertThat(refused.status().code()).isEqualTo(400);
            assertThat(refused.status().message()).isEqualTo(expected);
        } else {
            HollowRun run = ((Outcome.Done<HollowRun>) outcome).value();
            assertThat(run.id()).isEqualTo(expected);
            assertThat(run)
                    .isEqualTo(
                            expected.equals("hollow://now")
                                    ? new HollowRun(expected, Instant.parse("2026-01-01T00:00:09Z"), null, 0)
                                    : new HollowRun(
                                            expected,
                                            Instant.parse("2026-01-01T00:00:00Z"),
                                            Instant.parse("2026-01-01T00:00:01Z"),
                                            1));
        }
    }

    private static ObjectNode pod(String text) {
        return Json.parse(text.replace("RAN", RAN).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
