package io.everynode.nodes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a hollow node treats the Pods that are bound to it. Immutable. A topology gives it for a node; a Pod's
 * annotations {@code everynode.io/hollow.*} change it for that Pod.
 *
 * @param startDelay from seeing a Pod to starting its containers
 * @param readyDelay from the acknowledged start to Ready
 * @param stopDelay from seeing a deletion to confirming it; the Pod's grace period is the upper limit
 * @param failTimes so many Pods of one owner on one node end as Failed before one starts
 * @param failureRate share of Pods, 0 to 1, that end as Failed; which ones follows from their UIDs
 * @param failReason status.reason of those Pods
 * @param failMessage status.message of those Pods
 * @param unpullableImages images that cannot be pulled; a trailing * stands for any rest
 * @param crashLoop containers end soon after each start
 * @param neverReady containers run, but never become ready
 * @param vanishAfter the node falls silent so long after the fleet has started; null for never
 */
public record HollowBehaviour(
        Duration startDelay,
        Duration readyDelay,
        Duration stopDelay,
        int failTimes,
        double failureRate,
        String failReason,
        String failMessage,
        List<String> unpullableImages,
        boolean crashLoop,
        boolean neverReady,
        Duration vanishAfter) {

    /** Prefix of the annotations on Pods and Nodes that steer hollow nodes. */
    public static final String ANNOTATION_PREFIX = "everynode.io/hollow.";

    /** A well-behaved node. */
    public static final HollowBehaviour DEFAULT = new HollowBehaviour(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            0,
            0,
            "HollowFailure",
            "The hollow node was told to let this Pod fail.",
            List.of(),
            false,
            false,
            null);

    /**
     * The behaviour with a Pod's annotations laid over it: {@code start-delay}, {@code ready-delay}, {@code stop-delay}
     * (such as "200ms", "3s"), {@code fail-times}, {@code fail-reason}, {@code fail-message}, {@code pull-error},
     * {@code crash-loop}, {@code never-ready} ("true" or "false"). Values that cannot be read are left out.
     */
    public HollowBehaviour with(Map<String, String> annotations) {
        if (annotations.keySet().stream().noneMatch(key -> key.startsWith(ANNOTATION_PREFIX))) {
            return this;
        }
        return new HollowBehaviour(
                delay(annotations, "start-delay", startDelay),
                delay(annotations, "ready-delay", readyDelay),
                delay(annotations, "stop-delay", stopDelay),
                count(annotations, "fail-times", failTimes),
                failureRate,
                annotations.getOrDefault(ANNOTATION_PREFIX + "fail-reason", failReason),
                annotations.getOrDefault(ANNOTATION_PREFIX + "fail-message", failMessage),
                flag(annotations, "pull-error", false) ? List.of("*") : unpullableImages,
                flag(annotations, "crash-loop", crashLoop),
                flag(annotations, "never-ready", neverReady),
                vanishAfter);
    }

    public boolean canPull(String image) {
        return unpullableImages.stream()
                .noneMatch(pattern -> pattern.endsWith("*")
                        ? image.startsWith(pattern.substring(0, pattern.length() - 1))
                        : image.equals(pattern));
    }

    private static Duration delay(Map<String, String> annotations, String name, Duration otherwise) {
        return Optional.ofNullable(annotations.get(ANNOTATION_PREFIX + name))
                .flatMap(Durations::parse)
                .orElse(otherwise);
    }

    private static int count(Map<String, String> annotations, String name, int otherwise) {
        String text = annotations.getOrDefault(ANNOTATION_PREFIX + name, "");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static boolean flag(Map<String, String> annotations, String name, boolean otherwise) {
        String text = annotations.get(ANNOTATION_PREFIX + name);
        return text == null ? otherwise : text.equals("true");
    }
}
