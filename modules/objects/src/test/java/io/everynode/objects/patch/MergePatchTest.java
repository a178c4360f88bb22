package io.everynode.objects.patch;

import static io.everynode.objects.patch.PatchTesting.json;
import static io.everynode.objects.patch.PatchTesting.patched;
import static io.everynode.objects.patch.PatchTesting.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.ApiStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

    /** The first rows are those examples of RFC 7396 in which both sides are objects. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'a':'b'}            | {'a':'c'}                  | {'a':'c'}
        {'a':'b'}            | {'b':'c'}                  | {'a':'b','b':'c'}
        {'a':'b'}            | {'a':null}                 | {}
        {'a':'b','b':'c'}    | {'a':null}                 | {'b':'c'}
        {'a':['b']}          | {'a':'c'}                  | {'a':'c'}
        {'a':'c'}            | {'a':['b']}                | {'a':['b']}
        {'a':{'b':'c'}}      | {'a':{'b':'d','c':null}}   | {'a':{'b':'d'}}
        {'a':[{'b':'c'}]}    | {'a':[1]}                  | {'a':[1]}
        {'e':null}           | {'a':1}                    | {'e':null,'a':1}
        {}                   | {'a':{'bb':{'ccc':null}}}  | {'a':{'bb':{}}}
        {'a':1}              | {}                         | {'a':1}
        {'a':1}              | {'a':{'b':{'c':1,'d':null}}} | {'a':{'b':{'c':1}}}
        {'a':{'b':1}}        | {'a':{}}                   | {'a':{'b':1}}
        {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'name':'b','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'b','$patch':'delete'}]}}
        """)
    void merges(String current, String patch, String expected) {
        assertThat(patched(PatchType.MERGE, current, patch)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"[1], array", "'a', string", "null, null", "1, number"})
    void refusesWhatIsNoObject(String patch, String type) {
        assertThat(refused(PatchType.MERGE, "{'a':1}", patch))
                .isEqualTo(ApiStatus.badRequest("error decoding patch: json: cannot unmarshal " + type
                        + " into Go value of type map[string]interface {}"));
    }
}
