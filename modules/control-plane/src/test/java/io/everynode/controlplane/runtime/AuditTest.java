package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditEntry;
import io.everynode.controlplane.audit.AuditPage;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.core.audit.ObjectDifference;
import io.everynode.core.audit.RequestCause;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who changed what, from a real journal. */
@Timeout(120)
class AuditTest {

    @RegisterExtension
    static final TestServer cp = TestServer.forClass("");

    private static final String SET = "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent',"
            + "'namespace':'default'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{"
            + "'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}";

    private static Instant between;
    private static long middle;

    @BeforeAll
    static void changes() {
        cp.node("n1");
        create(
                "ann",
                Kinds.CONFIG_MAP,
                "settings",
                "{'metadata':{'name':'settings','namespace':'default'},'data':{'k':'v'}}");
        patch("bob", Kinds.CONFIG_MAP, "settings", "", "{'data':{'k':'w'}}");
        create(
                "ann",
                Kinds.SECRET,
                "hidden",
                "{'metadata':{'name':'hidden','namespace':'default'},'data':{'p':'UExBTlRFRA=='}}");
        middle = cp.server.catalogVersion().resourceVersion();
        // Times on record are whole milliseconds: one that neither what was before nor what comes has.
        between = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().isAfter(between.plusMillis(1)));
        patch("ann", Kinds.SECRET, "hidden", "", "{'data':{'p':'T1RIRVI='}}");
        create("ann", Kinds.DAEMON_SET, "agent", SET);
        patch(
                "carl",
                Kinds.DAEMON_SET,
                "agent",
                "",
                "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'i:2'}]}}}}");
        patch("system:node:n1", Kinds.NODE, "n1", "status", "{'status':{'nodeInfo':{'kernelVersion':'6'}}}");
        TestServer.until(() -> cp.count(Kinds.POD, "default") == 1);
        String pod =
                cp.server.catalog().list(Kinds.POD, "default").iterator().next().name();
        patch("dan", Kinds.POD, pod, "", "{'metadata':{'labels':{'debug':'yes'}}}");
        sent(
                "dan",
                "DELETE",
                Kinds.CONFIG_MAP,
                "settings",
                "",
                new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.BACKGROUND));
    }

    private static void create(String user, Kind kind, String name, String object) {
        sent(user, "POST", kind, name, "", new ObjectWrite.Create(json(object), ""));
    }

    private static void patch(String user, Kind kind, String name, String subresource, String body) {
        sent(
                user,
                "PATCH",
                kind,
                name,
                subresource,
                new ObjectWrite.Patch(
                        subresource, PatchType.MERGE, json(body), FieldValidation.STRICT, Precondition.NONE));
    }

    private static void sent(
            String user, String method, Kind kind, String name, String subresource, ObjectWrite write) {
        String namespace = kind.namespaced() ? "default" : "";
        String path = (kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/")
                + kind.version()
                + (kind.namespaced() ? "/namespaces/default/" : "/")
                + kind.plural()
                + (method.equals("POST") ? "" : "/" + name)
                + (subresource.isEmpty() ? "" : "/" + subresource);
        // Nodes' reports name only the request.
        RequestCause cause = user.startsWith("system:node:")
                ? RequestCause.of("id")
                : new RequestCause("id", "10.0.0.1", method, path, "", "");
        WriteResult result = cp.server
                .write(new WriteRequest(
                        kind,
                        namespace,
                        name,
                        write,
                        0,
                        false,
                        new Caller(user, "kubectl/v1"),
                        cause.text(),
                        Instant.now().plusSeconds(20)))
                .toCompletableFuture()
                .join();
        assertThat(result).as(result.toString()).isNotInstanceOf(WriteResult.Refused.class);
    }

    private static AuditQuery query(
            Instant since, Instant until, List<String> users, Kind kind, Set<String> verbs, boolean all, int limit) {
        return new AuditQuery(
                since == null ? 0 : since.toEpochMilli(),
                until == null ? Long.MAX_VALUE : until.toEpochMilli(),
                users,
                kind,
                "",
                "",
                verbs,
                all,
                limit,
                0);
    }

    private static List<AuditEntry> read(AuditQuery query) {
        AuditCursor cursor = cp.server.audit(query);
        List<AuditEntry> entries = new ArrayList<>();
        AuditPage page;
        do {
            page = cursor.next().toCompletableFuture().join();
            entries.addAll(page.entries());
        } while (page.before() > 0 && entries.size() < query.limit());
        return entries;
    }

    private static String brief(List<AuditEntry> entries) {
        return entries.stream()
                .map(entry ->
                        entry.user() + " " + entry.verb() + " " + entry.kind().plural() + " "
                                + (entry.kind().equals(Kinds.POD) ? "" : entry.name() + " ")
                                + fields(entry))
                .collect(Collectors.joining("\n"));
    }

    private static String fields(AuditEntry entry) {
        return entry.difference().orElse(ObjectDifference.NONE).fields().stream()
                .map(field -> field.path() + ":" + field.before() + ">" + field.after())
                .collect(Collectors.joining(" "));
    }

    private static List<AuditEntry> everybody() {
        return read(query(null, null, List.of(), null, Set.of(), false, 100));
    }

    @Test
    void tellsWhoChangedWhatTheNewestFirst() {
        List<AuditEntry> all = everybody();
        assertThat(brief(all.stream()
                        .filter(entry -> !entry.verb().equals("create"))
                        .toList()))
                .isEqualTo("""
                        dan delete configmaps settings\s
                        dan patch pods metadata.labels.debug:null>"yes"
                        carl patch daemonsets agent spec.template.spec.containers[c].image:"i:1">"i:2"
                        ann patch secrets hidden data.p:"(hidden)">"(hidden)"
                        bob patch configmaps settings data.k:"v">"w\"""");
        assertThat(all.stream()
                        .filter(entry -> entry.verb().equals("create"))
                        .map(entry -> entry.user() + " " + entry.name()))
                .containsExactly("ann agent", "ann hidden", "ann settings");
        AuditEntry first = all.get(all.size() - 1);
        assertThat(fields(first)).contains("data.k:null>\"v\"");
        assertThat(first.uid()).hasSize(36);
        assertThat(first.client()).isEqualTo("kubectl/v1");
        assertThat(first.request().orElseThrow().address()).isEqualTo("10.0.0.1");
        assertThat(all.toString()).doesNotContain("UExBTlRFRA").doesNotContain("T1RIRVI");
        assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(b.ordering(), a.ordering()));
    }

    @Test
    void ofADaemonPodNameAndNamespaceAreTold() {
        AuditEntry labelled = read(query(null, null, List.of("dan"), Kinds.POD, Set.of(), false, 1))
                .get(0);
        assertThat(labelled.namespace()).isEqualTo("default");
        assertThat(labelled.name()).startsWith("agent-");
    }

    @Test
    void nodesAndPartsOfTheControlPlaneAreToldWhenAsked() {
        assertThat(brief(read(query(null, null, List.of("system:node:*"), null, Set.of(), false, 10))))
                .isEqualTo("system:node:n1 update nodes n1 status.nodeInfo.kernelVersion:null>\"6\"");
        List<AuditEntry> parts =
                read(query(null, null, List.of("system:daemonset-controller"), Kinds.POD, Set.of(), true, 10));
        assertThat(parts).isNotEmpty();
        assertThat(parts.get(parts.size() - 1).verb()).isEqualTo("create");
        assertThat(parts.get(parts.size() - 1).request()).isEmpty();
    }

    @Test
    void isAskedByUserKindVerbAndTime() {
        assertThat(brief(read(query(null, null, List.of("bob", "c*l"), null, Set.of(), false, 10)))
                        .lines())
                .hasSize(2);
        assertThat(read(query(null, null, List.of("b"), null, Set.of(), false, 10)))
                .isEmpty();
        assertThat(read(query(null, null, List.of(), Kinds.CONFIG_MAP, Set.of("delete"), false, 10)))
                .hasSize(1);
        assertThat(read(query(between, null, List.of("ann"), Kinds.SECRET, Set.of(), false, 10)))
                .hasSize(1)
                .allMatch(entry -> entry.ordering() > middle);
        assertThat(read(query(null, between, List.of("ann"), Kinds.SECRET, Set.of(), false, 10)))
                .hasSize(1)
                .allMatch(entry -> entry.ordering() <= middle);
        assertThat(read(query(Instant.now().plusSeconds(3_600), null, List.of(), null, Set.of(), true, 10)))
                .isEmpty();
        assertThat(read(query(null, Instant.EPOCH.plusMillis(1), List.of(), null, Set.of(), true, 10)))
                .isEmpty();
    }

    @Test
    void whoReadsOneAfterAnotherIsNeverTooMany() {
        for (int i = 0; i < 300; i++) {
            assertThat(read(query(Instant.now().plusSeconds(3_600), null, List.of(), null, Set.of(), true, 10)))
                    .isEmpty();
        }
    }

    @Test
    void onesLimitIsAnothersBegin() {
        List<Long> whole = everybody().stream().map(AuditEntry::ordering).toList();
        List<Long> parts = new ArrayList<>();
        long before = 0;
        do {
            AuditQuery some = query(null, null, List.of(), null, Set.of(), false, 3);
            AuditPage page = cp.server
                    .audit(new AuditQuery(0, Long.MAX_VALUE, some.users(), null, "", "", Set.of(), false, 3, before))
                    .next()
                    .toCompletableFuture()
                    .join();
            assertThat(page.entries().size()).isLessThanOrEqualTo(3);
            page.entries().forEach(entry -> parts.add(entry.ordering()));
            before = page.before();
        } while (before > 0);
        assertThat(parts).isEqualTo(whole);
    }

    @Test
    void everyEventOfTheJournalCanBeTold() {
        List<AuditEntry> all = read(query(null, null, List.of(), null, Set.of(), true, 10_000));
        assertThat(all).hasSizeGreaterThan(20).allMatch(entry -> !entry.verb().isEmpty());
    }
}
