package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.objects.Kinds;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

    @TempDir
    Path temp;

    @Test
    void theExamplesAreGoodManifests() throws Exception {
        Path examples = Path.of("../../config/examples");
        assertThat(Manifest.read(examples.resolve("01-network-plugin.yaml")))
                .singleElement()
                .satisfies(m -> assertThat(m.object()
                                .at("/spec/template/metadata/annotations/everynode.io~1network-plugin")
                                .asText())
                        .isEqualTo("true"));
        assertThat(Manifest.read(examples.resolve("02-fluentd-elasticsearch.yaml")))
                .singleElement()
                .satisfies(
                        m -> assertThat(m.namespace() + "/" + m.name()).isEqualTo("kube-system/fluentd-elasticsearch"));
        assertThat(Manifest.read(examples.resolve("logs/application.yaml")))
                .extracting(m -> m.kind() + " " + m.namespace() + "/" + m.name())
                .containsExactly(Kinds.DAEMON_SET + " default/numbers");
        assertThat(Manifest.read(examples.resolve("logs/collector.yaml")))
                .extracting(m -> m.kind() + " " + m.namespace() + "/" + m.name())
                .containsExactly(
                        Kinds.CONFIG_MAP + " kube-system/rsyslog-elasticsearch",
                        Kinds.DAEMON_SET + " kube-system/rsyslog-elasticsearch");
    }

    @Test
    void aFileMayHoldSeveralDocuments() throws Exception {
        Path file = Files.writeString(temp.resolve("two.yaml"), """
                # a comment only
                ---
                {apiVersion: v1, kind: Namespace, metadata: {name: one}}
                --- # and
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: two}
                data: {text: "a --- b"}
                ---
                """);
        assertThat(Manifest.read(file)).extracting(Manifest::kind).containsExactly(Kinds.NAMESPACE, Kinds.CONFIG_MAP);
        assertThat(Manifest.read(file)).extracting(Manifest::namespace).containsExactly("", "default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: [                                            | is broken YAML: ",
                "{apiVersion: v9, kind: Pond}                    | no kind \"Pond\" is registered for version \"v9\"",
                "{apiVersion: v1, kind: ConfigMap}               | metadata.name is required",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, date: {}} | unknown field \"date\"",
            })
    void aBrokenOneIsNamedInOneLine(String text, String message) throws Exception {
        Path file = Files.writeString(temp.resolve("m.yaml"), text);
        assertThatThrownBy(() -> Manifest.read(file))
                .isInstanceOf(StartFailure.class)
                .message()
                .startsWith("manifest " + file)
                .contains(message)
                .hasLineCount(1);
    }
}
