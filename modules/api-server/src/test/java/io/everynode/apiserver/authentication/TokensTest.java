package io.everynode.apiserver.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String BOOTSTRAP = "abcdef.0123456789abcdef";
    private static final String TOKEN = UserTokens.token("abcdefghij", new byte[32]);

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode bootstrap() {
        return BootstrapTokens.object(BOOTSTRAP, "", NOW.plusSeconds(1));
    }

    private static ObjectNode ofUser() {
        return UserTokens.object(TOKEN, new byte[16], "ann", List.of("a", "b, c"), NOW.plusSeconds(1));
    }

    private static Function<String, Optional<ObjectNode>> only(ObjectNode secret) {
        return name -> Optional.of(secret)
                .filter(each -> Json.text(each, "metadata", "name").equals(name));
    }

    private static String shown(Finding finding) {
        if (finding instanceof Finding.Known known) {
            return known.user().name() + " " + known.user().groups();
        }
        return finding instanceof Finding.Wrong wrong ? wrong.why() : "nothing";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // Field of the Secret | its value ("-" for none) | what is shown
                "token-id | abcdef | system:bootstrap:abcdef [system:bootstrappers]",
                "token-id | abcdeg | the bootstrap token abcdef has another id",
                "token-id | - | the bootstrap token abcdef has another id",
                "token-secret | 0123456789abcdeg | the bootstrap token abcdef is another one",
                "token-secret | 0123456789abcde | the bootstrap token abcdef is another one",
                "token-secret | - | the bootstrap token abcdef is another one",
                "expiration | 2026-11-22T12:00:01Z | system:bootstrap:abcdef [system:bootstrappers]",
                "expiration | 2026-11-22T13:00:01+01:00 | system:bootstrap:abcdef [system:bootstrappers]",
                "expiration | 2026-11-22T12:00:00Z | the bootstrap token abcdef has expired",
                "expiration | soon | the bootstrap token abcdef has expired",
                "expiration | - | system:bootstrap:abcdef [system:bootstrappers]",
                "usage-bootstrap-authentication | false | the bootstrap token abcdef is not for authentication",
                "usage-bootstrap-authentication | - | the bootstrap token abcdef is not for authentication",
                "auth-extra-groups | system:bootstrappers:a,system:bootstrappers:b"
                        + " | system:bootstrap:abcdef [system:bootstrappers, system:bootstrappers:a, system:bootstrappers:b]",
                "auth-extra-groups | system:masters"
                        + " | the bootstrap token abcdef names a group that is not for them",
                "auth-extra-groups | system:bootstrappers:a,"
                        + " | the bootstrap token abcdef names a group that is not for them",
            })
    void aBootstrapTokenIsWhatItsSecretSays(String field, String value, String shown) {
        ObjectNode secret = bootstrap();
        if (value.equals("-")) {
            Json.child(secret, "data").remove(field);
        } else {
            Json.child(secret, "data").put(field, encoded(value));
        }

        assertThat(shown(BootstrapTokens.check(BOOTSTRAP, only(secret), NOW))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef.0123456789abcdeg, the bootstrap token abcdef is another one",
        "abcdeg.0123456789abcdef, there is no bootstrap token abcdeg",
        "abcdef.0123456789abcde, nothing",
        "abcdef.0123456789abcdef0, nothing",
        "ABCDEF.0123456789abcdef, nothing",
        "abcdef-0123456789abcdef, nothing",
        "evn.abcdefghij.AAAA, nothing",
    })
    void anotherTokenIsNotIt(String token, String shown) {
        assertThat(shown(BootstrapTokens.check(token, only(bootstrap()), NOW))).isEqualTo(shown);
    }

    @Test
    void aSecretOfAnotherTypeOrOneThatIsDeletedIsNoToken() {
        ObjectNode opaque = bootstrap().put("type", "Opaque");
        ObjectNode deleted = bootstrap();
        Json.child(deleted, "metadata").put("deletionTimestamp", "2026-11-22T11:00:00Z");
        ObjectNode opaqueOfUser = ofUser().put("type", "Opaque");
        ObjectNode deletedOfUser = ofUser();
        Json.child(deletedOfUser, "metadata").put("deletionTimestamp", "2026-11-22T11:00:00Z");

        assertThat(BootstrapTokens.check(BOOTSTRAP, only(opaque), NOW)).isInstanceOf(Finding.Wrong.class);
        assertThat(BootstrapTokens.check(BOOTSTRAP, only(deleted), NOW)).isInstanceOf(Finding.Wrong.class);
        assertThat(UserTokens.check(TOKEN, only(opaqueOfUser), NOW)).isInstanceOf(Finding.Wrong.class);
        assertThat(UserTokens.check(TOKEN, only(deletedOfUser), NOW)).isInstanceOf(Finding.Wrong.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "user | tom | tom [a, b, c]",
                "user | - | the token abcdefghij names nobody",
                "groups | - | ann []",
                "salt | other | the token abcdefghij is another one",
                "hash | other | the token abcdefghij is another one",
                "hash | - | the token abcdefghij is another one",
                "expiration | 2026-11-22T12:00:00Z | the token abcdefghij has expired",
                "expiration | - | ann [a, b, c]",
            })
    void aUsersTokenIsWhatItsSecretSays(String field, String value, String shown) {
        ObjectNode secret = ofUser();
        if (value.equals("-")) {
            Json.child(secret, "data").remove(field);
        } else {
            Json.child(secret, "data").put(field, encoded(value));
        }

        assertThat(shown(UserTokens.check(TOKEN, only(secret), NOW))).isEqualTo(shown);
    }

    @Test
    void ofAUsersTokenOnlyAHashIsKept() {
        byte[] random = new byte[32];
        java.util.Arrays.fill(random, (byte) 77);
        String token = UserTokens.token("abcdefghij", random);
        String secret = token.substring(token.lastIndexOf('.') + 1);
        ObjectNode object = UserTokens.object(token, new byte[16], "ann", List.of(), null);

        assertThat(shown(UserTokens.check(token, only(object), NOW))).isEqualTo("ann []");
        assertThat(object.toString()).doesNotContain(secret).doesNotContain(encoded(secret));
        assertThat(shown(UserTokens.check(TOKEN, only(object), NOW))).isEqualTo("the token abcdefghij is another one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "Bearer abc | abc",
                "bearer abc | abc",
                "' Bearer abc ' | abc",
                "Bearer abc def | abc",
                "Bearer | none",
                "Bearer  abc | none",
                "Basic abc | none",
                "abc | none",
                "'' | none",
            })
    void theHeaderHoldsTheToken(String header, String token) {
        assertThat(BearerHeader.token(header).orElse(null)).isEqualTo(token);
    }
}
