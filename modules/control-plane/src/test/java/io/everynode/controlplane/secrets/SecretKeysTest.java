package io.everynode.controlplane.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.CipherBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretKeysTest {

    private static final String UID = "5c7e2f0a-uid";
    private static final String VALUE = "cGxhbnRlZC12YWx1ZQ==";

    @TempDir
    Path directory;

    private final DataSource database = TestSecrets.database();
    private final DataKeyTable table = new DataKeyTable(database, false);
    private final FormatGate gate = new FormatGate();
    private Path file;

    @BeforeEach
    void masterKey() throws IOException {
        gate.members(List.of(Set.of(FormatGate.role(EventTypes.READABLE_FORMAT))));
        file = Files.writeString(directory.resolve("masters"), MasterKeys.newLine() + "\n");
    }

    private SecretKeys open() {
        return SecretKeys.open(table, TestSecrets.source(file), gate);
    }

    private static JsonBytes secret() {
        ObjectNode secret = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("name", "s").put("namespace", "d").put("uid", UID);
        metadata.putObject("annotations").put("kubectl.kubernetes.io/last-applied-configuration", VALUE);
        secret.putObject("data").put("token", VALUE);
        return JsonBytes.of(secret.put("type", "Opaque"));
    }

    private ResourceEvent.Sealed sealed(SecretKeys keys) {
        return keys.seal(
                secret(), keys.make("Resource|s", UID).toCompletableFuture().join());
    }

    @Test
    void whatIsSealedIsOpenedAgainAlsoAfterAStart() {
        ResourceEvent.Sealed sealed;
        try (SecretKeys keys = open()) {
            sealed = sealed(keys);
            assertThat(keys.opened(sealed)).isEqualTo(new ResourceEvent.Stored(secret()));
        }
        try (SecretKeys keys = open()) {
            assertThat(keys.opened(sealed)).isEqualTo(new ResourceEvent.Stored(secret()));
        }
    }

    @Test
    void neitherValuesNorAnnotationsStayOpen() {
        try (SecretKeys keys = open()) {
            ResourceEvent.Sealed sealed = sealed(keys);
            assertThat(sealed.object().toString())
                    .doesNotContain(VALUE)
                    .doesNotContain("last-applied")
                    .contains(UID, "\"name\":\"s\"", "\"type\":\"Opaque\"", ResourceEvent.Sealed.MARK);
            assertThat(sealed.toString()).doesNotContain(VALUE);
            assertThat(table.all(false))
                    .hasSize(1)
                    .allSatisfy(key -> assertThat(key.wrapped()).doesNotContain(VALUE));
        }
    }

    @Test
    void afterTheRemovalOnlyTheFactIsLeft() {
        try (SecretKeys keys = open()) {
            ResourceEvent.Sealed sealed = sealed(keys);
            keys.removed(UID);
            await().until(() -> table.all(false).isEmpty());
            assertThat(keys.opened(sealed)).isEqualTo(sealed);
            assertThat(keys.held()).isZero();
        }
        try (SecretKeys keys = open()) {
            assertThat(keys.opened(sealed(keys))).as("a new key").isInstanceOf(ResourceEvent.Stored.class);
        }
    }

    @Test
    void keysThatACrashLeftBehindAreDestroyedAndOthersAreNot() {
        try (SecretKeys keys = open()) {
            sealed(keys);
            keys.make("Resource|never", "never-made").toCompletableFuture().join();
            keys.destroyAllBut(Set.of(UID), keys.stored(false));
            assertThat(table.all(false)).extracting(WrappedKey::uid).containsExactly(UID);
            assertThat(keys.stored(true)).as("new ones may still be waited for").isEmpty();
        }
    }

    @Test
    void aChangedEventIsRefused() {
        try (SecretKeys keys = open()) {
            ResourceEvent.Sealed sealed = sealed(keys);
            byte[] other = sealed.cipher().bytes().clone();
            other[other.length - 1] ^= 1;
            JsonBytes renamed = new JsonBytes(
                    sealed.object().toString().replace("\"s\"", "\"t\"").getBytes());
            assertThatThrownBy(() -> keys.opened(
                            new ResourceEvent.Sealed(sealed.object(), sealed.key(), new CipherBytes(other))))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> keys.opened(new ResourceEvent.Sealed(renamed, sealed.key(), sealed.cipher())))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anotherOrNoMasterKeyIsRefused() throws IOException {
        open().close();
        String right = Files.readString(file);
        Files.writeString(file, MasterKeys.newLine() + "\n");
        assertThatThrownBy(this::open).isInstanceOf(SecretsUnavailable.class).hasMessageContaining("lacks");
        // The id of the right one with other bytes.
        String id = right.split(" ")[0];
        Files.writeString(file, id + " " + MasterKeys.newLine().split(" ")[1]);
        assertThatThrownBy(this::open).isInstanceOf(SecretsUnavailable.class).hasMessageContaining("is not the one");
        Files.delete(file);
        assertThatThrownBy(this::open).isInstanceOf(SecretsUnavailable.class).hasMessageContaining("not there");
        for (String wrong : List.of("", "# nothing", "a b c", "id c2hvcnQ=", "id %%%", right + right)) {
            Files.writeString(file, wrong);
            assertThatThrownBy(this::open)
                    .as(wrong)
                    .isInstanceOf(SecretsUnavailable.class)
                    .message()
                    .doesNotContain("c2hvcnQ", right.split(" ")[1].strip());
        }
        Files.writeString(file, right);
        open().close();
    }

    @Test
    void masterKeysRotate() throws IOException {
        String old = Files.readString(file);
        ResourceEvent.Sealed sealed;
        try (SecretKeys keys = open()) {
            sealed = sealed(keys);
        }
        Files.writeString(file, MasterKeys.newLine() + "\n" + old);
        try (SecretKeys keys = open()) {
            assertThat(keys.opened(sealed)).isInstanceOf(ResourceEvent.Stored.class);
            assertThat(keys.rewrap()).isEqualTo(1);
            assertThat(keys.rewrap()).isZero();
            assertThat(table.all(false)).extracting(WrappedKey::master).containsExactly(keys.master());
        }
        Files.writeString(file, Files.readString(file).lines().findFirst().orElseThrow());
        try (SecretKeys keys = open()) {
            assertThat(keys.opened(sealed))
                    .as("the old one is needed no more")
                    .isInstanceOf(ResourceEvent.Stored.class);
        }
    }

    @Test
    void aNewerMasterKeyOfAnotherMemberIsLookedForInTheFile() throws IOException {
        try (SecretKeys mine = open()) {
            Files.writeString(file, MasterKeys.newLine() + "\n" + Files.readString(file));
            try (SecretKeys others = open()) {
                ResourceEvent.Sealed sealed = sealed(others);
                assertThat(mine.opened(sealed)).isInstanceOf(ResourceEvent.Stored.class);
            }
        }
    }

    @Test
    void aFileOfItsOwnIsMadeOnceAndForTheOwnerOnly() throws IOException {
        MasterKeySource own =
                MasterKeySource.of(ConfigFactory.parseMap(Map.of("key-file", "", "key-command", "")), directory);
        SecretKeys.open(table, own, gate).close();
        Path made = directory.resolve("keys").resolve("secrets.keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-------");
        SecretKeys.open(table, own, gate).close();
        Files.delete(made);
        assertThatThrownBy(() -> SecretKeys.open(table, own, gate)).isInstanceOf(SecretsUnavailable.class);
        assertThat(made).doesNotExist();
    }

    @Test
    void aCommandGivesTheKeysOrTheStartIsRefused() {
        SecretKeys.open(table, command("cat " + file), gate).close();
        assertThatThrownBy(() -> command("cat " + file + "; exit 3").read())
                .isInstanceOf(SecretsUnavailable.class)
                .hasMessageContaining("exit code 3");
    }

    private static MasterKeySource command(String command) {
        return MasterKeySource.of(ConfigFactory.parseMap(Map.of("key-file", "", "key-command", command)), null);
    }

    @Test
    void onlySecretsAndOnlyWhenAllMembersCanReadThem() {
        try (SecretKeys keys = open()) {
            assertThat(keys.seals(Kinds.SECRET)).isTrue();
            assertThat(keys.seals(Kinds.CONFIG_MAP)).isFalse();
            gate.members(List.of(Set.of(FormatGate.role(EventTypes.READABLE_FORMAT)), Set.of(FormatGate.role(3))));
            assertThat(keys.seals(Kinds.SECRET)).isFalse();
        }
    }
}
