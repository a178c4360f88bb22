package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AuditOutputTest {

    private static JsonNode json(String text) throws IOException {
        return Json.mapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void anEntryIsSomeLines() throws IOException {
        assertThat(AuditOutput.entry(json("{'resourceVersion':'9','time':'2026-11-22T10:00:00Z','user':'ann',"
                        + "'client':'kubectl\\u001b[31m/v1','verb':'patch','request':{'id':'r','address':'10.0.0.1',"
                        + "'impersonatedBy':'boss','command':'kubectl label'},'object':{'kind':'ConfigMap',"
                        + "'namespace':'team','name':'c','subresource':'status'},'reason':'patched',"
                        + "'changes':[{'path':'a','to':1},{'path':'b','from':2},{'path':'c','from':1,'to':'x\\u001b'}],"
                        + "'changesLeftOut':3}")))
                .isEqualTo("""
                        2026-11-22T10:00:00Z  #9  ann (sent by boss)  patch ConfigMap team/c (status)
                            from 10.0.0.1 by kubectl label, kubectl?[31m/v1, request r; patched
                            a: 1
                            b: 2 -> gone
                            c: 1 -> "x\\u001B"
                            and 3 more fields""");
    }

    @Test
    void whatHasNoRequestTellsItsCause() throws IOException {
        assertThat(AuditOutput.entry(json("{'resourceVersion':'9','time':'t','user':'system:scheduler','verb':'update',"
                        + "'cause':'journal 8','object':{'kind':'Pod','uid':'u'}}")))
                .isEqualTo("t  #9  system:scheduler  update Pod with uid u\n    journal 8");
    }

    @Test
    void aRecordIsALine() throws IOException {
        assertThat(AuditOutput.record(json("{'code':403,'user':'eve','address':'10.0.0.1','verb':'get',"
                                + "'resource':'secrets','namespace':'team','name':'s','count':5,'first':'f','last':'l',"
                                + "'client':'curl'}"))
                        .replaceAll(" +", " "))
                .isEqualTo("l f 5 403 eve 10.0.0.1 get secrets team/s curl");
    }
}
