package io.everynode.nodes.agent.plan;

/** Something to do next for a Pod. Immutable. */
public sealed interface PodAction {

    /** Of what it touches: while an action is under way, no other with its key is decided. */
    String key();

    /** Makes the Pod's directories and fills them with what is to be there now; what is there already stays. */
    record PrepareVolumes() implements PodAction {
        public static final String KEY = "volumes";

        @Override
        public String key() {
            return KEY;
        }
    }

    /** @param existing ID of one that was made and not started; "" to make it */
    record StartSandbox(int attempt, String existing) implements PodAction {
        public static final String KEY = "sandbox";

        @Override
        public String key() {
            return KEY;
        }
    }

    /**
     * Pulls its image where that is asked for, makes and starts a container, and runs its postStart hook.
     *
     * @param existing ID of one that was made and not started; "" to make it
     */
    record StartContainer(ContainerSpec spec, int attempt, long backOffSeconds, ContainerFacts sandbox, String existing)
            implements PodAction {
        @Override
        public String key() {
            return key(spec);
        }

        public static String key(ContainerSpec spec) {
            return "start " + spec.name();
        }
    }

    /** Notes that a container is to end, and runs its preStop hook. */
    record BeginStop(ContainerFacts container, ContainerSpec spec, long graceSeconds, String why) implements PodAction {
        @Override
        public String key() {
            return "stop " + container.id();
        }
    }

    /** @param kill whether at once */
    record Signal(ContainerFacts container, boolean kill) implements PodAction {
        @Override
        public String key() {
            return "stop " + container.id();
        }
    }

    record Remove(ContainerFacts container) implements PodAction {
        @Override
        public String key() {
            return "remove " + container.id();
        }
    }

    /** Removes the Pod's directories, and forgets it. */
    record Forget() implements PodAction {
        @Override
        public String key() {
            return "forget";
        }
    }

    /** Tells the API that nothing of the Pod runs any more; its last status goes first. */
    record ConfirmEnd() implements PodAction {
        @Override
        public String key() {
            return "confirm";
        }
    }
}
