package io.everynode.controlplane.catalog;

import io.everynode.core.admission.Amount;
import io.everynode.core.admission.NamespaceQuotas;
import io.everynode.core.admission.Quota;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Which Services have which cluster addresses in a version of the catalog. Reads a Service again only when it changed.
 * Mutable; for one thread.
 */
public final class ServiceAddresses {

    private record Read(StoredObject service, List<String> addresses) {}

    private final Map<ObjectKey, Read> known = new HashMap<>();
    private final Map<String, Integer> users = new HashMap<>();
    private Object seen;

    /** What a Service takes; null for one without an address. */
    public static QuotaCharge charge(Collection<String> addresses) {
        Map<String, Amount> amounts = new HashMap<>();
        addresses.forEach(address -> amounts.put(address, Amount.ONE));
        return amounts.isEmpty() ? null : new QuotaCharge(amounts, null);
    }

    /** Of each of these addresses there is one to be had, and maybe it is used. */
    public NamespaceQuotas used(CatalogVersion version, Collection<String> addresses) {
        refresh(version);
        Map<String, Amount> one = new HashMap<>();
        List<QuotaCharge> taken = new ArrayList<>();
        for (String address : addresses) {
            one.put(address, Amount.ONE);
            if (users.containsKey(address)) {
                taken.add(charge(List.of(address)));
            }
        }
        return NamespaceQuotas.NONE.with(new Quota("addresses", one, List.of()), taken);
    }

    private void refresh(CatalogVersion version) {
        Map<ObjectKey, StoredObject> services = version.of(Kinds.SERVICE);
        // Versions share the map of a kind as long as nothing of the kind changes.
        if (services == seen) {
            return;
        }
        seen = services;
        for (Iterator<Map.Entry<ObjectKey, Read>> each = known.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<ObjectKey, Read> entry = each.next();
            if (services.get(entry.getKey()) != entry.getValue().service()) {
                count(entry.getValue(), -1);
                each.remove();
            }
        }
        services.forEach((key, service) -> {
            if (!known.containsKey(key)) {
                Read read = new Read(service, of(service.tree()));
                known.put(key, read);
                count(read, 1);
            }
        });
    }

    private void count(Read read, int by) {
        for (String address : read.addresses()) {
            users.merge(address, by, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    /** A Service's addresses; those of headless ones are none. */
    public static List<String> of(com.fasterxml.jackson.databind.JsonNode service) {
        List<String> addresses = new ArrayList<>();
        Json.at(service, "spec", "clusterIPs").forEach(address -> {
            if (!address.asText().isEmpty() && !address.asText().equals("None")) {
                addresses.add(address.asText());
            }
        });
        return addresses;
    }
}
