package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the control plane sees to by itself: accounts in each namespace, the end of old Events. */
class UpkeepTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass("everynode.control-plane.event-ttl = 1s");

    private static Optional<StoredObject> account(String namespace) {
        return on.server.catalog().get(Kinds.SERVICE_ACCOUNT, namespace, "default");
    }

    private static void event(String name, String times) {
        on.create(
                Kinds.EVENT,
                ("{'apiVersion':'v1','kind':'Event','metadata':{'name':'%s','namespace':'default'},"
                                + "'involvedObject':{'kind':'Pod','name':'p','namespace':'default'},'reason':'r','message':'m'%s}")
                        .formatted(name, times));
    }

    @Test
    void everyNamespaceHasItsDefaultAccount() {
        TestServer.until(() -> account("kube-system").isPresent());
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'fresh'}}");
        TestServer.until(() -> account("fresh").isPresent());
        String first = account("fresh").orElseThrow().uid();
        on.delete(Kinds.SERVICE_ACCOUNT, "fresh", "default", null);
        TestServer.until(() ->
                account("fresh").filter(again -> !again.uid().equals(first)).isPresent());
    }

    @Test
    void aNamespaceThatGoesTakesItsAccountAlong() {
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'short'}}");
        TestServer.until(() -> account("short").isPresent());
        on.delete(Kinds.NAMESPACE, "", "short", null);
        TestServer.until(
                () -> on.server.catalog().get(Kinds.NAMESPACE, "", "short").isEmpty());
        assertThat(account("short")).isEmpty();
    }

    @Test
    void eventsOfClientsGoWhenTheyAreOld() {
        event("old", "");
        event("from-the-future", ",'lastTimestamp':'2999-01-01T00:00:00Z'");
        TestServer.until(
                () -> on.server.catalog().get(Kinds.EVENT, "default", "old").isEmpty());
        TestServer.until(() -> on.server
                .catalog()
                .get(Kinds.EVENT, "default", "from-the-future")
                .isEmpty());
    }

    @Test
    void anEventThatWasHeardAgainStaysUntilThen() {
        EventExpiryDuty duty = new EventExpiryDuty(Duration.ofHours(1));
        event("heard", ",'series':{'count':2,'lastObservedTime':'2001-01-01T00:30:00.000000Z'}");
        StoredObject stored =
                on.server.catalogVersion().get(Kinds.EVENT, "default", "heard").orElseThrow();
        assertThat(Json.text(stored.tree(), "series", "lastObservedTime")).isNotEmpty();
        Instant created = Instant.parse(Json.text(stored.tree(), "metadata", "creationTimestamp"));
        Duty.Todo soon =
                duty.decide(on.server.catalogVersion(), stored.collectable().address(), created.plusSeconds(60));
        assertThat(soon.writes()).isEmpty();
        assertThat(soon.lookAgain()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        assertThat(duty.decide(on.server.catalogVersion(), stored.collectable().address(), created.plusSeconds(3601))
                        .writes())
                .hasSize(1);
        Instant early = Instant.parse("2001-01-01T00:40:00Z");
        assertThat(duty.decide(on.server.catalogVersion(), stored.collectable().address(), early)
                        .lookAgain())
                .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(51));
        assertThatThrownBy(() -> new EventExpiryDuty(Duration.ZERO)).hasMessageContaining("event-ttl");
    }
}
