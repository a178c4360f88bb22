package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.HollowAction.ConfirmDeletion;
import io.everynode.nodes.HollowAction.Report;
import io.everynode.nodes.HollowAction.Wait;
import io.everynode.nodes.HollowPod.Stage;
import io.everynode.nodes.HollowPod.Step;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HollowPodTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:10.5Z");
    private static final HollowBehaviour WELL = HollowBehaviour.DEFAULT;

    @Test
    void startsThenBecomesReadyAfterTheStartIsAcknowledged() {
        Step arrived = arrive(pod(), WELL, false);
        assertThat(arrived.action()).isEqualTo(new Wait(WELL.startDelay()));

        Step running = arrived.pod().delayOver(NOW);
        JsonNode started = status(running);
        assertThat(Json.text(started, "phase")).isEqualTo("Running");
        assertThat(Json.text(started, "podIP")).isEqualTo("10.0.0.1");
        assertThat(Json.text(started, "hostIP")).isEqualTo("172.16.0.1");
        assertThat(Json.text(started, "startTime")).isEqualTo("2026-01-01T00:00:10Z");
        assertThat(condition(started, "Ready")).isEqualTo("False");
        assertThat(condition(started, "ContainersReady")).isEqualTo("False");
        assertThat(condition(started, "Initialized")).isEqualTo("True");
        assertThat(started.at("/conditions/0/lastTransitionTime").asText())
                .as("PodScheduled keeps the scheduler's time")
                .isEqualTo("2025-12-31T23:59:59Z");
        assertThat(started.at("/containerStatuses/0/state").has("running")).isTrue();

        Step waiting = running.pod().reported();
        assertThat(waiting.action()).isEqualTo(new Wait(WELL.readyDelay()));
        JsonNode ready = status(waiting.pod().delayOver(NOW));
        assertThat(condition(ready, "Ready")).isEqualTo("True");
        assertThat(ready.at("/containerStatuses/0/ready").asBoolean()).isTrue();
        assertThat(ready.at("/conditions/3").get("reason").isNull())
                .as("the unready condition's reason goes")
                .isTrue();
        assertThat(ready.at("/containerStatuses/0/containerID"))
                .isEqualTo(started.at("/containerStatuses/0/containerID"));
    }

    @Test
    void deletionIsConfirmedAfterTheStopDelay() {
        HollowPod ready = ready(WELL);
        Step stopping = ready.deletionSeen(30);
        assertThat(stopping.action()).isEqualTo(new Wait(WELL.stopDelay()));
        assertThat(stopping.pod().deletionSeen(30).action()).isEqualTo(HollowAction.NONE);
        assertThat(stopping.pod().delayOver(NOW).action()).isInstanceOf(ConfirmDeletion.class);
    }

    @Test
    void theGracePeriodIsTheLongestThatStoppingTakes() {
        HollowBehaviour slow = WELL.with(Map.of("everynode.io/hollow.stop-delay", "1m"));
        assertThat(ready(slow).deletionSeen(30).action()).isEqualTo(new Wait(Duration.ofSeconds(30)));
        assertThat(ready(slow).deletionSeen(0).action()).isEqualTo(new Wait(Duration.ZERO));
    }

    @Test
    void aReportThatComesBackAfterTheDeletionChangesNothing() {
        HollowPod stopping = arrive(pod(), WELL, false)
                .pod()
                .delayOver(NOW)
                .pod()
                .deletionSeen(30)
                .pod();
        assertThat(stopping.reported().action()).isEqualTo(HollowAction.NONE);
        assertThat(stopping.reported().pod().stage()).isEqualTo(Stage.STOPPING);
    }

    @Test
    void aPodThatShallFailEndsAsFailedAndStopsAtOnce() {
        Step failed = arrive(pod(), WELL, true).pod().delayOver(NOW);
        assertThat(Json.text(status(failed), "phase")).isEqualTo("Failed");
        assertThat(Json.text(status(failed), "reason")).isEqualTo("HollowFailure");
        assertThat(status(failed)
                        .at("/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(1);
        assertThat(failed.pod().reported().action()).isEqualTo(HollowAction.NONE);
        assertThat(failed.pod().deletionSeen(30).action()).isEqualTo(new Wait(Duration.ZERO));
    }

    @Test
    void anImageThatCannotBePulledKeepsThePodPending() {
        HollowBehaviour behaviour = WELL.with(Map.of("everynode.io/hollow.pull-error", "true"));
        Step error = arrive(pod(), behaviour, false).pod().delayOver(NOW);
        assertThat(Json.text(status(error), "phase")).isEqualTo("Pending");
        assertThat(waiting(error)).isEqualTo("ErrImagePull");
        assertThat(error.pod().reported().action()).isEqualTo(new Wait(HollowPod.BACK_OFF));
        Step backOff = error.pod().delayOver(NOW);
        assertThat(waiting(backOff)).isEqualTo("ImagePullBackOff");
        assertThat(backOff.pod().reported().action()).isEqualTo(HollowAction.NONE);
    }

    @Test
    void aCrashLoopRestartsWithGrowingBackOff() {
        HollowBehaviour behaviour = WELL.with(Map.of("everynode.io/hollow.crash-loop", "true"));
        HollowPod pod = arrive(pod(), behaviour, false).pod().delayOver(NOW).pod();
        for (int restarts = 0; restarts < 8; restarts++) {
            assertThat(pod.reported().action()).isEqualTo(new Wait(HollowPod.CRASH_AFTER));
            Step crashed = pod.delayOver(NOW);
            assertThat(waiting(crashed)).isEqualTo("CrashLoopBackOff");
            assertThat(crashed.pod().reported().action()).isEqualTo(new Wait(HollowPod.backOff(restarts)));
            Step again = crashed.pod().delayOver(NOW);
            assertThat(status(again).at("/containerStatuses/0/restartCount").asInt())
                    .isEqualTo(restarts + 1);
            pod = again.pod();
        }
    }

    @Test
    void aRunKeepsItsStartAndIsRememberedAfterItsCrash() {
        HollowBehaviour behaviour = WELL.with(Map.of("everynode.io/hollow.crash-loop", "true"));
        HollowPod first = arrive(pod(), WELL, false).pod().delayOver(NOW).pod();
        assertThat(status(first.delayOver(NOW.plusSeconds(60)))
                        .at("/containerStatuses/0/state/running/startedAt")
                        .asText())
                .as("becoming ready starts nothing")
                .isEqualTo("2026-01-01T00:00:10Z");

        Step crashed =
                arrive(pod(), behaviour, false).pod().delayOver(NOW).pod().delayOver(NOW.plusSeconds(60));
        JsonNode last = status(crashed).at("/containerStatuses/0/lastState/terminated");
        assertThat(Json.text(last, "startedAt")).isEqualTo("2026-01-01T00:00:10Z");
        assertThat(Json.text(last, "finishedAt")).isEqualTo("2026-01-01T00:01:10Z");
        JsonNode again = status(crashed.pod().delayOver(NOW.plusSeconds(90))).at("/containerStatuses/0");
        assertThat(again.at("/lastState/terminated")).isEqualTo(last);
        assertThat(again.at("/state/running/startedAt").asText()).isEqualTo("2026-01-01T00:01:40Z");
        assertThat(again.path("containerID")).isNotEqualTo(last.path("containerID"));
    }

    @ParameterizedTest
    @CsvSource({"0,10", "1,20", "2,40", "4,160", "5,300", "40,300"})
    void backOffDoublesUpToFiveMinutes(int restarts, int seconds) {
        assertThat(HollowPod.backOff(restarts)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void neverReadyStaysRunning() {
        HollowBehaviour behaviour = WELL.with(Map.of("everynode.io/hollow.never-ready", "true"));
        Step running = arrive(pod(), behaviour, false).pod().delayOver(NOW);
        assertThat(running.pod().reported().action()).isEqualTo(HollowAction.NONE);
    }

    @Test
    void anEditMakesReadyWhatWasHeld() {
        HollowBehaviour held = WELL.with(Map.of("everynode.io/hollow.never-ready", "true"));
        HollowPod running = arrive(pod(), held, false).pod().delayOver(NOW).pod();
        assertThat(running.edited(held).action()).isEqualTo(HollowAction.NONE);

        Step beforeItsReport = running.edited(WELL);
        assertThat(beforeItsReport.action()).as("the report goes out first").isEqualTo(HollowAction.NONE);
        assertThat(beforeItsReport.pod().reported().action()).isInstanceOf(HollowAction.Wait.class);

        HollowPod waits = running.reported().pod();
        assertThat(waits.edited(held).action()).isEqualTo(HollowAction.NONE);
        Step edited = waits.edited(WELL);
        assertThat(edited.action()).isInstanceOf(HollowAction.Wait.class);
        assertThat(edited.pod().delayOver(NOW).pod().stage()).isEqualTo(HollowPod.Stage.READY);
    }

    @ParameterizedTest
    @CsvSource({
        "Pending, false, '',                STARTING,      start",
        "'',      false, '',                STARTING,      start",
        "Running, false, '',                RUNNING,       ready",
        "Running, true,  '',                READY,         none",
        "Running, false, CrashLoopBackOff,  CRASHED,       backoff",
        "Pending, false, ErrImagePull,      PULL_ERROR,    pull",
        "Pending, false, ImagePullBackOff,  PULL_BACK_OFF, none",
        "Failed,  false, '',                TERMINAL,      none",
        "Succeeded,false,'',                TERMINAL,      none",
    })
    void goesOnFromWhatAnEarlierProcessReported(
            String phase, boolean ready, String waiting, Stage stage, String action) {
        ObjectNode pod = pod();
        ObjectNode status = Json.child(pod, "status").put("phase", phase).put("startTime", "2025-01-01T00:00:00Z");
        status.putArray("conditions").addObject().put("type", "Ready").put("status", ready ? "True" : "False");
        ObjectNode container = status.putArray("containerStatuses").addObject().put("restartCount", 3);
        container.putObject("state").putObject("waiting").put("reason", waiting);

        Step step = arrive(pod, WELL, false);

        assertThat(step.pod().stage()).isEqualTo(stage);
        assertThat(step.pod().restarts()).isEqualTo(3);
        assertThat(step.pod().startTime()).isEqualTo("2025-01-01T00:00:00Z");
        HollowAction expected = switch (action) {
            case "start" -> new Wait(WELL.startDelay());
            case "ready" -> new Wait(WELL.readyDelay());
            case "backoff" -> new Wait(HollowPod.backOff(3));
            case "pull" -> new Wait(HollowPod.BACK_OFF);
            default -> HollowAction.NONE;
        };
        assertThat(step.action()).isEqualTo(expected);
        Step deleted = arrive(Pods.deleted(pod, 30), WELL, false);
        assertThat(deleted.pod().stage()).as("deleted while nobody looked").isEqualTo(Stage.STOPPING);
    }

    private static ObjectNode pod() {
        return Pods.pod("p", "uid-1", "n", "owner");
    }

    private static Step arrive(ObjectNode pod, HollowBehaviour behaviour, boolean fails) {
        return HollowPod.arrive(PodFacts.of(pod), behaviour, fails, "10.0.0.1", "172.16.0.1", NOW);
    }

    private static HollowPod ready(HollowBehaviour behaviour) {
        return arrive(pod(), behaviour, false)
                .pod()
                .delayOver(NOW)
                .pod()
                .delayOver(NOW)
                .pod();
    }

    private static JsonNode status(Step step) {
        assertThat(step.action()).isInstanceOf(Report.class);
        return ((Report) step.action()).status();
    }

    private static String condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status");
            }
        }
        return "";
    }

    private static String waiting(Step step) {
        return status(step).at("/containerStatuses/0/state/waiting/reason").asText();
    }
}
