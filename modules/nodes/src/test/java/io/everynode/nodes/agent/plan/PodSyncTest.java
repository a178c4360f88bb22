package io.everynode.nodes.agent.plan;

import static io.everynode.nodes.agent.plan.Given.DELETED;
import static io.everynode.nodes.agent.plan.Given.START;
import static io.everynode.nodes.agent.plan.Given.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Health;
import io.everynode.nodes.agent.plan.PodSeen.Stop;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodSyncTest {

    private static final String ONE = "containers: [{name: a, image: i}]";
    private static final String INIT =
            "initContainers: [{name: x, image: i}, {name: s, image: i, restartPolicy: Always}, {name: y, image: i}], "
                    + ONE;

    /** Actions by what they touch, as KEY or with what matters of them. */
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
        return decided(pod, given, START.plusSeconds(11));
    }

    @Test
    void aPodBeginsStepByStep() {
        Given given = new Given();
        given.volumesReady = false;
        assertThat(decided(pod(ONE), given)).containsExactly("volumes");
        given.volumesReady = true;
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
