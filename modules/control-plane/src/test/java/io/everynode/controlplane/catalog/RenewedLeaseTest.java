package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewedLeaseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The name of the field elsewhere, a time in another form, none, and fields behind it.
                "{'metadata':{'name':'n','uid':'u'},'spec':{'renewTime':'2026-01-01T00:00:00.000000Z'}}",
                "{'metadata':{'name':'n','annotations':{'renewTime':'x','spec':'y'}},'spec':{'holderIdentity':'ä','renewTime':'2026-01-01T00:00:00Z','leaseDurationSeconds':40}}",
                "{'metadata':{'name':'n','annotations':{'renewTime':'x'}},'spec':{'holderIdentity':'n'}}",
                "{'metadata':{'name':'ä'},'spec':{'renewTime':'\\u00e4'}}",
                "{'metadata':{'name':'n'},'spec':{'renewTime':null}}",
                "{'metadata':{'name':'n'}}",
            })
    void itsBytesAreThoseOfTheTreeWithTheNewTime(String lease) {
        StoredObject stored = StoredJson.of(
                Kinds.LEASE, new JsonBytes(lease.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), 7, "p", 3);
        String later = "2026-01-01T00:00:10.000000Z";

        StoredObject renewed = new RenewedLease.Renewable(stored).renewed(later);

        ObjectNode expected = LeaseRenewal.withTime(stored.tree(), later);
        assertThat(renewed.json()).asString().isEqualTo(new String(Json.encode(expected), StandardCharsets.UTF_8));
        assertThat(renewed.tree()).isEqualTo(expected);
        assertThat(new RenewedLease.Renewable(renewed).time()).isEqualTo(later);
        assertThat(new RenewedLease.Renewable(stored).time()).isEqualTo(Json.text(stored.tree(), "spec", "renewTime"));
        assertThat(renewed.resourceVersion()).isEqualTo(7);
        // A time that does not stand in JSON as it is.
        String odd = "\"\\ä";
        assertThat(Json.text(new RenewedLease.Renewable(stored).renewed(odd).tree(), "spec", "renewTime"))
                .isEqualTo(odd);
    }
}
