package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A DaemonSet and a client may make a ControllerRevision of one name at the same time; the fold must bear both. */
class RevisionNamesTest {

    private static final String DAEMON_SET = PersistenceIds.encode(EntityIds.DAEMON_SET, "d", "agent");
    private static final JsonBytes EMPTY = JsonBytes.of(Json.object());

    private final TestJournal journal = new TestJournal();

    private void daemonSet(DaemonSetEvent event) {
        journal.write(DAEMON_SET, TestJournal.USER, event);
    }

    private void created() {
        daemonSet(new DaemonSetEvent.Stored(
                "u",
                JsonBytes.of(TestJournal.json(
                        "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'d',"
                                + "'uid':'u'}}"))));
    }

    private void recorded() {
        daemonSet(new DaemonSetEvent.RevisionRecorded("u", "h", 1, "agent-h", "rev", EMPTY, EMPTY));
    }

    private void clientMakes() {
        journal.resource(
                Kinds.CONTROLLER_REVISION,
                "d",
                "agent-h",
                TestJournal.stored(Kinds.CONTROLLER_REVISION, "d", "agent-h", "client"));
    }

    private void clientDeletes() {
        journal.resource(Kinds.CONTROLLER_REVISION, "d", "agent-h", new ResourceEvent.Removed("uid-agent-h"));
    }

    /** UIDs of the ControllerRevisions that are listed. */
    private List<String> listed() {
        List<String> uids = new ArrayList<>();
        for (StoredObject revision : journal.fold.version().list(Kinds.CONTROLLER_REVISION, "d")) {
            uids.add(revision.uid());
        }
        return uids;
    }

    @Test
    void theClientsWasFirst() {
        created();
        clientMakes();
        recorded();
        assertThat(listed()).containsExactly("uid-agent-h");
        daemonSet(new DaemonSetEvent.RevisionRenumbered("u", "h", 2, EMPTY));
        daemonSet(new DaemonSetEvent.RevisionTrimmed("u", "h"));
        assertThat(listed()).containsExactly("uid-agent-h");
        clientDeletes();
        assertThat(listed()).isEmpty();
    }

    @Test
    void theDaemonSetsWasFirst() {
        created();
        recorded();
        clientMakes();
        assertThat(listed()).containsExactly("rev");
        clientDeletes();
        assertThat(listed()).containsExactly("rev");
        daemonSet(new DaemonSetEvent.RevisionTrimmed("u", "h"));
        assertThat(listed()).isEmpty();
    }

    @Test
    void theFirstOneGoesBeforeTheSecond() {
        created();
        clientMakes();
        recorded();
        clientDeletes();
        assertThat(listed()).isEmpty();
        daemonSet(new DaemonSetEvent.RevisionTrimmed("u", "h"));
        daemonSet(new DaemonSetEvent.Removed("u"));
        assertThat(listed()).isEmpty();
    }
}
