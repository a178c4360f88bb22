package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.audit.AuditQuery;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditParametersTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static AuditQuery parse(String query) {
        return AuditParameters.parse(Query.parse(query), NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "object=ds/default/agent|daemonsets|default|agent",
                "object=DaemonSet/agent|daemonsets||agent",
                "object=daemonsets.apps|daemonsets||",
                "object=daemonset.apps/agent&namespace=default|daemonsets|default|agent",
                "object=node/n1|nodes||n1",
                "object=NO|nodes||",
                "object=secret/team/s|secrets|team|s",
                "object=clusterrole.rbac.authorization.k8s.io/a:b|clusterroles||a:b",
                "namespace=team||team|",
                "|||"
            })
    void objects(String query, String plural, String namespace, String name) {
        AuditQuery parsed = parse(query == null ? "" : query);
        assertThat(parsed.kind() == null ? null : parsed.kind().plural()).isEqualTo(plural);
        assertThat(parsed.namespace()).isEqualTo(namespace == null ? "" : namespace);
        assertThat(parsed.name()).isEqualTo(name == null ? "" : name);
    }

    @ParameterizedTest
    @CsvSource({
        "since=90m,2026-11-22T08:30:00Z",
        "since=1h30m,2026-11-22T08:30:00Z",
        "since=7d,2026-11-15T10:00:00Z",
        "since=1d12h,2026-11-20T22:00:00Z",
        "since=2026-11-22T09:00:00Z,2026-11-22T09:00:00Z",
        "since=2026-11-22T10:00:00%2B02:00,2026-11-22T08:00:00Z"
    })
    void times(String query, String expected) {
        assertThat(Instant.ofEpochMilli(parse(query).sinceMillis())).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=yesterday",
                "until=2026-11-22",
                "since=-1h",
                "object=unicorn/a",
                "object=ds//a",
                "object=ds/a/b/c",
                "object=/",
                "object=node/team/n1",
                "object=node/n1&namespace=team",
                "limit=0",
                "limit=10001",
                "limit=x",
                "continue=-1",
                "continue=x",
                "verb=get",
                "sinc=1h"
            })
    void whatCannotBeUnderstoodIsRefused(String query) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOfSatisfying(
                        ApiFailure.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(400));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"user=ann&user=bob|[ann, bob]", "user=ann,bob|[ann, bob]", "user=|[]", "limit=5|[]"})
    void users(String query, String expected) {
        assertThat(parse(query).users()).hasToString(expected);
    }
}
