package io.everynode.objects.patch;

import static io.everynode.objects.patch.PatchTesting.json;
import static io.everynode.objects.patch.PatchTesting.patched;
import static io.everynode.objects.patch.PatchTesting.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergeTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # plain members
        empty patch                     | {'kind':'D','spec':{'x':[1]}}  | {}                            | {'kind':'D','spec':{'x':[1]}}
        scalar set                      | {'kind':'A'}                   | {'kind':'B'}                  | {'kind':'B'}
        scalar added                    | {}                             | {'kind':'B'}                  | {'kind':'B'}
        null removes                    | {'kind':'A','n':1}             | {'kind':null}                 | {'n':1}
        null without target             | {}                             | {'kind':null}                 | {}
        nested null without target      | {}                             | {'spec':{'a':null,'b':1}}     | {'spec':{'b':1}}
        null in a new element           | {}                             | {'list':[{'a':null,'b':1}]}   | {'list':[{'b':1}]}
        object over scalar              | {'kind':'A'}                   | {'kind':{'a':1}}              | {'kind':{'a':1}}
        list over object                | {'spec':{'a':1}}               | {'spec':[1]}                  | {'spec':[1]}
        unknown object merges           | {'x':{'a':1,'b':2}}            | {'x':{'b':3}}                 | {'x':{'a':1,'b':3}}
        unknown list is replaced        | {'x':[1,2]}                    | {'x':[3]}                     | {'x':[3]}
        raw object merges               | {'data':{'a':1}}               | {'data':{'b':2}}              | {'data':{'a':1,'b':2}}
        map merges                      | {'metadata':{'labels':{'a':'1','b':'2'}}} | {'metadata':{'labels':{'a':null,'c':'3'}}} | {'metadata':{'labels':{'b':'2','c':'3'}}}
        map of objects merges           | {'spec':{'pools':{'p':{'name':'a','ports':[{'containerPort':1}]}}}} | {'spec':{'pools':{'p':{'ports':[{'containerPort':2}]}}}} | {'spec':{'pools':{'p':{'name':'a','ports':[{'containerPort':2},{'containerPort':1}]}}}}
        # $patch in objects
        replace object                  | {'spec':{'a':1,'strategy':{'b':2}}} | {'spec':{'$patch':'replace','c':3}} | {'spec':{'c':3}}
        replace drops nulls             | {'spec':{'a':1}}               | {'spec':{'$patch':'replace','c':null,'d':{'e':null}}} | {'spec':{'d':{}}}
        delete object                   | {'spec':{'a':1}}               | {'spec':{'$patch':'delete'}}  | {'spec':{}}
        merge object                    | {'spec':{'a':1}}               | {'spec':{'$patch':'merge','b':2}} | {'spec':{'a':1,'b':2}}
        replace at the top              | {'kind':'A','spec':{}}         | {'$patch':'replace','kind':'B'} | {'kind':'B'}
        delete at the top               | {'kind':'A','spec':{}}         | {'$patch':'delete'}           | {}
        replace without target          | {}                             | {'spec':{'$patch':'replace','c':3}} | {}
        directive over scalar           | {'spec':1}                     | {'spec':{'$patch':'delete'}}  | {}
        replace in raw                  | {'data':{'a':1}}               | {'data':{'$patch':'replace','b':2}} | {'data':{'b':2}}
        field that replaces             | {'spec':{'atomic':{'a':1}}}    | {'spec':{'atomic':{'b':2}}}   | {'spec':{'atomic':{'b':2}}}
        # lists without a strategy
        tolerations are replaced        | {'spec':{'tolerations':[{'key':'a'},{'key':'b'}]}} | {'spec':{'tolerations':[{'key':'c'}]}} | {'spec':{'tolerations':[{'key':'c'}]}}
        tolerations are emptied         | {'spec':{'tolerations':[{'key':'a'}]}} | {'spec':{'tolerations':[]}} | {'spec':{'tolerations':[]}}
        # lists with a merge key
        element is merged               | {'spec':{'containers':[{'name':'a','image':'1','x':0},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a','image':'2'}]}} | {'spec':{'containers':[{'name':'a','image':'2','x':0},{'name':'b'}]}}
        new element comes first         | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'c'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}
        new after a known one           | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'c'}]}} | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}
        new before a known one          | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}
        patch's order wins              | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'c'},{'name':'a'}]}}
        element is deleted              | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'b'}]}}
        deletes each of that key        | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'a','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'b'}]}}
        absent element is deleted       | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'name':'x','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'a'}]}}
        delete and add                  | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'a','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'b'}]}}
        delete in a new list            | {'spec':{}}                    | {'spec':{'containers':[{'name':'a','$patch':'delete'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'b'}]}}
        replace list                    | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'name':'b'},{'$patch':'replace'},{'name':'c'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'c'}]}}
        replace list by none            | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'$patch':'replace'}]}} | {'spec':{'containers':[]}}
        nested merge list               | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1,'name':'x'},{'containerPort':2}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1,'name':'y'}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1,'name':'y'},{'containerPort':2}]}]}}
        nested list without strategy    | {'spec':{'containers':[{'name':'a','args':['1','2']}]}} | {'spec':{'containers':[{'name':'a','args':['3']}]}} | {'spec':{'containers':[{'name':'a','args':['3']}]}}
        1.0 is the key 1                | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1.0,'name':'y'}]}]}} | {'spec':{'containers':[{'name':'a','ports':[{'containerPort':1.0,'name':'y'}]}]}}
        same key twice in the patch     | {'spec':{'containers':[]}}     | {'spec':{'containers':[{'name':'a','image':'1'},{'name':'a','image':'2','x':1}]}} | {'spec':{'containers':[{'name':'a','image':'2','x':1}]}}
        empty patch list                | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[]}} | {'spec':{'containers':[{'name':'a'}]}}
        null list                       | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':null}} | {'spec':{}}
        list from nothing               | {}                             | {'spec':{'containers':[{'name':'a','image':null}]}} | {'spec':{'containers':[{'name':'a'}]}}
        directives in a new element     | {'spec':{'containers':[]}}     | {'spec':{'containers':[{'name':'a','$retainKeys':['name'],'$setElementOrder/ports':[],'ports':[{'containerPort':1,'$patch':'delete'}]}]}} | {'spec':{'containers':[{'name':'a','ports':[]}]}}
        # $setElementOrder
        reorder only                    | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}}
        order of a changed list         | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'n'},{'name':'a'}],'containers':[{'name':'n'},{'name':'a','image':'2'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'n'},{'name':'a','image':'2'}]}}
        element of the server only      | {'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}}
        server's last stays last        | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'s'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'a'},{'name':'s'}]}}
        delete with an order            | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'a','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'b'}]}}
        order of a new list             | {'spec':{}}                    | {'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'a'},{'name':'b'},{'name':'x','$patch':'delete'}]}} | {'spec':{'containers':[{'name':'a'},{'name':'b'}]}}
        order of no list                | {'spec':{}}                    | {'spec':{'$setElementOrder/containers':[{'name':'a'}]}} | {'spec':{}}
        order names unknown elements    | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'$setElementOrder/containers':[{'name':'x'},{'name':'a'}]}} | {'spec':{'containers':[{'name':'a'}]}}
        order of primitives             | {'metadata':{'finalizers':['a','b','c']}} | {'metadata':{'$setElementOrder/finalizers':['c','a','d'],'finalizers':['d']}} | {'metadata':{'finalizers':['b','c','a','d']}}
        # lists of primitives that merge
        finalizer is added              | {'metadata':{'finalizers':['a']}} | {'metadata':{'finalizers':['b']}} | {'metadata':{'finalizers':['b','a']}}
        finalizer is there              | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'finalizers':['b']}} | {'metadata':{'finalizers':['a','b']}}
        duplicates fall out             | {'spec':{'ints':[1,2,1]}}      | {'spec':{'ints':[2]}}         | {'spec':{'ints':[1,2]}}
        delete from primitives          | {'metadata':{'finalizers':['a','b','c']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a','c','x']}} | {'metadata':{'finalizers':['b']}}
        delete from no list             | {'metadata':{}}                | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}} | {'metadata':{}}
        delete and add primitives       | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['c']}} | {'metadata':{'finalizers':['c','b']}}
        delete, add and order           | {'metadata':{'finalizers':['a','b']}} | {'metadata':{'$setElementOrder/finalizers':['b','c'],'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['c']}} | {'metadata':{'finalizers':['b','c']}}
        delete from a plain list        | {'spec':{'containers':[{'name':'a','args':['1','2']}]}} | {'spec':{'containers':[{'name':'a','$deleteFromPrimitiveList/args':['1']}]}} | {'spec':{'containers':[{'name':'a','args':['2']}]}}
        delete numbers                  | {'spec':{'ints':[1,2]}}        | {'spec':{'$deleteFromPrimitiveList/ints':[1.0]}} | {'spec':{'ints':[2]}}
        # $retainKeys
        retain keys                     | {'spec':{'strategy':{'type':'A','a':{}}}} | {'spec':{'strategy':{'$retainKeys':['type','b'],'type':'B','b':{}}}} | {'spec':{'strategy':{'type':'B','b':{}}}}
        retain what the patch lacks     | {'spec':{'strategy':{'type':'A','a':{}}}} | {'spec':{'strategy':{'$retainKeys':['type']}}} | {'spec':{'strategy':{'type':'A'}}}
        retain and null                 | {'spec':{'strategy':{'type':'A','a':{}}}} | {'spec':{'strategy':{'$retainKeys':['type'],'a':null}}} | {'spec':{'strategy':{'type':'A'}}}
        retain keys of a volume         | {'spec':{'volumes':[{'name':'v','hostPath':{}}]}} | {'spec':{'volumes':[{'name':'v','$retainKeys':['name','emptyDir'],'emptyDir':{}}]}} | {'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}
        """)
    void merges(String name, String current, String patch, String expected) {
        // Equality of arrays is by order, which is the point of half of the rows.
        assertThat(patched(PatchType.STRATEGIC, current, patch)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'spec':{}}                              | {'spec':{'$patch':'jump'}}                              | 400 | unknown patch type: jump
        {'spec':{}}                              | {'spec':{'$patch':1}}                                   | 400 | unknown patch type: 1
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[{'name':'a','$patch':'jump'}]}}  | 400 | unknown patch type: jump
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[{'name':'a','$patch':'merge'}]}} | 400 | merging lists cannot yet be specified in the patch
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[{'image':'a'}]}}                 | 400 | does not contain declared merge key: name
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[{'$patch':'delete'}]}}           | 400 | does not contain declared merge key: name
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[{'$patch':'replace'},{}]}}       | 400 | does not contain declared merge key: name
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':['a']}}                           | 400 | list element types are not identical
        {'spec':{'containers':[]}}               | {'spec':{'containers':['a']}}                           | 400 | merge key name
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[null]}}                          | 400 | list element types are not identical
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'containers':[[]]}}                            | 422 | lists of lists are not supported
        {'metadata':{'finalizers':['a']}}        | {'metadata':{'finalizers':[1]}}                         | 400 | list element types are not identical
        {'metadata':{'finalizers':['a']}}        | {'metadata':{'$deleteFromPrimitiveList/finalizers':1}}  | 400 | invalid patch format of primitive list
        {'metadata':{'finalizers':['a']}}        | {'metadata':{'$deleteFromPrimitiveList':['a']}}         | 400 | invalid patch format of primitive list
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder':[]}}                        | 400 | invalid patch format of setElementOrder list
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder/containers':{}}}             | 400 | invalid patch format of setElementOrder list
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder/containers':[{}]}}           | 400 | does not contain declared merge key: name
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'b'}]}} | 400 | doesn't match $setElementOrder list
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'b'},{'name':'a'}]}} | 400 | doesn't match $setElementOrder list
        {'spec':{'containers':[{'name':'a'}]}}   | {'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':null}} | 400 | invalid patch format of setElementOrder list
        {'spec':{'tolerations':[{'key':'a'}]}}   | {'spec':{'$setElementOrder/tolerations':[{'key':'a'}]}} | 400 | cannot merge lists without merge key
        {'spec':{'strategy':{}}}                 | {'spec':{'strategy':{'$retainKeys':'a'}}}               | 400 | invalid patch format of retainKeys
        {'spec':{'strategy':{}}}                 | {'spec':{'strategy':{'$retainKeys':['a'],'b':1}}}       | 400 | invalid patch format of retainKeys
        {}                                       | [1]                                                     | 400 | json: cannot unmarshal array into Go value of type map[string]interface {}
        {}                                       | 'a'                                                     | 400 | json: cannot unmarshal string into Go value of type map[string]interface {}
        """)
    void refuses(String current, String patch, int code, String message) {
        ApiStatus status = refused(PatchType.STRATEGIC, current, patch);
        assertThat(status.code()).isEqualTo(code);
        assertThat(status.message()).contains(message);
    }

    @Test
    void rolloutUndoReplacesTheTemplate() {
        String current =
                "{'metadata':{'name':'d'},'spec':{'selector':{'a':'b'},'template':{'metadata':{'labels':{'a':'b','x':'y'}},"
                        + "'spec':{'containers':[{'name':'c','image':'2'},{'name':'side'}]}}}}";
        String revision =
                "{'spec':{'template':{'$patch':'replace','metadata':{'creationTimestamp':null,'labels':{'a':'b'}},"
                        + "'spec':{'containers':[{'name':'c','image':'1'}]}}}}";
        assertThat(patched(PatchType.STRATEGIC, current, revision))
                .isEqualTo(json("{'metadata':{'name':'d'},'spec':{'selector':{'a':'b'},'template':"
                        + "{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'1'}]}}}}"));
    }

    @Test
    void resultSharesNoNodeWithTheInputs() {
        JsonNode current = json("{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'a'}]}}");
        JsonNode patch = json("{'spec':{'containers':[{'name':'b','args':['x']}]}}");
        String before = current.toString() + patch;
        for (PatchType type : List.of(PatchType.STRATEGIC, PatchType.MERGE)) {
            ObjectNode result =
                    ((io.everynode.objects.Outcome.Done<ObjectNode>) PatchTesting.apply(type, current, patch)).value();
            result.findParents("name").forEach(element -> ((ObjectNode) element).put("spoiled", true));
            ((ObjectNode) result.at("/metadata/labels")).removeAll();
            assertThat(current.toString() + patch).isEqualTo(before);
        }
    }

    @Test
    void longListsTakeNoQuadraticTime() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            names.append(i == 0 ? "" : ",").append("'f").append(i).append("'");
        }
        String list = "{'metadata':{'finalizers':[" + names + "]}}";
        assertThat(patched(PatchType.STRATEGIC, list, list).at("/metadata/finalizers"))
                .hasSize(60_000);
    }
}
