package io.everynode.objects.select;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                     | ``          | true
        a=b                    | a=b         | true
        a=b                    | a=c         | false
        a=b                    | ``          | false
        a==b                   | a=b         | true
        a!=b                   | a=b         | false
        a!=b                   | a=c         | true
        a!=b                   | ``          | true
        a=                     | a=          | true
        a=                     | ``          | false
        a=,b                   | a=,b=1      | true
        a in (b,c)             | a=c         | true
        a in (b,c)             | a=d         | false
        a in (b,c)             | ``          | false
        a in (,c)              | a=          | true
        a in (c,)              | a=          | true
        a notin (b,c)          | a=b         | false
        a notin (b,c)          | a=d         | true
        a notin (b,c)          | ``          | true
        a                      | a=x         | true
        a                      | b=x         | false
        !a                     | b=x         | true
        !a                     | a=          | false
        a>3                    | a=4         | true
        a>3                    | a=3         | false
        a>3                    | a=x         | false
        a<3                    | a=2         | true
        a<3                    | ``          | false
        a=b,c!=d,e in (f),g,!h | a=b,e=f,g=1 | true
        a=b,c!=d,e in (f),g,!h | a=b,e=f     | false
        a=b,a=c                | a=b         | false
        in in (in,notin)       | in=notin    | true
        `  a  =  b ,c  `       | a=b,c=      | true
        x.io/role=m            | x.io/role=m | true
        """)
    void matches(String selector, String labels, boolean expected) {
        assertThat(parsed(selector).test(labels(labels))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a b c          | unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'
        =b             | found '=', expected: !, identifier, or 'end of string'
        ,a             | found ',', expected: !, identifier, or 'end of string'
        a,             | found '', expected: identifier after ','
        a,=            | found '=', expected: identifier after ','
        !a=b           | found '=', expected: ',' or 'end of string'
        a=b c          | found 'c', expected: ',' or 'end of string'
        !              | unable to parse requirement: found '', expected: identifier
        !!a            | unable to parse requirement: found '!', expected: identifier
        a==!b          | unable to parse requirement: found '!', expected: identifier
        a>=1           | unable to parse requirement: found '=', expected: identifier
        a in b         | unable to parse requirement: found 'b' expected: '('
        a in (b        | unable to parse requirement: found '', expected: ',' or ')'
        a in (b c)     | unable to parse requirement: found 'c', expected: ',' or ')'
        a in (=)       | unable to parse requirement: found '=', expected: ',', ')' or identifier
        a in (b,=)     | unable to parse requirement: found '=', expected: ',', or identifier
        a in ()        | unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty
        a>x            | unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer
        """)
    void refuses(String selector, String message) {
        assertThat(refusal(selector)).isEqualTo(ApiStatus.badRequest(message));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        -a=b           | unable to parse requirement: key: Invalid value: "-a": name part must consist of
        a/b/c=d        | unable to parse requirement: key: Invalid value: "a/b/c": a qualified name must consist of
        /a=b           | unable to parse requirement: key: Invalid value: "/a": prefix part must be non-empty
        a/=b           | unable to parse requirement: key: Invalid value: "a/": name part must be non-empty; name part must
        A.b/c=d        | unable to parse requirement: key: Invalid value: "A.b/c": prefix part a lowercase RFC 1123 subdomain
        a..b/c=d       | unable to parse requirement: key: Invalid value: "a..b/c": prefix part a lowercase RFC 1123 subdomain
        a=b_           | unable to parse requirement: values[0][a]: Invalid value: "b_": a valid label must be an empty
        a in (a,-b,c-) | unable to parse requirement: [values[0][a]: Invalid value: "-b": a valid label
        """)
    void refusesNamesThatLabelsCannotHave(String selector, String start) {
        assertThat(refusal(selector).code()).isEqualTo(400);
        assertThat(refusal(selector).message()).startsWith(start);
    }

    @Test
    void refusesNamesThatAreTooLong() {
        String longest = "a".repeat(63);
        assertThat(parsed(longest + "=" + longest).isEverything()).isFalse();
        assertThat(refusal(longest + "a=b").message()).endsWith("name part must be no more than 63 bytes");
        assertThat(refusal("b=" + longest + "a").message()).endsWith("must be no more than 63 bytes");
        // Regular expressions that backtrack would overflow the stack or take for ever.
        assertThat(refusal("a".repeat(100_000) + "-=b").code()).isEqualTo(400);
        assertThat(refusal("a.".repeat(50_000) + "/b=c").code()).isEqualTo(400);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                                                       | a=b   | true  | ``
        {'matchLabels':{}}                                                       | ``    | true  | ``
        {'matchLabels':{'b':'c','a':'b'}}                                        | a=b   | false | a=b,b=c
        {'matchLabels':{'a':'b'}}                                                | a=b   | true  | a=b
        {'matchExpressions':[{'key':'a','operator':'In','values':['y','x']}]}    | a=x   | true  | a in (x,y)
        {'matchExpressions':[{'key':'a','operator':'NotIn','values':['x']}]}     | ``    | true  | a notin (x)
        {'matchExpressions':[{'key':'a','operator':'Exists'}]}                   | a=x   | true  | a
        {'matchExpressions':[{'key':'a','operator':'DoesNotExist'}]}             | a=x   | false | !a
        {'matchExpressions':[{'key':'a','operator':'Gt','values':['1']}]}        | a=2   | false | ``
        {'matchLabels':{'a':'b'},'matchExpressions':[{'key':'c','operator':'Exists'}]} | a=b | false | a=b,c
        null                                                                     | ``    | false | ``
        """)
    void readsTrees(String selector, String labels, boolean expected, String text) throws JsonProcessingException {
        JsonNode tree = Json.mapper().readTree(selector.replace('\'', '"'));
        assertThat(LabelSelector.of(tree).test(labels(labels))).isEqualTo(expected);
        assertThat(LabelSelector.of(tree)).hasToString(text);
    }

    @Test
    void everythingAndNothing() {
        assertThat(LabelSelector.everything().isEverything()).isTrue();
        assertThat(parsed("")).isEqualTo(LabelSelector.everything());
        assertThat(LabelSelector.of(Json.object())).isEqualTo(LabelSelector.everything());
        for (JsonNode missing : new JsonNode[] {null, Json.object().path("selector")}) {
            assertThat(LabelSelector.of(missing).isEverything()).isFalse();
            assertThat(LabelSelector.of(missing).test(Map.of())).isFalse();
        }
    }

    @Property(tries = 500)
    void printsWhatItParses(@ForAll("selectors") List<String> parts) {
        LabelSelector selector = parsed(String.join(",", parts));
        assertThat(parsed(selector.toString())).isEqualTo(selector);
    }

    @Provide
    Arbitrary<List<String>> selectors() {
        Arbitrary<String> key = Arbitraries.of("a", "b.c/d", "in", "e_f");
        Arbitrary<String> value = Arbitraries.of("", "x", "notin", "1", "Y-z");
        Arbitrary<String> exact =
                Combinators.combine(key, Arbitraries.of("=", "==", "!="), value).as((k, o, v) -> k + o + v);
        Arbitrary<String> sets = Combinators.combine(
                        key,
                        Arbitraries.of(" in ", " notin "),
                        value.list().uniqueElements().ofMinSize(1).ofMaxSize(3))
                .as((k, o, v) -> k + o + "(" + String.join(",", v) + (v.equals(List.of("")) ? "," : "") + ")");
        Arbitrary<String> numbers = Combinators.combine(
                        key, Arbitraries.of(">", "<"), Arbitraries.integers().between(0, 99))
                .as((k, o, v) -> k + o + v);
        return Arbitraries.oneOf(exact, sets, numbers, key, key.map(k -> "!" + k))
                .list()
                .ofMaxSize(4);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String label : text.isEmpty() ? new String[0] : text.split(",")) {
            labels.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
        }
        return labels;
    }

    private static LabelSelector parsed(String text) {
        Outcome<LabelSelector> outcome = LabelSelector.parse(text);
        assertThat(outcome).as(text).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<LabelSelector>) outcome).value();
    }

    private static ApiStatus refusal(String text) {
        Outcome<LabelSelector> outcome = LabelSelector.parse(text);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused<LabelSelector>) outcome).status();
    }
}
