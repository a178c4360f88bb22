package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.objects.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {

    @TempDir
    Path temp;

    @Test
    void itsCurrentContextLeadsToTheServer() throws Exception {
        Path file = Kubeconfig.write(temp, "http://127.0.0.1:6443", Optional.empty());
        JsonNode config = new YAMLMapper().readTree(Files.readString(file));
        assertThat(Json.text(config, "current-context")).isEqualTo("everynode");
        assertThat(config.at("/contexts/0/name").asText()).isEqualTo("everynode");
        assertThat(config.at("/contexts/0/context/cluster").asText())
                .isEqualTo(config.at("/clusters/0/name").asText());
        assertThat(config.at("/clusters/0/cluster/server").asText()).isEqualTo("http://127.0.0.1:6443");
    }

    @Test
    void onlyItsOwnerReadsItAlsoAfterBeingReplaced() throws Exception {
        Files.writeString(temp.resolve("kubeconfig"), "old");
        Path file = Kubeconfig.write(temp, "http://127.0.0.1:7000", Optional.empty());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("7000");
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void withTlsItHoldsWhatBothSidesShow() throws Exception {
        Path file = Kubeconfig.write(
                temp, "https://127.0.0.1:6443", Optional.of(new Kubeconfig.Credentials("ca", "crt", "key")));
        JsonNode config = new YAMLMapper().readTree(Files.readString(file));

        assertThat(config.at("/clusters/0/cluster/certificate-authority-data").asText())
                .isEqualTo("Y2E=");
        assertThat(config.at("/users/0/user/client-certificate-data").asText()).isEqualTo("Y3J0");
        assertThat(config.at("/users/0/user/client-key-data").asText()).isEqualTo("a2V5");
        assertThat(config.at("/contexts/0/context/user").asText()).isEqualTo("everynode");
    }
}
