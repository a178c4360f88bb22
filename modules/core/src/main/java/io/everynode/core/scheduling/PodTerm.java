package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pods that a Pod wants near or far (core/v1 PodAffinityTerm), with matchLabelKeys and mismatchLabelKeys merged into
 * the selector from the Pod's own labels, as the API server does upstream. Immutable.
 *
 * @param namespaces where such Pods are looked for, beside those of the selector
 * @param namespaceSelector more namespaces by their labels; null for none
 * @param selector null matches no Pod, as when the term has no labelSelector
 * @param topologyKey the node label whose equal values mean "the same place"
 */
public record PodTerm(
        Set<String> namespaces, LabelSelector namespaceSelector, LabelSelector selector, String topologyKey) {

    /** A term with the weight of a preference, 1 to 100. */
    public record Weighted(int weight, PodTerm term) {}

    static PodTerm of(JsonNode term, String podNamespace, Map<String, String> podLabels) {
        Set<String> namespaces = new TreeSet<>();
        term.path("namespaces").forEach(name -> namespaces.add(name.asText("")));
        JsonNode bySelector = term.path("namespaceSelector");
        if (namespaces.isEmpty() && !bySelector.isObject()) {
            namespaces.add(podNamespace);
        }
        return new PodTerm(
                namespaces,
                bySelector.isObject() ? LabelSelector.of(bySelector) : null,
                selector(term, podLabels),
                Json.text(term, "topologyKey"));
    }

    static List<PodTerm> listOf(JsonNode terms, String podNamespace, Map<String, String> podLabels) {
        List<PodTerm> list = new ArrayList<>(terms.size());
        terms.forEach(term -> list.add(of(term, podNamespace, podLabels)));
        return List.copyOf(list);
    }

    static List<Weighted> weighted(JsonNode terms, String podNamespace, Map<String, String> podLabels) {
        List<Weighted> list = new ArrayList<>(terms.size());
        for (JsonNode entry : terms) {
            PodTerm term = of(entry.path("podAffinityTerm"), podNamespace, podLabels);
            list.add(new Weighted(entry.path("weight").asInt(0), term));
        }
        return List.copyOf(list);
    }

    /** The labelSelector with the values that the Pod has under matchLabelKeys and must not share under the others. */
    static LabelSelector selector(JsonNode holder, Map<String, String> podLabels) {
        if (!(holder.path("labelSelector") instanceof ObjectNode given)) {
            return LabelSelector.of(null);
        }
        ObjectNode merged = given.deepCopy();
        addKeys(merged, holder.path("matchLabelKeys"), "In", podLabels);
        addKeys(merged, holder.path("mismatchLabelKeys"), "NotIn", podLabels);
        return LabelSelector.of(merged);
    }

    /** A key that the Pod has no label of says nothing. */
    private static void addKeys(ObjectNode selector, JsonNode keys, String operator, Map<String, String> podLabels) {
        for (JsonNode key : keys) {
            String value = podLabels.get(key.asText(""));
            if (value != null) {
                ArrayNode expressions = selector.get("matchExpressions") instanceof ArrayNode there
                        ? there
                        : selector.putArray("matchExpressions");
                expressions
                        .addObject()
                        .put("key", key.asText(""))
                        .put("operator", operator)
                        .putArray("values")
                        .add(value);
            }
        }
    }

    /** Whether a Pod is meant. @param namespaceLabels of the Pod's namespace */
    boolean matches(String namespace, Map<String, String> namespaceLabels, Map<String, String> labels) {
        return (namespaces.contains(namespace) || namespaceSelector != null && namespaceSelector.test(namespaceLabels))
                && selector.test(labels);
    }
}
