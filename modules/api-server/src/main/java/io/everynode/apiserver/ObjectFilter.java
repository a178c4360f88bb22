package io.everynode.apiserver;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.select.FieldSelector;
import io.everynode.objects.select.LabelSelector;
import java.util.function.Predicate;

/**
 * Which objects a list or watch wants: namespace, labels and fields together. Immutable. Looks into an object's tree
 * only for fields that the catalog does not keep beside it.
 */
record ObjectFilter(Kind kind, String namespace, LabelSelector labels, FieldSelector fields)
        implements Predicate<StoredObject> {

    @Override
    public boolean test(StoredObject object) {
        return (namespace.isEmpty() || namespace.equals(object.namespace()))
                && (labels.isEverything() || labels.test(object.labels()))
                && fieldsMatch(object);
    }

    private boolean fieldsMatch(StoredObject object) {
        boolean needsTree = false;
        for (FieldSelector.Term term : fields.terms()) {
            String known = known(term.field(), object);
            if (known == null) {
                needsTree = true;
            } else if (term.equal() != term.value().equals(known)) {
                return false;
            }
        }
        return !needsTree || fields.matches(object.tree());
    }

    /** The value of a field that the catalog keeps beside the tree; else null. Every kubelet's watch is by its node. */
    private static String known(String field, StoredObject object) {
        return switch (field) {
            case "metadata.name" -> object.name();
            case "metadata.namespace" -> object.namespace();
            case "spec.nodeName" -> CatalogVersion.nodeOf(object);
            default -> null;
        };
    }

    /** Whether everything of the kind in the namespace is wanted. */
    boolean isEverything() {
        return labels.isEverything() && fields.terms().isEmpty();
    }

    /** The one name wanted, or "". */
    String name() {
        return orEmpty(fields.required("metadata.name"));
    }

    /** The one node whose Pods are wanted, or "". */
    String node() {
        return kind.equals(Kinds.POD) ? orEmpty(fields.required("spec.nodeName")) : "";
    }

    /** The one namespace wanted, by path or by field; or "". */
    String onlyNamespace() {
        return namespace.isEmpty() ? orEmpty(fields.required("metadata.namespace")) : namespace;
    }

    /** The narrowest selection of changes that misses none of these objects. */
    WatchSelection selection() {
        return new WatchSelection(kind, onlyNamespace(), name(), node());
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
