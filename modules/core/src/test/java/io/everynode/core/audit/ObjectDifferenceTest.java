package io.everynode.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ObjectDifferenceTest {

    private static ObjectNode object(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String told(Kind kind, String before, String after) {
        return ObjectDifference.of(kind, before == null ? null : object(before), after == null ? null : object(after))
                .fields()
                .stream()
                .map(field -> field.path() + ":" + field.before() + ">" + field.after())
                .collect(Collectors.joining(" "));
    }

    @Test
    void bookkeepingIsLeftOut() {
        assertThat(told(
                        Kinds.CONFIG_MAP,
                        "{'kind':'ConfigMap','metadata':{'name':'a','uid':'1','resourceVersion':'5','generation':1,"
                                + "'managedFields':[],'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'x'}},"
                                + "'data':{'k':'v'}}",
                        "{'kind':'ConfigMap','metadata':{'name':'a','uid':'1','resourceVersion':'6','generation':2,"
                                + "'managedFields':[{}],'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'y'}},"
                                + "'data':{'k':'w'}}"))
                .isEqualTo("data.k:\"v\">\"w\"");
    }

    @Test
    void ofASecretKeysAreToldAndNoValues() {
        String before = "{'metadata':{'name':'s','labels':{'l':'1'},'annotations':{'a':'PLANTED1',"
                + "'kubectl.kubernetes.io/last-applied-configuration':'PLANTED2'}},'type':'Opaque',"
                + "'data':{'same':'PLANTED3','changed':'PLANTED4','gone':'PLANTED5','x.y':'PLANTED6'}}";
        String after = "{'metadata':{'name':'s','labels':{'l':'2'},'annotations':{'a':'PLANTED7',"
                + "'kubectl.kubernetes.io/last-applied-configuration':'PLANTED8'}},'type':'Opaque','immutable':true,"
                + "'odd':'PLANTED9','stringData':{'n':'PLANTED10'},"
                + "'data':{'same':'PLANTED3','changed':'PLANTED11','new':'PLANTED12','x.y':'PLANTED13'}}";
        assertThat(told(Kinds.SECRET, before, after))
                .isEqualTo("data.changed:\"(hidden)\">\"(hidden)\" data.gone:\"(hidden)\">null"
                        + " data.new:null>\"(hidden)\" data[\"x.y\"]:\"(hidden)\">\"(hidden)\" immutable:null>true"
                        + " metadata.annotations.a:\"(hidden)\">\"(hidden)\" metadata.labels.l:\"1\">\"2\""
                        + " odd:null>\"(hidden)\" stringData.n:null>\"(hidden)\"");
        assertThat(told(Kinds.SECRET, null, after)).doesNotContain("PLANTED").contains("data.changed:null>");
        assertThat(told(Kinds.SECRET, before, null)).doesNotContain("PLANTED").contains("data.changed:");
        assertThat(told(Kinds.SECRET, "{'data':{'a':'PLANTED'}}", "{'data':'PLANTED'}"))
                .isEqualTo("data:\"(hidden)\">\"(hidden)\"");
        assertThat(told(Kinds.SECRET, "{'metadata':'PLANTED'}", "{'metadata':{'labelsx':'PLANTED'}}"))
                .doesNotContain("PLANTED");
    }

    @Test
    void whatIsLongIsCutAndManyFieldsAreCounted() {
        ObjectNode before = Json.object();
        ObjectNode after = Json.object();
        for (int i = 0; i < 2 * ObjectDifference.MOST_FIELDS; i++) {
            after.withObject("/data").put("k" + (1000 + i), "v".repeat(ObjectDifference.LONGEST_VALUE + i));
        }
        ObjectDifference difference = ObjectDifference.of(Kinds.CONFIG_MAP, before, after);
        assertThat(difference.fields()).hasSize(ObjectDifference.MOST_FIELDS);
        assertThat(difference.leftOut()).isEqualTo(ObjectDifference.MOST_FIELDS);
        assertThat(difference.fields().get(0).after().asText()).hasSize(ObjectDifference.LONGEST_VALUE);
        assertThat(difference.fields().get(1).after().asText())
                .startsWith("v".repeat(ObjectDifference.LONGEST_VALUE))
                .endsWith("… (" + (ObjectDifference.LONGEST_VALUE + 1) + " characters)");
    }

    @Test
    void objectsAreNotChangedByBeingCompared() {
        ObjectNode object = object("{'kind':'X','metadata':{'uid':'1'}}");
        ObjectDifference.of(Kinds.CONFIG_MAP, object, object);
        assertThat(object).isEqualTo(object("{'kind':'X','metadata':{'uid':'1'}}"));
    }
}
