package io.everynode.core.admission;

import java.util.Map;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/** The ResourceQuotas of one namespace and what is used of each. Immutable. */
public final class NamespaceQuotas {

    public static final NamespaceQuotas NONE = new NamespaceQuotas(TreePMap.empty());

    /** @param used of the quota's resources; one that nothing uses may be absent */
    public record Usage(Quota quota, Map<String, Amount> used) {

        Usage plus(QuotaCharge charge, int times) {
            if (!quota.matches(charge)) {
                return this;
            }
            Map<String, Amount> sum = quota.plus(used, charge, times);
            return sum == used ? this : new Usage(quota, sum);
        }

        /** What is used of each resource of the quota. */
        public Map<String, Amount> all() {
            Map<String, Amount> all = new TreeMap<>();
            quota.hard().keySet().forEach(name -> all.put(name, used.getOrDefault(name, Amount.ZERO)));
            return all;
        }
    }

    private final TreePMap<String, Usage> quotas;

    private NamespaceQuotas(TreePMap<String, Usage> quotas) {
        this.quotas = quotas;
    }

    public boolean isEmpty() {
        return quotas.isEmpty();
    }

    /** By name. */
    public Map<String, Usage> byName() {
        return quotas;
    }

    /** Null when there is no such quota. */
    public Usage get(String name) {
        return quotas.get(name);
    }

    /** Whether any counts objects like this one. */
    public boolean matter(QuotaCharge charge) {
        return charge != null
                && quotas.values().stream().anyMatch(usage -> usage.quota().matches(charge));
    }

    /** @param charges of all objects of the namespace */
    public NamespaceQuotas with(Quota quota, Iterable<QuotaCharge> charges) {
        Usage usage = new Usage(quota, Map.of());
        for (QuotaCharge charge : charges) {
            usage = usage.plus(charge, 1);
        }
        return new NamespaceQuotas(quotas.plus(quota.name(), usage));
    }

    public NamespaceQuotas without(String name) {
        return new NamespaceQuotas(quotas.minus(name));
    }

    /** One object came, changed or went; null for none. */
    public NamespaceQuotas changed(QuotaCharge before, QuotaCharge after) {
        if (before == after || before != null && before.equals(after)) {
            return this;
        }
        TreePMap<String, Usage> next = quotas;
        for (Map.Entry<String, Usage> entry : quotas.entrySet()) {
            Usage usage = entry.getValue();
            Usage now = before == null ? usage : usage.plus(before, -1);
            now = after == null ? now : now.plus(after, 1);
            if (now != usage) {
                next = next.plus(entry.getKey(), now);
            }
        }
        return next == quotas ? this : new NamespaceQuotas(next);
    }

    /**
     * Why an object may not be added, in the words of the first quota by name that refuses it; "" when it may.
     *
     * @param held what has been let pass and is not counted yet, with how often
     */
    public String refusal(QuotaCharge charge, Map<QuotaCharge, Integer> held) {
        for (Usage usage : quotas.values()) {
            if (!usage.quota().matches(charge)) {
                continue;
            }
            Usage all = usage;
            for (Map.Entry<QuotaCharge, Integer> one : held.entrySet()) {
                all = all.plus(one.getKey(), one.getValue());
            }
            String refusal = usage.quota().refusal(all.used(), charge);
            if (!refusal.isEmpty()) {
                return refusal;
            }
        }
        return "";
    }
}
