package io.everynode.faults.killloop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = Ledger.ofConfigMaps();

    @BeforeEach
    void oneConfigMapAtNumberTwo() {
        ledger.asked("a", 1);
        ledger.acknowledged("a", object("a", "uid-a", 1, 11));
        ledger.asked("a", 2);
        ledger.acknowledged("a", object("a", "uid-a", 2, 12));
    }

    @Test
    void whatWasAcknowledgedIsThere() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12)))).isEmpty();
    }

    @Test
    void aWriteWithoutAnAnswerMayBeThereOrNot() {
        ledger.asked("a", 3);
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12)))).isEmpty();
        ledger.asked("a", 3);
        assertThat(ledger.settle(list(20, object("a", "uid-a", 3, 13)))).isEmpty();
        assertThat(ledger.entry("a").number()).isEqualTo(3);
        ledger.asked("b", 1);
        assertThat(ledger.settle(list(20, object("a", "uid-a", 3, 13)))).isEmpty();
    }

    @Test
    void aLostWriteIsFound() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 1, 11)))).hasSize(1);
    }

    @Test
    void aLostObjectIsFound() {
        assertThat(ledger.settle(list(20))).hasSize(1);
    }

    @Test
    void aWriteThatNobodyAskedForIsFound() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 3, 13)))).hasSize(1);
    }

    @Test
    void anObjectThatNobodyAskedForIsFound() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12), object("b", "uid-b", 1, 13))))
                .containsExactly("b was never asked for");
    }

    @Test
    void whatEveryNamespaceHasIsNobodysWrite() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12), object("kube-root-ca.crt", "uid-c", 0, 13))))
                .isEmpty();
    }

    @Test
    void anotherUidIsFound() {
        assertThat(ledger.settle(list(20, object("a", "uid-x", 2, 12)))).hasSize(1);
    }

    @Test
    void anotherVersionIsFound() {
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 14)))).hasSize(1);
    }

    @Test
    void whatWasDeletedIsGone() {
        ledger.asked("a", Ledger.GONE);
        ledger.gone("a");
        assertThat(ledger.settle(list(20))).isEmpty();
        assertThat(ledger.deleted()).containsExactly("uid-a");
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12)))).hasSize(1);
    }

    @Test
    void aDeletionWithoutAnAnswerMayBeDoneOrNot() {
        ledger.asked("a", Ledger.GONE);
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12)))).isEmpty();
        assertThat(ledger.deleted()).isEmpty();
        assertThat(ledger.living()).containsExactly("uid-a");
        ledger.asked("a", Ledger.GONE);
        assertThat(ledger.settle(list(20))).isEmpty();
        assertThat(ledger.deleted()).containsExactly("uid-a");
        assertThat(ledger.living()).isEmpty();
    }

    /** The number alone would not tell it from the one that was asked for. */
    @Test
    void whatWasDeletedAndIsThereAgainIsFound() {
        ledger.asked("b", 1);
        ledger.acknowledged("b", object("b", "uid-b", 1, 13));
        ledger.asked("b", Ledger.GONE);
        ledger.gone("b");
        ledger.asked("b", 1);
        assertThat(ledger.settle(list(20, object("a", "uid-a", 2, 12), object("b", "uid-b", 1, 13))))
                .containsExactly("b is there with the UID uid-b, which was deleted");
    }

    @Test
    void aSecretsValueIsRead() {
        Ledger secrets = Ledger.ofSecrets();
        secrets.asked("s", 1);
        secrets.acknowledged("s", secret("MQ=="));
        assertThat(secrets.settle(list(20, secret("MQ==")))).isEmpty();
        assertThat(secrets.settle(list(20, secret("")))).hasSize(1);
    }

    private static ObjectNode secret(String number) {
        ObjectNode secret = object("s", "uid-s", 0, 11);
        Json.child(secret, "data").put("number", number);
        return secret;
    }

    @Test
    void aListBehindItsObjectsIsFound() {
        assertThat(ledger.settle(list(11, object("a", "uid-a", 2, 12)))).hasSize(1);
    }

    private static ObjectNode object(String name, String uid, long number, long version) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name).put("uid", uid).put("resourceVersion", Long.toString(version));
        object.putObject("data").put("number", Long.toString(number));
        return object;
    }

    private static ObjectNode list(long version, ObjectNode... objects) {
        ObjectNode list = Json.object();
        list.putObject("metadata").put("resourceVersion", Long.toString(version));
        ArrayNode items = list.putArray("items");
        for (ObjectNode object : objects) {
            items.add(object);
        }
        return list;
    }
}
