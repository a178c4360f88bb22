package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.Outcome.Done;
import io.everynode.objects.Outcome.Refused;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectDecoderTest {

    private static final String CANNOT = "DaemonSet in version \"v1\" cannot be handled as a DaemonSet: ";

    private static Outcome<ObjectNode> decode(Kind kind, String type, String body, FieldValidation validation) {
        return ObjectDecoder.decode(kind, type, body.getBytes(StandardCharsets.UTF_8), validation);
    }

    private static Outcome<ObjectNode> json(String body) {
        return decode(Kinds.DAEMON_SET, "application/json", body.replace('\'', '"'), FieldValidation.STRICT);
    }

    private static ObjectNode done(Outcome<ObjectNode> outcome) {
        assertThat(outcome).isInstanceOf(Done.class);
        return ((Done<ObjectNode>) outcome).value();
    }

    private static String refused(Outcome<ObjectNode> outcome) {
        assertThat(outcome).isInstanceOf(Refused.class);
        ApiStatus status = ((Refused<ObjectNode>) outcome).status();
        assertThat(status.code()).isEqualTo(400);
        assertThat(status.reason()).isEqualTo("BadRequest");
        return status.message();
    }

    /** Texts of kube-apiserver, with the DaemonSet's prefix taken off. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'spec':[]} | json: cannot unmarshal array into Go struct field DaemonSet.spec of type v1.DaemonSetSpec",
                "{'spec':{'template':{'spec':{'containers':'x'}}}} | json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
                "{'spec':{'template':{'spec':{'containers':[{'name':1}]}}}} | json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string",
                "{'spec':{'template':{'spec':{'containers':['c']}}}} | json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container",
                "{'metadata':{'labels':{'a':true}}} | json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
                "{'metadata':{'labels':[]}} | json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
                "{'spec':{'minReadySeconds':'soon'}} | json: cannot unmarshal string into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
                "{'spec':{'minReadySeconds':1.5}} | json: cannot unmarshal number 1.5 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
                "{'spec':{'minReadySeconds':3000000000}} | json: cannot unmarshal number 3000000000 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
                "{'spec':{'updateStrategy':{'rollingUpdate':{'maxSurge':true}}}} | json: cannot unmarshal bool into Go struct field RollingUpdateDaemonSet.spec.updateStrategy.rollingUpdate.maxSurge of type intstr.IntOrString",
                "{'spec':{'template':{'spec':{'hostNetwork':'yes'}}}} | json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.hostNetwork of type bool",
                "{'spec':{'template':{'spec':{'overhead':{'cpu':'many'}}}}} | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$', in field spec.template.spec.overhead.cpu",
                "{'metadata':{'creationTimestamp':'today'}} | parsing time \"today\" as \"2006-01-02T15:04:05Z07:00\": cannot parse it, in field metadata.creationTimestamp",
                "{'sepc':{},'spec':{'template':{'spec':{'tolerations':[{'operation':'x'}]}}}} | strict decoding error: unknown field \"sepc\", unknown field \"spec.template.spec.tolerations[0].operation\"",
                "{'spec':{'minReadySeconds':1,'minReadySeconds':2}} | strict decoding error: duplicate field \"spec.minReadySeconds\"",
                "{'metadata':{'labels':{'a':'b','a':'c'}}} | strict decoding error: duplicate field \"metadata.labels.a\"",
                "{'Spec':{}} | strict decoding error: unknown field \"Spec\"",
            })
    void wrongValuesAreRefusedWithUpstreamsText(String body, String message) {
        assertThat(refused(json(body))).isEqualTo(CANNOT + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'apiVersion':'apps/v1beta1','kind':'DaemonSet'} | DaemonSet in version \"v1beta1\" cannot be handled as a DaemonSet: no kind \"DaemonSet\" is registered for version \"apps/v1beta1\"",
                "{'kind':'Deployment'} | Deployment in version \"v1\" cannot be handled as a DaemonSet: no kind \"Deployment\" is registered for version \"apps/v1\"",
                "{'kind':'ControllerRevision'} | ControllerRevision in version \"v1\" cannot be handled as a DaemonSet: converting a ControllerRevision to a DaemonSet: unknown conversion",
                "{'apiVersion':'v1','kind':'Pod'} | the API version in the data (v1) does not match the expected API version (apps/v1)",
                "{'kind':7} | the object provided is unrecognized (must be of type DaemonSet): couldn't get version/kind; json parse error: kind must be a string ({\"kind\":7})",
                "[1] | the object provided is unrecognized (must be of type DaemonSet): couldn't get version/kind; the body is not an object (5b315d)",
                "`` | the object provided is unrecognized (must be of type DaemonSet): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
            })
    void otherKindsAreRefused(String body, String message) {
        assertThat(refused(json(body))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | unexpected end of JSON input",
                "{'a' | unexpected end of JSON input",
                "{'a':tru} | invalid character '}' in literal true (expecting 'e')",
                "{} {} | invalid character '{' after top-level value",
                "{'a':NaN} | invalid character 'N' looking for beginning of value",
                "{'a':01} | invalid character '1' after object key:value pair",
                "[1,] | invalid character ']' looking for beginning of value",
                "[1 2] | invalid character '2' after array element",
                "{'a':'\\ud8'} | invalid character '\"' in \\u hexadecimal character escape",
                "{'a':'\\x'} | invalid character 'x' in string escape code",
                "{a:1} | invalid character 'a' looking for beginning of object key string",
                "{'a' 1} | invalid character '1' after object key",
                "{'a':1,} | invalid character '}' looking for beginning of object key string",
                "{'a':-x} | invalid character 'x' in numeric literal",
                "{'a':1.x} | invalid character 'x' after decimal point in numeric literal",
                "{'a':1ex} | invalid character 'x' in exponent of numeric literal",
                "not json | invalid character 'o' in literal null (expecting 'u')",
                "kind: Pod | invalid character 'k' looking for beginning of value",
            })
    void brokenJsonIsDescribedInGosWords(String body, String message) {
        assertThat(refused(json(body)))
                .startsWith(
                        "the object provided is unrecognized (must be of type DaemonSet): couldn't get version/kind; "
                                + "json parse error: " + message + " (");
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 200_000})
    void deepJsonIsRefused(int depth) {
        assertThat(refused(json("[".repeat(depth)))).contains("depth");
        assertThat(refused(decode(Kinds.DAEMON_SET, "application/yaml", "[".repeat(depth), FieldValidation.STRICT)))
                .contains("nested deeper than 500");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "1e-99999999999"})
    void numbersBeyondAllRangesAreRefused(String number) {
        assertThat(refused(json("{'spec':{'minReadySeconds':" + number + "}}"))).contains("out of range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/yaml"})
    void halfSurrogatePairsAreReplacedSoThatTheTreeCanBeWritten(String type) {
        String body = "{\"data\":{\"a\":\"x\\ud800y\",\"b\":\"😀\"}}";
        ObjectNode map = done(decode(Kinds.CONFIG_MAP, type, body, FieldValidation.STRICT));
        assertThat(Json.parse(Json.encode(map)).get("data").toString()).isEqualTo("{\"a\":\"x\ufffdy\",\"b\":\"😀\"}");
    }

    @Test
    void anotherMediaTypeIsRefused() {
        Outcome<ObjectNode> outcome = decode(Kinds.POD, "application/cbor", "{}", FieldValidation.STRICT);
        assertThat(((Refused<ObjectNode>) outcome).status().code()).isEqualTo(415);
    }

    @Test
    void unknownFieldsBecomeWarningsOrNothingAndAreDropped() {
        String body = "{\"sepc\":{\"a\":1},\"spec\":{\"foo\":1,\"minReadySeconds\":1,\"minReadySeconds\":2}}";
        Done<ObjectNode> warned =
                (Done<ObjectNode>) decode(Kinds.DAEMON_SET, "application/json", body, FieldValidation.WARN);
        assertThat(warned.warnings())
                .containsExactly(
                        "unknown field \"sepc\"",
                        "unknown field \"spec.foo\"",
                        "duplicate field \"spec.minReadySeconds\"");
        Done<ObjectNode> ignored =
                (Done<ObjectNode>) decode(Kinds.DAEMON_SET, "application/json", body, FieldValidation.IGNORE);
        assertThat(ignored.warnings()).isEmpty();
        assertThat(ignored.value()).isEqualTo(warned.value());
        assertThat(ignored.value().get("spec")).isEqualTo(Json.object().put("minReadySeconds", 2));
    }

    @Test
    void theHeadComesFirstAndTheRestAsSubmitted() {
        ObjectNode tree = done(json("{'status':{},'spec':{'template':{},'selector':{}},'metadata':{'name':'x'}}"));
        assertThat(tree.toString())
                .isEqualTo("{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"metadata\":{\"name\":\"x\"},"
                        + "\"status\":{},\"spec\":{\"template\":{},\"selector\":{}}}");
    }

    /** What encoding/json with omitempty leaves of a value; pointers keep their zero values. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'hostNetwork':false,'nodeName':'','tolerations':[],'nodeSelector':{},'volumes':null} | {}",
                "{'hostUsers':false,'terminationGracePeriodSeconds':0,'priority':0} | {'hostUsers':false,'terminationGracePeriodSeconds':0,'priority':0}",
                "{'containers':[]} | {'containers':[]}",
                "{'containers':[null]} | {'containers':[{}]}",
                "{'containers':[{'name':'c','env':[{'name':'A','value':''}],'resources':{}}]} | {'containers':[{'name':'c','env':[{'name':'A'}],'resources':{}}]}",
                "{'overhead':{'cpu':0.5,'memory':1073741824,'pods':null}} | {'overhead':{'cpu':'500m','memory':'1073741824','pods':'0'}}",
                "{'containers':[{'name':'c','ports':[{'containerPort':0}]}]} | {'containers':[{'name':'c','ports':[{'containerPort':0}]}]}",
                "{'containers':[{'name':'c','livenessProbe':{'httpGet':{'port':'web'}},'readinessProbe':{'httpGet':{'port':80}}}]} | {'containers':[{'name':'c','livenessProbe':{'httpGet':{'port':'web'}},'readinessProbe':{'httpGet':{'port':80}}}]}",
                "{'volumes':[{'name':'v','emptyDir':{}},{'name':'w','configMap':{'name':'m','optional':false}}]} | {'volumes':[{'name':'v','emptyDir':{}},{'name':'w','configMap':{'name':'m','optional':false}}]}",
            })
    void valuesAreKeptAsTheApiShowsThem(String spec, String expected) {
        ObjectNode tree = done(json("{'spec':{'template':{'spec':" + spec + "}}}"));
        assertThat(Json.at(tree, "spec", "template", "spec"))
                .isEqualTo(Json.parse(expected.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void dataOfUnknownFormIsKept() {
        String body = "{\"data\":{\"spec\":{\"x\":null,\"y\":[],\"z\":\"\"}},\"revision\":0,"
                + "\"metadata\":{\"managedFields\":[{\"fieldsV1\":{\"f:spec\":{\".\":{}}},\"time\":\"2024-01-01T01:00:00.5+01:00\"}]}}";
        ObjectNode tree = done(decode(Kinds.CONTROLLER_REVISION, "application/json", body, FieldValidation.STRICT));
        assertThat(tree.get("data").toString()).isEqualTo("{\"spec\":{\"x\":null,\"y\":[],\"z\":\"\"}}");
        assertThat(tree.get("revision").intValue()).isZero();
        assertThat(tree.at("/metadata/managedFields/0").toString())
                .isEqualTo("{\"fieldsV1\":{\"f:spec\":{\".\":{}}},\"time\":\"2024-01-01T00:00:00Z\"}");
    }

    @Test
    void microTimesKeepSixDecimals() {
        ObjectNode lease = done(decode(
                Kinds.LEASE,
                "application/json",
                "{\"spec\":{\"renewTime\":\"2024-01-01T00:00:00.1234567Z\"}}",
                FieldValidation.STRICT));
        assertThat(Json.text(lease, "spec", "renewTime")).isEqualTo("2024-01-01T00:00:00.123456Z");
    }

    @ParameterizedTest
    @CsvSource({"YWJj, true", "'', true", "'YW\nJj', true", "YWJ, false", "Y*Jj, false"})
    void secretsHoldBase64(String text, boolean good) {
        ObjectNode body = Json.object();
        body.putObject("data").put("k", text);
        Outcome<ObjectNode> outcome = ObjectDecoder.check(Kinds.SECRET, body, FieldValidation.STRICT);
        assertThat(outcome instanceof Done).isEqualTo(good);
    }

    @ParameterizedTest
    @EnumSource(FieldValidation.class)
    void checkingLeavesTheGivenTreeAlone(FieldValidation validation) {
        ObjectNode tree = Json.object();
        tree.putObject("spec").putNull("selector").put("minReadySeconds", 0);
        ObjectNode before = tree.deepCopy();
        ObjectNode checked = done(ObjectDecoder.check(Kinds.DAEMON_SET, tree, validation));
        assertThat(tree).isEqualTo(before);
        assertThat(checked.get("spec")).isEqualTo(Json.object());
    }

    @Test
    void strictErrorsAreLimited() {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            fields.add("'f" + i + "':1");
        }
        assertThat(refused(json("{" + String.join(",", fields) + "}")).split("unknown field"))
                .hasSize(101);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | {'propagationPolicy':'Background'} | {'apiVersion':'v1','kind':'DeleteOptions','propagationPolicy':'Background'}",
                "application/json | {'kind':'DeleteOptions','apiVersion':'apps/v1','gracePeriodSeconds':0,'x':1} | {'apiVersion':'apps/v1','kind':'DeleteOptions','gracePeriodSeconds':0}",
                "application/yaml | preconditions: {uid: a} | {'apiVersion':'v1','kind':'DeleteOptions','preconditions':{'uid':'a'}}",
                "application/json | '' | {'apiVersion':'v1','kind':'DeleteOptions'}",
            })
    void deleteOptionsAreDecoded(String type, String body, String expected) {
        byte[] bytes = type.endsWith("json")
                ? body.replace('\'', '"').replace("\"\"", "").getBytes(StandardCharsets.UTF_8)
                : body.getBytes(StandardCharsets.UTF_8);
        assertThat(done(ObjectDecoder.decodeOptions(type, bytes)))
                .isEqualTo(Json.parse(expected.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'kind':'Pod'}", "[]", "{'gracePeriodSeconds':'now'}", "{"})
    void wrongDeleteOptionsAreRefused(String body) {
        refused(ObjectDecoder.decodeOptions(
                "application/json", body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
