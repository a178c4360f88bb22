package io.everynode.nodes;

import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.nodes.api.SeenObject;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Pod, and the latest thing that its node has to write about it. Confined to the loop's thread. */
final class PodWriter extends WriteWindow.Writer {
    private static final Logger log = LoggerFactory.getLogger(PodWriter.class);

    /** What it needs of its fleet. */
    interface Fleet {
        Instant now();

        /** As {@link WriteWindow#want}. */
        void want(WriteWindow.Writer writer);

        /** After the delay with the jitter that belongs to the Pod's UID and turn; never once the fleet has stopped. */
        void later(Duration delay, String uid, int turn, Runnable task);

        /** The object is gone. */
        void podGone(String uid);

        /** The Pod's status is stored. */
        void podReported(NodeWriter node);
    }

    private final Fleet fleet;
    private final NodeWriter node;
    private final PodFacts facts;
    private HollowAction wish = HollowAction.NONE;
    private HollowAction sent = HollowAction.NONE;
    private int turn;
    /** The version that the last report made. */
    private long reported;

    PodWriter(Fleet fleet, NodeWriter node, PodFacts facts) {
        this.fleet = fleet;
        this.node = node;
        this.facts = facts;
    }

    @Override
    String id() {
        return "pod " + facts.namespace() + "/" + facts.name();
    }

    /** @param always also an empty action replaces the present one */
    void doNow(HollowAction action, boolean always) {
        if (action instanceof HollowAction.Nothing && !always) {
            return;
        }
        int now = ++turn;
        wish = action;
        if (action instanceof HollowAction.Wait wait) {
            fleet.later(wait.delay(), facts.uid(), now, () -> {
                if (now == turn) {
                    doNow(node.node.podDelayOver(facts.uid(), fleet.now()), true);
                }
            });
        } else {
            fleet.want(this);
        }
    }

    @Override
    boolean wants() {
        return wish instanceof HollowAction.Report || wish instanceof HollowAction.ConfirmDeletion;
    }

    @Override
    NodeWrite request(Instant now) {
        sent = wish;
        return wish instanceof HollowAction.Report report
                ? NodeRequests.podStatus(node.node, facts, report.status(), report.why())
                : NodeRequests.podEnded(node.node, facts);
    }

    @Override
    void done(NodeAnswer answer) {
        if (answer instanceof NodeAnswer.Stored stored) {
            reported = Math.max(reported, stored.object().resourceVersion());
        }
        HollowAction written = sent;
        // A report is a tree, and most Pods never make another one.
        sent = HollowAction.NONE;
        if (written != wish) {
            return;
        }
        wish = HollowAction.NONE;
        if (answer instanceof NodeAnswer.Refused refused) {
            refused(refused);
        } else if (written instanceof HollowAction.Report) {
            doNow(node.node.podReported(facts.uid()), true);
            fleet.podReported(node);
        }
    }

    private void refused(NodeAnswer.Refused refused) {
        // The object is gone or another one has its name; its removal is, or will be, on the watch.
        if (refused.status().code() == 404 || refused.status().code() == 409) {
            fleet.podGone(facts.uid());
        } else {
            log.warn(
                    "Hollow report on {} is refused: {}", id(), refused.status().message());
        }
    }

    /** It has nothing to write and waits for nothing. */
    boolean settled() {
        return wish instanceof HollowAction.Nothing;
    }

    /** Whether what is seen is newer than the last report: what is older, that report has overtaken. */
    boolean isNews(SeenObject seen) {
        return seen.resourceVersion() > reported;
    }

    NodeWriter node() {
        return node;
    }
}
