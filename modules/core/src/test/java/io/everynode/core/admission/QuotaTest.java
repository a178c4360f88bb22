package io.everynode.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What objects take of quotas, and what quotas let pass (pkg/quota/v1/evaluator/core, admission's controller). */
class QuotaTest {

    private static ObjectNode json(String text) {
        return LimitRangesTest.json(text);
    }

    private static QuotaCharge pod(String spec) {
        return QuotaCharge.of(
                Kinds.POD, json("{'spec':{" + spec + (spec.isEmpty() ? "" : ",") + "'containers':[{'name':'c'}]}}"));
    }

    private static QuotaCharge container(String resources) {
        return QuotaCharge.of(
                Kinds.POD, json("{'spec':{'containers':[{'name':'c','resources':{" + resources + "}}]}}"));
    }

    private static Quota quota(String spec) {
        return Quota.of(json("{'metadata':{'name':'q'},'spec':{" + spec + "}}"));
    }

    private static Kind kind(String plural) {
        return new Kind("", "v1", plural, plural, plural, List.of(), List.of(), true, java.util.Set.of());
    }

    @Test
    void whatAPodTakes() {
        assertThat(Amount.text(container("'requests':{'cpu':'500m','memory':'1Gi','a.b/gpu':'2','hugepages-2Mi':'4Mi'},"
                                + "'limits':{'cpu':'1','memory':'1Gi','a.b/gpu':'2','hugepages-2Mi':'4Mi'}")
                        .amounts()))
                .isEqualTo("count/pods=1,cpu=500m,hugepages-2Mi=4Mi,limits.cpu=1,limits.memory=1Gi,memory=1Gi,pods=1,"
                        + "requests.a.b/gpu=2,requests.cpu=500m,requests.hugepages-2Mi=4Mi,requests.memory=1Gi");
        assertThat(Amount.text(QuotaCharge.of(
                                Kinds.POD,
                                json("{'spec':{'containers':[{'name':'c','resources':{'limits':{'cpu':'1'}}}]},"
                                        + "'status':{'phase':'Failed'}}"))
                        .amounts()))
                .isEqualTo("count/pods=1");
        assertThat(Amount.text(QuotaCharge.of(
                                Kinds.POD,
                                json("{'spec':{'overhead':{'cpu':'1'},'containers':[{'name':'c','resources':"
                                        + "{'requests':{'cpu':'1'},'limits':{'cpu':'2'}}}],'initContainers':[{'name':'s',"
                                        + "'restartPolicy':'Always','resources':{'requests':{'cpu':'4'}}}]}}"))
                        .amounts()))
                .isEqualTo("count/pods=1,cpu=6,limits.cpu=3,pods=1,requests.cpu=6");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        configmaps | {} | configmaps=1,count/configmaps=1
        secrets | {} | count/secrets=1,secrets=1
        serviceaccounts | {} | count/serviceaccounts=1
        services | {'spec':{'type':'ClusterIP','ports':[{'port':1}]}} | count/services=1,services=1
        services | {'spec':{'type':'NodePort','ports':[{'port':1},{'port':2}]}} | count/services=1,services=1,services.nodeports=2
        services | {'spec':{'type':'LoadBalancer','ports':[{'port':1}]}} | count/services=1,services=1,services.loadbalancers=1,services.nodeports=1
        services | {'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'port':1}]}} | count/services=1,services=1,services.loadbalancers=1,services.nodeports=0
        persistentvolumeclaims | {'spec':{'storageClassName':'gold','resources':{'requests':{'storage':'1Gi'}}}} | count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=1Gi,persistentvolumeclaims=1,requests.storage=1Gi
        """)
    void whatOthersTake(String plural, String object, String amounts) {
        assertThat(Amount.text(QuotaCharge.of(kind(plural), json(object)).amounts()))
                .isEqualTo(amounts);
    }

    @Test
    void whatIsNotCounted() {
        assertThat(QuotaCharge.of(Kinds.EVENT, json("{}"))).isNull();
        assertThat(QuotaCharge.of(Kinds.NODE, json("{}"))).isNull();
        assertThat(Amount.text(QuotaCharge.of(Kinds.DAEMON_SET, json("{}")).amounts()))
                .isEqualTo("count/daemonsets.apps=1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'scopes':['Terminating'] | 'activeDeadlineSeconds':5 | true
        'scopes':['Terminating'] | | false
        'scopes':['NotTerminating'] | | true
        'scopes':['BestEffort'] | | true
        'scopes':['NotBestEffort'] | | false
        'scopes':['BestEffort','Terminating'] | | false
        'scopes':['PriorityClass'] | 'priorityClassName':'high' | true
        'scopes':['PriorityClass'] | | false
        'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} | 'priorityClassName':'high' | true
        'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} | 'priorityClassName':'low' | false
        'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'NotIn','values':['high']}]} | 'priorityClassName':'low' | true
        'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'DoesNotExist'}]} | | true
        'scopes':['CrossNamespacePodAffinity'] | 'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'namespaces':['x']}]}} | true
        'scopes':['CrossNamespacePodAffinity'] | 'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{}]}} | false
        """)
    void scopes(String spec, String pod, boolean matches) {
        assertThat(quota("'hard':{'pods':'1'}," + spec).matches(pod(pod == null ? "" : pod)))
                .isEqualTo(matches);
    }

    @Test
    void aScopedQuotaCountsPodsAlone() {
        QuotaCharge secret = QuotaCharge.of(Kinds.SECRET, json("{}"));
        assertThat(quota("'hard':{'secrets':'1'}").matches(secret)).isTrue();
        assertThat(quota("'hard':{'secrets':'1'},'scopes':['BestEffort']").matches(secret))
                .isFalse();
        assertThat(quota("'hard':{'configmaps':'1'}").matches(secret)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'hard':{'pods':'2'} | 'requests':{'cpu':'1'} | exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2
        'hard':{'pods':'3'} | 'requests':{'cpu':'1'} |
        'hard':{'pods':'9','requests.cpu':'2500m','limits.memory':'1Gi'} | 'requests':{'cpu':'1'},'limits':{'memory':'1536Mi'} | exceeded quota: q, requested: limits.memory=1536Mi,requests.cpu=1, used: limits.memory=0,requests.cpu=2, limited: limits.memory=1Gi,requests.cpu=2500m
        'hard':{'limits.cpu':'9','requests.memory':'1Gi'} | 'requests':{'cpu':'1'} | failed quota: q: must specify limits.cpu for: c; requests.memory for: c
        'hard':{'requests.ephemeral-storage':'1'} | 'requests':{'cpu':'1'} |
        """)
    void refusals(String spec, String resources, String expected) {
        List<QuotaCharge> there = List.of(container("'requests':{'cpu':'1'}"), container("'requests':{'cpu':'1'}"));
        NamespaceQuotas used = NamespaceQuotas.NONE.with(quota(spec), there);
        assertThat(used.refusal(container(resources), Map.of())).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void whatIsHeldCountsUntilItIsReleased() {
        NamespaceQuotas used =
                NamespaceQuotas.NONE.with(quota("'hard':{'pods':'2'}"), List.of(container("'requests':{'cpu':'1'}")));
        QuotaBook book = new QuotaBook();
        assertThat(book.take("a", pod(""), 100, used)).isTrue();
        assertThat(book.take("b", pod(""), 100, used)).isFalse();
        assertThat(book.refusal(pod(""), used))
                .isEqualTo("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2");
        assertThat(QuotaBook.certainRefusal(pod(""), used))
                .as("what is held may come to nothing")
                .isEmpty();
        assertThat(book.take("a", pod(""), 200, used)).as("the same again").isTrue();
        assertThat(book.expire(150)).isFalse();
        assertThat(book.expire(200)).isTrue();
        assertThat(book.take("b", pod(""), 300, used)).isTrue();
        book.release(List.of("b", "unknown"));
        assertThat(book.isEmpty()).isTrue();
        assertThat(book.refusal(pod(""), used)).isEmpty();
    }

    /** However objects come, change and go, the sums are those of a count anew. */
    @Property(tries = 50)
    void sumsStayTrue(@ForAll long seed) {
        Random random = new Random(seed);
        List<Quota> quotas = List.of(
                quota("'hard':{'pods':'5','requests.memory':'1Gi','count/secrets':'3'}"),
                Quota.of(json("{'metadata':{'name':'b'},'spec':{'hard':{'pods':'1'},'scopes':['BestEffort']}}")));
        NamespaceQuotas sums = NamespaceQuotas.NONE;
        for (Quota quota : quotas) {
            sums = sums.with(quota, List.of());
        }
        List<QuotaCharge> kinds = List.of(
                pod(""),
                pod("").ended(),
                container("'requests':{'memory':'100Mi'}"),
                container("'limits':{'memory':'1Gi'}").ended(),
                QuotaCharge.of(Kinds.SECRET, json("{}")));
        List<QuotaCharge> there = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            QuotaCharge before =
                    !there.isEmpty() && random.nextInt(3) > 0 ? there.remove(random.nextInt(there.size())) : null;
            QuotaCharge after = before != null && random.nextBoolean() ? null : kinds.get(random.nextInt(kinds.size()));
            if (after != null) {
                there.add(after);
            }
            sums = sums.changed(before, after);
            for (Quota quota : quotas) {
                Map<String, Amount> anew = NamespaceQuotas.NONE
                        .with(quota, there)
                        .get(quota.name())
                        .all();
                sums.get(quota.name())
                        .all()
                        .forEach((name, amount) -> assertThat(amount.value())
                                .as(name)
                                .isEqualByComparingTo(anew.get(name).value()));
            }
        }
    }
}
