package io.everynode.objects.select;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.select.FieldSelector.Term;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectorTest {

    @ParameterizedTest(name = "{0}: {1} on {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Pod       | ``                               | {}                                             | true
        Pod       | metadata.name=a                  | {'metadata':{'name':'a'}}                      | true
        Pod       | metadata.name==a                 | {'metadata':{'name':'b'}}                      | false
        Pod       | metadata.name!=a                 | {'metadata':{'name':'b'}}                      | true
        Pod       | metadata.namespace=n,spec.nodeName=x | {'metadata':{'namespace':'n'},'spec':{'nodeName':'x'}} | true
        Pod       | metadata.namespace=n,spec.nodeName=x | {'metadata':{'namespace':'n'}}             | false
        Pod       | spec.nodeName=                   | {'spec':{}}                                    | true
        Pod       | spec.nodeName!=                  | {'spec':{}}                                    | false
        Pod       | spec.host=x                      | {'spec':{'nodeName':'x'}}                      | true
        Pod       | spec.restartPolicy=Always        | {'spec':{'restartPolicy':'Always'}}            | true
        Pod       | spec.schedulerName=s             | {'spec':{'schedulerName':'s'}}                 | true
        Pod       | spec.serviceAccountName=s        | {'spec':{'serviceAccountName':'s'}}            | true
        Pod       | spec.hostNetwork=false           | {'spec':{}}                                    | true
        Pod       | spec.hostNetwork=true            | {'spec':{'hostNetwork':true}}                  | true
        Pod       | status.phase!=Succeeded,status.phase!=Failed | {'status':{'phase':'Running'}}     | true
        Pod       | status.podIP=1.2.3.4             | {'status':{'podIPs':[{'ip':'1.2.3.4'}]}}       | true
        Pod       | status.podIP=1.2.3.4             | {'status':{'podIP':'1.2.3.4'}}                 | true
        Pod       | status.podIPs=1.2.3.4            | {'status':{'podIPs':[{'ip':'1.2.3.4'}]}}       | false
        Pod       | status.nominatedNodeName=x       | {'status':{'nominatedNodeName':'x'}}           | true
        Node      | spec.unschedulable=false         | {'spec':{}}                                    | true
        Node      | spec.unschedulable!=true         | {'spec':{'unschedulable':true}}                | false
        Namespace | status.phase=Active              | {'status':{'phase':'Active'}}                  | true
        Secret    | type=Opaque                      | {'type':'Opaque'}                              | true
        Service   | spec.clusterIP!=None             | {'spec':{'clusterIP':'None'}}                  | false
        Service   | spec.type=ClusterIP              | {'spec':{'type':'ClusterIP'}}                  | true
        Event     | involvedObject.name=p,involvedObject.kind=Pod | {'involvedObject':{'name':'p','kind':'Pod'}} | true
        Event     | involvedObject.uid=1,involvedObject.namespace=n | {'involvedObject':{'uid':'1','namespace':'n'}} | true
        Event     | involvedObject.apiVersion=v1,involvedObject.resourceVersion=7,involvedObject.fieldPath=f | {'involvedObject':{'apiVersion':'v1','resourceVersion':'7','fieldPath':'f'}} | true
        Event     | reason=R,type=Warning            | {'reason':'R','type':'Warning'}                | true
        Event     | source=kubelet                   | {'source':{'component':'kubelet'}}             | true
        Event     | source=c                         | {'reportingComponent':'c'}                     | true
        Event     | reportingComponent=c             | {'reportingComponent':'c','source':{'component':'x'}} | true
        DaemonSet | metadata.name=a,metadata.namespace=b | {'metadata':{'name':'a','namespace':'b'}}  | true
        Pod       | ,metadata.name=a,,               | {'metadata':{'name':'a'}}                      | true
        Event     | reason=a\\,b\\=c\\\\d            | {'reason':'a,b=c\\\\d'}                        | true
        """)
    void matches(String kind, String selector, String object, boolean expected) throws JsonProcessingException {
        assertThat(parsed(kind(kind), selector).matches(Json.mapper().readTree(object.replace('\'', '"'))))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Pod       | spec.nope=x             | field label not supported: spec.nope
        Pod       | metadata.labels=x       | field label not supported: metadata.labels
        Pod       | =x                      | field label not supported: ``
        Node      | spec.host=x             | field label not supported: spec.host
        Node      | metadata.namespace=x    | field label not supported: metadata.namespace
        DaemonSet | spec.nope=x             | "spec.nope" is not a known field selector: only "metadata.name", "metadata.namespace"
        Lease     | spec.nodeName=x         | "spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"
        Pod       | metadata.name           | invalid selector: 'metadata.name'; can't understand 'metadata.name'
        Pod       | metadata.name=a,x       | invalid selector: 'metadata.name=a,x'; can't understand 'x'
        Pod       | metadata.name=a=b       | invalid field selector: unescaped character in value: 61
        Pod       | metadata.name=a\\b      | invalid field selector: invalid escape sequence: \\b
        Pod       | metadata.name=a\\       | invalid field selector: invalid escape sequence: \\
        """)
    void refuses(String kind, String selector, String message) {
        Outcome<FieldSelector> outcome = FieldSelector.parse(kind(kind), selector);
        assertThat(outcome).isEqualTo(Outcome.refused(ApiStatus.badRequest(message.replace("``", ""))));
    }

    @Test
    void everyKindIsSelectedByName() {
        for (Kind kind : Kinds.all()) {
            assertThat(parsed(kind, "metadata.name=x").required("metadata.name"))
                    .isEqualTo("x");
        }
    }

    @Test
    void tellsWhatAFieldMustBe() {
        FieldSelector selector = parsed(Kinds.POD, "metadata.name!=a,spec.host=n,spec.restartPolicy=");
        assertThat(selector.required("spec.nodeName")).isEqualTo("n");
        assertThat(selector.required("spec.restartPolicy")).isEmpty();
        assertThat(selector.required("metadata.name")).isNull();
        assertThat(selector.required("metadata.namespace")).isNull();
    }

    @Property(tries = 500)
    void printsWhatItParses(@ForAll("terms") List<Term> terms) {
        FieldSelector selector = new FieldSelector(terms);
        assertThat(parsed(Kinds.EVENT, selector.toString())).isEqualTo(selector);
    }

    @Provide
    Arbitrary<List<Term>> terms() {
        return Combinators.combine(
                        Arbitraries.of("metadata.name", "reason", "involvedObject.uid"),
                        Arbitraries.of(true, false),
                        Arbitraries.strings().withChars("ab=,\\! ").ofMaxLength(6))
                .as(Term::new)
                .list()
                .ofMaxSize(4);
    }

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static FieldSelector parsed(Kind kind, String text) {
        Outcome<FieldSelector> outcome = FieldSelector.parse(kind, text);
        assertThat(outcome).as(text).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<FieldSelector>) outcome).value();
    }
}
