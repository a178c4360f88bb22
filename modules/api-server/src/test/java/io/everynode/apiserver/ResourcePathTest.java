package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePathTest {

    @ParameterizedTest
    @CsvSource({
        "'',     nodes,                              Node,      '',  '',  ''",
        "'',     nodes/n1,                           Node,      '',  n1,  ''",
        "'',     nodes/n1/status,                    Node,      '',  n1,  status",
        "'',     pods,                               Pod,       '',  '',  ''",
        "'',     namespaces/a/pods,                  Pod,       a,   '',  ''",
        "'',     namespaces/a/pods/p,                Pod,       a,   p,   ''",
        "'',     namespaces/a/pods/p/status,         Pod,       a,   p,   status",
        "'',     namespaces,                         Namespace, '',  '',  ''",
        "'',     namespaces/a,                       Namespace, '',  a,   ''",
        "'',     namespaces/a/status,                Namespace, '',  a,   status",
        "'',     namespaces/a/finalize,              Namespace, '',  a,   finalize",
        "apps,   namespaces/a/daemonsets/d/status,   DaemonSet, a,   d,   status",
        "'',     namespaces/status/pods/finalize,    Pod,       status, finalize, ''",
    })
    void isServed(String group, String rest, String kind, String namespace, String name, String subresource) {
        ResourcePath path =
                ResourcePath.parse(group, "v1", List.of(rest.split("/"))).orElseThrow();

        assertThat(path.kind().kind()).isEqualTo(kind);
        assertThat(path.namespace()).isEqualTo(namespace);
        assertThat(path.name()).isEqualTo(name);
        assertThat(path.subresource()).isEqualTo(subresource);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pods/p",
                "pods/p/status",
                "namespaces/a/nodes",
                "namespaces/a/nodes/n",
                "namespaces/a/things",
                "namespaces/a/pods/p/status/more",
                "namespaces/a/configmaps/c/status",
                "daemonsets",
                "things"
            })
    void isNotServed(String rest) {
        assertThat(ResourcePath.parse("", "v1", List.of(rest.split("/")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "a%b"})
    void refusesNamesThatCannotBe(String name) {
        assertThatThrownBy(() -> ResourcePath.parse("", "v1", List.of("nodes", name)))
                .isInstanceOfSatisfying(
                        ApiFailure.class, f -> assertThat(f.status().code()).isEqualTo(400));
    }
}
