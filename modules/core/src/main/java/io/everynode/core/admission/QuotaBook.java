package io.everynode.core.admission;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a namespace's keeper has let pass and the catalog may not show yet, so that quotas are not exceeded by creations
 * at the same time. Each claim is held until it is settled and the catalog has all that was committed by then, or until
 * nothing can come of it any more. Mutable soft state; without a clock.
 */
public final class QuotaBook {

    private record Held(QuotaCharge charge, long endMillis) {}

    private final Map<String, Held> held = new HashMap<>();

    /** The same, by charge: many are alike. */
    private final Map<QuotaCharge, Integer> sums = new HashMap<>();

    /** Whether one more fits beside all that is used and held; then it is held as well. */
    public boolean take(String id, QuotaCharge charge, long endMillis, NamespaceQuotas used) {
        if (held.containsKey(id)) {
            // Asked again: nothing more comes of it, but it may come later.
            held.put(id, new Held(held.get(id).charge(), endMillis));
            return true;
        }
        if (!used.refusal(charge, sums).isEmpty()) {
            return false;
        }
        held.put(id, new Held(charge, endMillis));
        sums.merge(charge, 1, Integer::sum);
        return true;
    }

    /** Why one more does not fit, with all that is held; "" when it does. */
    public String refusal(QuotaCharge charge, NamespaceQuotas used) {
        return used.refusal(charge, sums);
    }

    /** Why one more cannot fit, even if nothing comes of all that is held; "" when it may. */
    public static String certainRefusal(QuotaCharge charge, NamespaceQuotas used) {
        return used.refusal(charge, Map.of());
    }

    /** The catalog shows what came of these. */
    public void release(Collection<String> ids) {
        for (String id : ids) {
            Held one = held.remove(id);
            if (one != null) {
                sums.merge(one.charge(), -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
            }
        }
    }

    /** Of these nothing can come any more. @return whether there were any */
    public boolean expire(long nowMillis) {
        var over = held.entrySet().stream()
                .filter(entry -> entry.getValue().endMillis() <= nowMillis)
                .map(Map.Entry::getKey)
                .toList();
        release(over);
        return !over.isEmpty();
    }

    /** When the next one expires, epoch milliseconds. */
    public OptionalLong nextExpiry() {
        return held.values().stream().mapToLong(Held::endMillis).min();
    }

    public boolean isEmpty() {
        return held.isEmpty();
    }
}
