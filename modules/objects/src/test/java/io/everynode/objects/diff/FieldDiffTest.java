package io.everynode.objects.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldDiffTest {

    /** Before, after, and each change as {@code path:before>after} with "-" for what is not there. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}|{}|",
                "{'a':1}|{'a':1}|",
                "{'a':1}|{'a':2}|a:1>2",
                "{'a':1}|{'b':1}|a:1>- b:->1",
                "{'a':{'b':{'c':1}}}|{'a':{'b':{'c':2}}}|a.b.c:1>2",
                "{}|{'a':{'b':1,'c':{}}}|a.b:->1 a.c:->{}",
                "{'a':{'b':1}}|{}|a.b:1>-",
                "{'a':{'b':1}}|{'a':5}|a:{'b':1}>5",
                "{'a':null}|{}|a:null>-",
                "{'m':{'x.y/z':'1'}}|{'m':{'x.y/z':'2'}}|m[\\\"x.y/z\\\"]:'1'>'2'",
                "{'m':{'':1}}|{'m':{'':2}}|m[\\\"\\\"]:1>2",
                "{'l':[1,2]}|{'l':[2,1]}|l:[1,2]>[2,1]",
                "{'l':[{'name':'a','v':1},{'name':'b','v':1}]}|{'l':[{'name':'b','v':2},{'name':'a','v':1}]}|l[b].v:1>2",
                "{'l':[{'name':'a'}]}|{'l':[{'name':'a'},{'name':'b','v':3}]}|l[b].name:->'b' l[b].v:->3",
                "{'l':[{'name':'a'}]}|{}|l[a].name:'a'>-",
                "{'l':[{'name':'a'},{'name':'b'}]}|{'l':[{'name':'b'},{'name':'a'}]}|l:[{'name':'a'},{'name':'b'}]>[{'name':'b'},{'name':'a'}]",
                "{'l':[{'name':'a'},{'name':'a'}]}|{'l':[]}|l:[{'name':'a'},{'name':'a'}]>[]",
                "{'c':[{'type':'Ready','status':'True'}]}|{'c':[{'type':'Ready','status':'False'}]}|c[Ready].status:'True'>'False'",
                "{'t':[{'key':'k','v':1}]}|{'t':[{'key':'k','v':2}]}|t[k].v:1>2",
                "{'l':[{'v':1}]}|{'l':[{'v':2}]}|l:[{'v':1}]>[{'v':2}]",
            })
    void tellsEachField(String before, String after, String expected) throws IOException {
        List<String> told = FieldDiff.between(read(before), read(after)).stream()
                .map(change -> change.path() + ":" + shown(change.before()) + ">" + shown(change.after()))
                .toList();
        assertThat(String.join(" ", told))
                .isEqualTo(
                        expected == null ? "" : expected.replace("\\\"", "\"").replace('\'', '"'));
    }

    @Test
    void nothingIsAsGoodAsAnEmptyObject() throws IOException {
        assertThat(FieldDiff.between(null, read("{'a':1}"))).hasSize(1);
        assertThat(FieldDiff.between(read("{'a':1}"), null)).hasSize(1);
        assertThat(FieldDiff.between(null, null)).isEmpty();
    }

    private static JsonNode read(String text) throws IOException {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }

    private static String shown(JsonNode value) {
        return value == null ? "-" : value.toString();
    }
}
