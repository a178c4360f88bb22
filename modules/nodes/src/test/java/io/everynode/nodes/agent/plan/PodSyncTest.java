package io.everynode.nodes.agent.plan;

import static io.everynode.nodes.agent.plan.Given.DELETED;
import static io.everynode.nodes.agent.plan.Given.START;
import static io.everynode.nodes.agent.plan.Given.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Health;
import io.everynode.nodes.agent.plan.PodSeen.Stop;
import io.everynode.nodes.agent.plan.PodSeen.VolumesState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodSyncTest {

    private static final String ONE = "containers: [{name: a, image: i}]";
    private static final String INIT =
            "initContainers: [{name: x, image: i}, {name: s, image: i, restartPolicy: Always}, {name: y, image: i}], "
                    + ONE;

    /** Actions by what they touch, as KEY or with what matters of them. */
    private static final Instant NOW = START.plusSeconds(11);

    private static List<String> decided(PodView pod, Given given, Instant now) {
        return PodSync.decide(pod, given.seen(), now).actions().stream()
                .map(PodSyncTest::text)
                .toList();
    }

    private static String text(PodAction action) {
        if (action instanceof PodAction.StartContainer start) {
            return "start " + start.spec().name() + " " + start.attempt() + " " + start.backOffSeconds() + "s";
        }
        if (action instanceof PodAction.StartSandbox start) {
            return "sandbox " + start.attempt();
        }
        if (action instanceof PodAction.Signal signal) {
            return (signal.kill() ? "kill " : "term ") + signal.container().name();
        }
        if (action instanceof PodAction.BeginStop stop) {
            return "stop " + stop.container().name() + " " + stop.graceSeconds() + "s";
        }
        return action.key();
    }

    private static List<String> decided(PodView pod, Given given) {
        return decided(pod, given, NOW);
    }

    @Test
    void aPodBeginsStepByStep() {
        Given given = new Given();
        given.volumes = VolumesState.NONE;
        assertThat(decided(pod(ONE), given)).containsExactly("volumes");
        given.volumes = VolumesState.READY;
        assertThat(decided(pod(ONE), given)).containsExactly("sandbox 0");
        given.busy.add("sandbox");
        assertThat(decided(pod(ONE), given)).as("while it is under way").isEmpty();
        given.busy.clear();
        given.sandbox(State.RUNNING);
        assertThat(decided(pod(ONE), given)).containsExactly("start a 0 0s");
        given.running("a");
        assertThat(decided(pod(ONE), given)).isEmpty();
    }

    @Test
    void initContainersRunInOrderAndSidecarsOnlyNeedToStart() {
        Given given = new Given().sandbox(State.RUNNING);
        assertThat(decided(pod(INIT), given)).containsExactly("start x 0 0s");
        given.running("x");
        assertThat(decided(pod(INIT), given)).isEmpty();
        given.containers.remove(1);
        given.ended("x", 0, 0, 0);
        assertThat(decided(pod(INIT), given)).containsExactly("start s 0 0s");
        given.running("s");
        assertThat(decided(pod(INIT), given)).containsExactly("start y 0 0s");
        given.ended("y", 0, 0, 0);
        assertThat(decided(pod(INIT), given)).containsExactly("start a 0 0s");
        given.running("a");
        assertThat(decided(pod(INIT), given)).isEmpty();
    }

    @Test
    void aSidecarThatEndsIsStartedAgainBesideTheMainContainers() {
        Given given = new Given()
                .sandbox(State.RUNNING)
                .ended("x", 0, 0, 0)
                .ended("y", 0, 0, 0)
                .ended("s", 0, 0, 0)
                .running("a");
        assertThat(decided(pod(INIT), given)).containsExactly("start s 1 10s");
    }

    @Test
    void volumesFollowWhatTheyShowWhileContainersRun() {
        Given given = new Given().sandbox(State.RUNNING).running("a");
        PodView pod = pod("containers: [{name: a, image: i}]");
        given.volumes = new VolumesState(true, true, null);
        assertThat(decided(pod, given)).containsExactly("volumes");
        given.failures.put("volumes", new Failure("ContainerCreating", "", 1, NOW.plusSeconds(5)));
        assertThat(decided(pod, given)).as("not before its time").isEmpty();
        given.failures.clear();
        given.volumes = new VolumesState(true, false, NOW);
        assertThat(decided(pod, given)).as("a token").containsExactly("volumes");
        given.volumes = new VolumesState(true, false, NOW.plusSeconds(9));
        PodSync.Decision decision = PodSync.decide(pod, given.seen(), NOW);
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.wakeAt()).isEqualTo(NOW.plusSeconds(9));
    }

    @Test
    void aPodThatMayNotBeActiveForEverEnds() {
        String text =
                "metadata: {name: p, namespace: ns, uid: u1}\nspec: {activeDeadlineSeconds: 60, containers: [{name: a,"
                        + " image: i}]}\nstatus: {phase: Running, startTime: '" + NOW.minusSeconds(59) + "'}";
        PodView pod = PodView.of(Given.tree(text));
        Given given = new Given().sandbox(State.RUNNING).running("a");
        PodSync.Decision before = PodSync.decide(pod, given.seen(), NOW);
        assertThat(before.actions()).isEmpty();
        assertThat(before.wakeAt()).isEqualTo(NOW.plusSeconds(1));
        PodSync.Decision after = PodSync.decide(pod, given.seen(), NOW.plusSeconds(1));
        assertThat(after.actions()).extracting(PodAction::key).containsExactly("stop id-a-0");
        PodStatus.Host host = new PodStatus.Host(List.of("10.0.0.1"));
        assertThat(PodStatus.of(pod, given.seen(), host, pod.tree().path("status"), NOW.plusSeconds(1))
                        .path("phase")
                        .asText())
                .isEqualTo("Running");
        Given ended = new Given().sandbox(State.EXITED).ended("a", 0, 143, 0);
        assertThat(PodSync.decide(pod, ended.seen(), NOW.plusSeconds(2)).actions())
                .isEmpty();
        var status = PodStatus.of(pod, ended.seen(), host, pod.tree().path("status"), NOW.plusSeconds(2));
        assertThat(status.path("phase").asText()).isEqualTo("Failed");
        assertThat(status.path("reason").asText()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void aContainerShowsAsRunningOnceItsHookHasEnded() {
        PodView pod = pod("containers: [{name: a, image: i}]");
        Given given = new Given().sandbox(State.RUNNING).running("a");
        given.busy.add("start a");
        var status = PodStatus.of(pod, given.seen(), new PodStatus.Host(List.of()), pod.tree(), NOW);
        assertThat(status.path("phase").asText()).isEqualTo("Pending");
        assertThat(status.at("/containerStatuses/0/state/waiting/reason").asText())
                .isEqualTo("ContainerCreating");
        given.busy.clear();
        status = PodStatus.of(pod, given.seen(), new PodStatus.Host(List.of()), pod.tree(), NOW);
        assertThat(status.at("/containerStatuses/0/ready").asBoolean()).isTrue();
    }

    @Test
    void aFailedPullIsShownAndThenItsBackOff() {
        Failure failure = new Failure("ErrImagePull", "", 1, NOW.plusSeconds(10));
        assertThat(failure.shownReason(NOW.plusSeconds(1))).isEqualTo("ErrImagePull");
        assertThat(failure.shownReason(NOW.plusSeconds(2))).isEqualTo("ImagePullBackOff");
    }

    @Test
    void sidecarsEndOneAfterTheOtherInTheOrderAgainstTheirStart() {
        PodView deleted = Given.pod(
                Given.DELETED,
                "initContainers: [{name: s, image: i, restartPolicy: Always}, {name: x, image: i},"
                        + " {name: t, image: i, restartPolicy: Always}], containers: [{name: a, image: i}, {name: b, image: i}]",
                "Running");
        Given given = new Given().sandbox(State.RUNNING).running("s").running("t");
        assertThat(decided(deleted, given)).containsExactly("stop t 5s");
        assertThat(decided(deleted, given.running("a").running("b"))).containsExactly("stop a 5s", "stop b 5s");
        given = new Given().sandbox(State.RUNNING).running("s").ended("t", 0, 0, 0);
        assertThat(decided(deleted, given)).containsExactly("stop s 5s");
    }

    @Test
    void aContainerThatFailsItsStartupProbeHasThatProbesGrace() {
        PodView pod = pod("containers: [{name: a, image: i, startupProbe: {terminationGracePeriodSeconds: 3},"
                + " livenessProbe: {terminationGracePeriodSeconds: 7}}]");
        Given given = new Given().sandbox(State.RUNNING).running("a");
        given.health.put("id-a-0", new Health(false, true, true));
        assertThat(decided(pod, given)).containsExactly("stop a 3s");
        given.health.put("id-a-0", new Health(true, true, true));
        assertThat(decided(pod, given)).containsExactly("stop a 7s");
    }

    @Test
    void aFailedInitContainerIsTriedAgain() {
        Given given = new Given().sandbox(State.RUNNING).ended("x", 0, 1, 0);
        assertThat(decided(pod(INIT), given)).containsExactly("start x 1 10s");
        assertThat(decided(pod("restartPolicy: Never, " + INIT), given)).isEmpty();
    }

    @Test
    void restartsWaitLongerEachTime() {
        Given first = new Given().sandbox(State.RUNNING).ended("a", 0, 1, 0);
        assertThat(decided(pod(ONE), first)).containsExactly("start a 1 10s");
        Given second = new Given().sandbox(State.RUNNING).ended("a", 1, 1, 10);
        PodSync.Decision waits = PodSync.decide(pod(ONE), second.seen(), START.plusSeconds(19));
        assertThat(waits.actions()).isEmpty();
        assertThat(waits.wakeAt()).isEqualTo(START.plusSeconds(20));
        assertThat(decided(pod(ONE), second, START.plusSeconds(20))).containsExactly("start a 2 20s");
        Given tenth = new Given().sandbox(State.RUNNING).ended("a", 9, 1, 300);
        assertThat(decided(pod(ONE), tenth, START.plusSeconds(310))).containsExactly("start a 10 300s");
    }

    @Test
    void restartsFollowThePolicy() {
        Given good = new Given().sandbox(State.RUNNING).ended("a", 0, 0, 0);
        Given bad = new Given().sandbox(State.RUNNING).ended("a", 0, 1, 0);
        assertThat(decided(pod(ONE), good)).containsExactly("start a 1 10s");
        assertThat(decided(pod("restartPolicy: OnFailure, " + ONE), good)).isEmpty();
        assertThat(decided(pod("restartPolicy: OnFailure, " + ONE), bad)).containsExactly("start a 1 10s");
        assertThat(decided(pod("restartPolicy: Never, " + ONE), bad)).isEmpty();
    }

    @Test
    void whatCannotBeBegunIsTriedAgainLater() {
        Given given = new Given().sandbox(State.RUNNING);
        given.failures.put("start a", new Failure("ErrImagePull", "no", 1, START.plusSeconds(30)));
        PodSync.Decision waits = PodSync.decide(pod(ONE), given.seen(), START.plusSeconds(11));
        assertThat(waits.actions()).isEmpty();
        assertThat(waits.wakeAt()).as("when its back-off is shown").isEqualTo(START.plusSeconds(22));
        waits = PodSync.decide(pod(ONE), given.seen(), START.plusSeconds(22));
        assertThat(waits.actions()).isEmpty();
        assertThat(waits.wakeAt()).isEqualTo(START.plusSeconds(30));
        assertThat(decided(pod(ONE), given, START.plusSeconds(30))).containsExactly("start a 0 0s");
    }

    @Test
    void aContainerEndsByHookThenSignalThenKill() {
        PodView deleted = pod(
                DELETED, "containers: [{name: a, image: i, lifecycle: {preStop: {sleep: {seconds: 1}}}}]", "Running");
        Given given = new Given().sandbox(State.RUNNING).running("a");
        assertThat(decided(deleted, given)).containsExactly("stop a 5s");
        given.stops.put("id-a-0", new Stop(START, 5, false, false, false));
        assertThat(decided(deleted, given, START.plusSeconds(1))).isEmpty();
        given.stops.put("id-a-0", new Stop(START, 5, true, false, false));
        assertThat(decided(deleted, given, START.plusSeconds(1))).containsExactly("term a");
        given.stops.put("id-a-0", new Stop(START, 5, true, true, false));
        assertThat(decided(deleted, given, START.plusSeconds(6))).isEmpty();
        assertThat(decided(deleted, given, START.plusSeconds(7))).containsExactly("kill a");
    }

    @Test
    void aPodEndsInOrderAndIsConfirmedOnce() {
        PodView deleted = pod(DELETED, INIT, "Running");
        Given given = new Given().sandbox(State.RUNNING).running("s").running("a");
        assertThat(decided(deleted, given)).as("the sidecar later").containsExactly("stop a 5s");
        given = new Given().sandbox(State.RUNNING).running("s").ended("a", 0, 0, 0);
        assertThat(decided(deleted, given)).containsExactly("stop s 5s");
        given = new Given().sandbox(State.RUNNING).ended("s", 0, 0, 0).ended("a", 0, 0, 0);
        assertThat(decided(deleted, given)).containsExactly("kill POD");
        given = new Given().sandbox(State.EXITED).ended("a", 0, 0, 0);
        given.busy.add("start a");
        assertThat(decided(deleted, given)).as("not while one is being started").isEmpty();
        given.busy.clear();
        assertThat(decided(deleted, given)).containsExactly("confirm");
        given.confirmed = true;
        assertThat(decided(deleted, given)).isEmpty();
        assertThat(decided(deleted.gone(), given)).containsExactly("remove id-POD-0", "remove id-a-0");
        assertThat(decided(deleted.gone(), new Given())).containsExactly("forget");
    }

    @Test
    void aPodIsTornDownFromLabelsAlone() {
        Given given = new Given().sandbox(State.RUNNING).running("a");
        PodView gone = PodView.gone(given.containers.get(1));
        assertThat(decided(gone, given)).containsExactly("stop a 30s");
    }

    @Test
    void aShorterGracePeriodCountsAtOnce() {
        PodView deleted = pod(", deletionTimestamp: x, deletionGracePeriodSeconds: 1", ONE, "Running");
        Given given = new Given().sandbox(State.RUNNING).running("a");
        given.stops.put("id-a-0", new Stop(START, 30, true, true, false));
        assertThat(decided(deleted, given)).containsExactly("stop a 1s");
        given.stops.put("id-a-0", new Stop(START, 1, true, true, false));
        assertThat(decided(deleted, given)).containsExactly("kill a");
    }

    @Test
    void whatFailsItsProbeIsStoppedAndNotStartedBesideItself() {
        Given given = new Given().sandbox(State.RUNNING).running("a");
        given.health.put("id-a-0", new Health(true, false, true));
        assertThat(decided(pod(ONE), given)).containsExactly("stop a 30s");
        given.stops.put("id-a-0", new Stop(START, 30, true, true, false));
        given.health.clear();
        assertThat(decided(pod(ONE), given)).isEmpty();
    }

    @Test
    void aLostSandboxIsReplacedAndItsContainersWithIt() {
        Given given = new Given().sandbox(State.EXITED).running("a");
        assertThat(decided(pod(ONE), given)).containsExactly("stop a 0s");
        given = new Given().sandbox(State.EXITED).ended("a", 0, 137, 0);
        assertThat(decided(pod(ONE), given)).containsExactly("sandbox 1");
        given.container(ContainerFacts.SANDBOX, 1, State.RUNNING, 0, 0);
        assertThat(decided(pod(ONE), given)).containsExactlyInAnyOrder("start a 1 0s", "remove id-POD-0");
    }

    @Test
    void anotherImageMeansAnotherContainer() {
        Given given = new Given().sandbox(State.RUNNING).running("a");
        assertThat(decided(pod("containers: [{name: a, image: other}]"), given)).containsExactly("stop a 30s");
    }

    @Test
    void oldContainersAreRemovedExceptForThePreviousOne() {
        Given given = new Given()
                .sandbox(State.RUNNING)
                .ended("a", 0, 1, 0)
                .ended("a", 1, 1, 10)
                .container("a", 2, State.RUNNING, 0, 20);
        assertThat(decided(pod(ONE), given)).containsExactly("remove id-a-0");
    }

    @Test
    void whatIsNotSupportedIsNotBegun() {
        PodView pod = pod("runtimeClassName: gvisor, volumes: [{name: v, nfs: {server: s}}], " + ONE);
        assertThat(Unsupported.of(pod)).containsExactly("spec.runtimeClassName", "volume \"v\": nfs");
        assertThat(decided(pod, new Given())).isEmpty();
    }
}
