package io.everynode.objects.patch;

import static io.everynode.objects.patch.PatchTesting.json;
import static io.everynode.objects.patch.PatchTesting.patched;
import static io.everynode.objects.patch.PatchTesting.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.ApiStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {

    private static final String GENERIC = "the server rejected our request due to an error in our request";

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'a':1}            | []                                                        | {'a':1}
        {'a':1}            | [{'op':'add','path':'/b','value':2}]                      | {'a':1,'b':2}
        {'a':1}            | [{'op':'add','path':'/a','value':{'x':[]}}]               | {'a':{'x':[]}}
        {'a':1}            | [{'op':'add','path':'/b','value':null}]                   | {'a':1,'b':null}
        {'a':[1,3]}        | [{'op':'add','path':'/a/1','value':2}]                    | {'a':[1,2,3]}
        {'a':[1]}          | [{'op':'add','path':'/a/1','value':2}]                    | {'a':[1,2]}
        {'a':[1]}          | [{'op':'add','path':'/a/-','value':[2]}]                  | {'a':[1,[2]]}
        {'a':[1,2]}        | [{'op':'replace','path':'/a/-1','value':3}]               | {'a':[1,3]}
        {'a':1}            | [{'op':'add','path':'','value':{'b':1}}]                  | {'b':1}
        {'a':1}            | [{'op':'replace','path':'','value':{'b':1}}]              | {'b':1}
        {'a':1,'b':2}      | [{'op':'remove','path':'/a'}]                             | {'b':2}
        {'a':[1,2,3]}      | [{'op':'remove','path':'/a/1'}]                           | {'a':[1,3]}
        {'a':1}            | [{'op':'replace','path':'/a','value':'x'}]                | {'a':'x'}
        {'a':{'b':1}}      | [{'op':'move','from':'/a/b','path':'/c'}]                 | {'a':{},'c':1}
        {'a':[1,2,3]}      | [{'op':'move','from':'/a/0','path':'/a/2'}]               | {'a':[2,3,1]}
        {'a':1}            | [{'op':'move','from':'/a','path':'/a'}]                   | {'a':1}
        {'a':{'b':1}}      | [{'op':'copy','from':'/a','path':'/c'},{'op':'add','path':'/c/b','value':2}] | {'a':{'b':1},'c':{'b':2}}
        {'a':{'b':1}}      | [{'op':'add','path':'/x','value':{}},{'op':'add','path':'/x/y','value':1}]   | {'a':{'b':1},'x':{'y':1}}
        {'a~/b':1}         | [{'op':'replace','path':'/a~0~1b','value':2}]             | {'a~/b':2}
        {'a~1':1}          | [{'op':'replace','path':'/a~01','value':2}]               | {'a~1':2}
        {'':1}             | [{'op':'replace','path':'/','value':2}]                   | {'':2}
        {'a':1}            | [{'op':'add','path':'/b','value':2,'unknown':true}]       | {'a':1,'b':2}
        {'a':{'b':[1,2]}}  | [{'op':'test','path':'/a','value':{'b':[1.0,2]}}]         | {'a':{'b':[1,2]}}
        {'a':{'b':1,'c':2}} | [{'op':'test','path':'/a','value':{'c':2,'b':1}}]        | {'a':{'b':1,'c':2}}
        {'a':1}            | [{'op':'test','path':'','value':{'a':1}}]                 | {'a':1}
        {'a':1}            | [{'op':'test','path':'/b','value':null}]                  | {'a':1}
        """)
    void applies(String current, String patch, String expected) {
        assertThat(patched(PatchType.JSON, current, patch)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'spec':{}}   | [{'op':'replace','path':'/spec/nope/deeper','value':1}]
        {'a':1}       | [{'op':'jump','path':'/a'}]
        {'a':1}       | [{'path':'/a'}]
        {'a':1}       | [{'op':'remove'}]
        {'a':1}       | [{'op':'remove','path':7}]
        {'a':1}       | [{'op':'remove','path':'a'}]
        {'a':1}       | [{'op':'remove','path':'/b'}]
        {'a':1}       | [{'op':'remove','path':''}]
        {'a':1}       | [{'op':'remove','path':'/a~2'}]
        {'a':1}       | [{'op':'replace','path':'/b','value':1}]
        {'a':1}       | [{'op':'replace','path':'/a'}]
        {'a':1}       | [{'op':'add','path':'/a/b','value':1}]
        {'a':1}       | [{'op':'add','path':'/b/c','value':1}]
        {'a':1}       | [{'op':'add','path':'/b'}]
        {'a':1}       | [{'op':'add','path':'','value':[1]}]
        {'a':[1]}     | [{'op':'add','path':'/a/2','value':1}]
        {'a':[1]}     | [{'op':'add','path':'/a/01','value':1}]
        {'a':[1]}     | [{'op':'add','path':'/a/x','value':1}]
        {'a':[1]}     | [{'op':'add','path':'/a/99999999999','value':1}]
        {'a':[1]}     | [{'op':'remove','path':'/a/-'}]
        {'a':[1]}     | [{'op':'remove','path':'/a/-2'}]
        {'a':{'b':1}} | [{'op':'move','from':'/a','path':'/a/b'}]
        {'a':1}       | [{'op':'move','path':'/b'}]
        {'a':1}       | [{'op':'copy','from':'/b','path':'/c'}]
        {'a':1}       | [{'op':'test','path':'/a','value':2}]
        {'a':1}       | [{'op':'test','path':'/a','value':'1'}]
        {'a':1}       | [{'op':'test','path':'/a'}]
        {'a':1}       | [{'op':'test','path':'/b/c','value':null}]
        {'a':[1,2]}   | [{'op':'test','path':'/a','value':[2,1]}]
        {'a':1}       | [{'op':'add','path':'/b','value':1},{'op':'test','path':'/a','value':2}]
        """)
    void refusesWhatDoesNotFit(String current, String patch) {
        ApiStatus status = refused(PatchType.JSON, current, patch);
        assertThat(status.code()).isEqualTo(422);
        assertThat(status.reason()).isEqualTo("Invalid");
        assertThat(status.message()).isEqualTo(GENERIC);
        assertThat(status.toJson().path("details")).isEqualTo(json("{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'op':'add'}  | json: cannot unmarshal object into Go value of type jsonpatch.Patch
        'x'           | json: cannot unmarshal string into Go value of type jsonpatch.Patch
        [[]]          | json: cannot unmarshal array into Go value of type jsonpatch.Operation
        """)
    void refusesWhatIsNoPatch(String patch, String message) {
        assertThat(refused(PatchType.JSON, "{}", patch)).isEqualTo(ApiStatus.badRequest(message));
    }

    @Test
    void limitsOperations() {
        String operation = "{'op':'test','path':'/a','value':1}";
        String most = operation + ("," + operation).repeat(JsonPatch.MAX_OPERATIONS - 1);
        assertThat(patched(PatchType.JSON, "{'a':1}", "[" + most + "]")).isEqualTo(json("{'a':1}"));
        ApiStatus status = refused(PatchType.JSON, "{'a':1}", "[" + most + "," + operation + "]");
        assertThat(status.code()).isEqualTo(413);
        assertThat(status.reason()).isEqualTo("RequestEntityTooLarge");
        assertThat(status.message())
                .isEqualTo("Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got"
                        + " 10001");
    }

    @Test
    void limitsCopiesThatDouble() {
        String operation = "{'op':'copy','from':'/a','path':'/a/-'}";
        String patch = "[" + operation + ("," + operation).repeat(59) + "]";
        assertThat(refused(PatchType.JSON, "{'a':[1]}", patch).code()).isEqualTo(422);
    }

    @Test
    void limitsDepthThatGrowsByMoves() {
        String round = "{'op':'add','path':'/b','value':{}},{'op':'move','from':'/a','path':'/b/a'},"
                + "{'op':'move','from':'/b','path':'/a'}";
        assertThat(refused(PatchType.JSON, "{'a':1}", "[" + round + ("," + round).repeat(599) + "]")
                        .code())
                .isEqualTo(422);
        assertThat(patched(PatchType.JSON, "{'a':1}", "[" + round + ("," + round).repeat(399) + "]"))
                .isNotNull();
    }
}
