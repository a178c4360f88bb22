package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTemplateHashTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1,'b':2} | {'b':2,'a':1} | true",
                "{'a':1,'n':null} | {'a':1} | true",
                "{'a':{'list':[]}} | {'a':{}} | true",
                "{'a':{}} | {} | false",
                "{'a':[1,2]} | {'a':[2,1]} | false",
                "{'a':'1'} | {'a':1} | false",
                "{'a':[{'c':null,'b':1}]} | {'a':[{'b':1}]} | true",
            })
    void sameTemplatesHaveTheSameHash(String one, String other, boolean same) {
        String first = PodTemplateHash.revision(json(one), 0);
        String second = PodTemplateHash.revision(json(other), 0);
        assertThat(first.equals(second)).isEqualTo(same);
    }

    @Test
    void hashesStayTheSameForEver() {
        // A change of this value would roll out every DaemonSet of every cluster once.
        assertThat(PodTemplateHash.revision(json("{'spec':{'containers':[{'name':'a','image':'b'}]}}"), 0))
                .isEqualTo("jpxxdrmzcj");
        assertThat(PodTemplateHash.revision(json("{'spec':{'containers':[{'name':'a','image':'b'}]}}"), 1))
                .isEqualTo("nxvghp957x");
    }

    @Test
    void hashesAreSafeInNamesAndLabels() {
        for (int i = 0; i < 200; i++) {
            assertThat(PodTemplateHash.revision(json("{'i':" + i + "}"), i))
                    .matches("[bcdfghjklmnpqrstvwxz2456789]{10}");
        }
    }

    @Test
    void canonicalFormLeavesTheTreeAlone() {
        var tree = json("{'b':null,'a':[]}");
        PodTemplateHash.canonical(tree);
        assertThat(tree).isEqualTo(json("{'b':null,'a':[]}"));
    }

    @Test
    void revisionUidsAreUuidsThatDifferByEachPart() {
        String uid = PodTemplateHash.revisionUid("u", "h", 1);
        assertThat(java.util.UUID.fromString(uid).toString()).isEqualTo(uid);
        assertThat(uid).isEqualTo(PodTemplateHash.revisionUid("u", "h", 1));
        assertThat(java.util.Set.of(
                        uid,
                        PodTemplateHash.revisionUid("v", "h", 1),
                        PodTemplateHash.revisionUid("u", "i", 1),
                        PodTemplateHash.revisionUid("u", "h", 2)))
                .hasSize(4);
    }
}
