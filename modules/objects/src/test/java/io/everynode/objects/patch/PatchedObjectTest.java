package io.everynode.objects.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchedObjectTest {

    private static final ObjectNode CURRENT =
            (ObjectNode) parse("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'data':{'a':'b'}}");

    private static JsonNode parse(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            STRATEGIC | {'data':{'n':'1'},'datta':{'y':[1,true,null],'x':'z'}} | map[data:map[n:1] datta:map[x:z y:[1 true <nil>]]] | strict decoding error: unknown field "datta"
            STRATEGIC | {'data':{'a':['b']}} | map[data:map[a:[b]]] | json: cannot unmarshal array into Go struct field ConfigMap.data of type string
            MERGE | {'datta':{}} | {\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"name\\":\\"c\\"},\\"data\\":{\\"a\\":\\"b\\"},\\"datta\\":{}} | strict decoding error: unknown field "datta"
            """)
    void whatDoesNotFitTheSchemaIsAPatchThatIsNotValid(PatchType type, String patch, String shown, String problem) {
        Outcome<ObjectNode> checked = Patches.apply(type, Kinds.CONFIG_MAP, CURRENT, parse(patch))
                .then(tree -> PatchedObject.check(Kinds.CONFIG_MAP, type, parse(patch), tree, FieldValidation.STRICT));

        assertThat(checked).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            ApiStatus status = refused.status();
            assertThat(status.code()).isEqualTo(422);
            assertThat(status.reason()).isEqualTo("Invalid");
            assertThat(status.message())
                    .isEqualTo(" \"\" is invalid: patch: Invalid value: \"" + shown + "\": " + problem);
            assertThat(status.details().causes())
                    .extracting(ApiStatus.Cause::field)
                    .containsExactly("patch");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            MERGE | {'kind':'Cm'} | Cm in version "v1" cannot be handled as a ConfigMap: no kind "Cm" is registered for version "v1"
            """)
    void anotherKindIsABadRequest(PatchType type, String patch, String message) {
        Outcome<ObjectNode> checked = Patches.apply(type, Kinds.CONFIG_MAP, CURRENT, parse(patch))
                .then(tree -> PatchedObject.check(Kinds.CONFIG_MAP, type, parse(patch), tree, FieldValidation.STRICT));

        assertThat(checked).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.status().code()).isEqualTo(400);
            assertThat(refused.status().message()).isEqualTo(message);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            STRATEGIC | {'data':{'a':['planted']}}
            MERGE     | {'data':{'a':['planted']}}
            MERGE     | {'datta':'planted'}
            """)
    void neitherASecretNorItsPatchIsShown(PatchType type, String patch) {
        ObjectNode current = (ObjectNode)
                parse("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'k':'a2VwdA=='}}");

        Outcome<ObjectNode> checked = Patches.apply(type, Kinds.SECRET, current, parse(patch))
                .then(tree -> PatchedObject.check(Kinds.SECRET, type, parse(patch), tree, FieldValidation.STRICT));

        assertThat(checked)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.status().message())
                                .startsWith(" \"\" is invalid: patch: Invalid value: \"(not shown)\": ")
                                .doesNotContain("planted", "a2VwdA"));
    }
}
