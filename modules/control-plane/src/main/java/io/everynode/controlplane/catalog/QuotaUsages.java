package io.everynode.controlplane.catalog;

import io.everynode.core.admission.NamespaceQuotas;
import io.everynode.core.admission.Quota;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What is used of the ResourceQuotas, by namespace: kept true object by object, so that nobody has to count. A
 * namespace without quotas costs one look. Immutable.
 */
public final class QuotaUsages {

    static final QuotaUsages NONE = new QuotaUsages(HashTreePMap.empty());

    private final PMap<String, NamespaceQuotas> byNamespace;

    private QuotaUsages(PMap<String, NamespaceQuotas> byNamespace) {
        this.byNamespace = byNamespace;
    }

    public NamespaceQuotas in(String namespace) {
        return byNamespace.getOrDefault(namespace, NamespaceQuotas.NONE);
    }

    /**
     * An object changed, came ({@code before} null) or went ({@code after} null).
     *
     * @param objectsIn all objects of a namespace as they are now; asked for when a quota is new or another
     */
    QuotaUsages changed(StoredObject before, StoredObject after, Function<String, Iterable<StoredObject>> objectsIn) {
        StoredObject one = after == null ? before : after;
        boolean quota = one.kind().equals(Kinds.RESOURCE_QUOTA);
        NamespaceQuotas known = in(one.namespace());
        if (known.isEmpty() && !quota) {
            return this;
        }
        NamespaceQuotas now = known.changed(charge(before), charge(after));
        if (quota) {
            now = after == null ? now.without(one.name()) : withQuota(now, after, objectsIn);
        }
        if (now == known) {
            return this;
        }
        return new QuotaUsages(
                now.isEmpty() ? byNamespace.minus(one.namespace()) : byNamespace.plus(one.namespace(), now));
    }

    /** Counts what the quotas of a version are used for. */
    static QuotaUsages counted(Iterable<StoredObject> quotas, Function<String, Iterable<StoredObject>> objectsIn) {
        QuotaUsages all = NONE;
        for (StoredObject quota : quotas) {
            NamespaceQuotas now = withQuota(all.in(quota.namespace()), quota, objectsIn);
            all = new QuotaUsages(all.byNamespace.plus(quota.namespace(), now));
        }
        return all;
    }

    private static NamespaceQuotas withQuota(
            NamespaceQuotas quotas, StoredObject object, Function<String, Iterable<StoredObject>> objectsIn) {
        Quota quota = Quota.of(object.tree());
        NamespaceQuotas.Usage before = quotas.get(object.name());
        if (before != null && before.quota().equals(quota)) {
            return quotas;
        }
        List<QuotaCharge> charges = new ArrayList<>();
        for (StoredObject counted : objectsIn.apply(object.namespace())) {
            QuotaCharge charge = charge(counted);
            if (charge != null) {
                charges.add(charge);
            }
        }
        return quotas.with(quota, charges);
    }

    /** Null for what is not counted, and for null. */
    private static QuotaCharge charge(StoredObject object) {
        if (object == null || object.kind().equals(Kinds.EVENT)) {
            return null;
        }
        return object instanceof StoredDaemonPod pod ? pod.charge() : QuotaCharge.of(object.kind(), object.tree());
    }
}
