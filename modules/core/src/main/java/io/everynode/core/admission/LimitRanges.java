package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The LimitRanges of one namespace: they fill in requests and limits of new Pods and refuse what is out of bounds
 * (plugin/pkg/admission/limitranger/admission.go, with its messages). Immutable; pure.
 */
public final class LimitRanges {

    /** What was filled in is told there. */
    public static final String ANNOTATION = "kubernetes.io/limit-ranger";

    public static final LimitRanges NONE = new LimitRanges(List.of());

    private final List<JsonNode> ranges;

    /** @param ranges LimitRange objects with their defaults, in the order in which they count; nobody changes them */
    public LimitRanges(List<JsonNode> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * @param pod a Pod or a Pod's template; gets its defaults
     * @return why it is forbidden, or ""
     */
    public String admitPod(ObjectNode pod) {
        if (isEmpty() || !(pod.path("spec") instanceof ObjectNode spec)) {
            return "";
        }
        for (JsonNode range : ranges) {
            fillIn(pod, spec, range);
        }
        for (JsonNode range : ranges) {
            String wrong = wrong(spec, range);
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return "";
    }

    /** @return why a PersistentVolumeClaim is forbidden, or "" */
    public String admitClaim(JsonNode claim) {
        Map<String, Amount> requests = Amount.list(Json.at(claim, "spec", "resources", "requests"));
        for (JsonNode range : ranges) {
            List<String> wrong = new ArrayList<>();
            for (JsonNode limit : Json.at(range, "spec", "limits")) {
                String type = Json.text(limit, "type");
                if (type.equals("PersistentVolumeClaim")) {
                    Amount.list(limit.path("min"))
                            .forEach((name, least) -> min(wrong, type, name, least, requests, Map.of()));
                    Amount.list(limit.path("max"))
                            .forEach((name, most) -> maxRequest(wrong, type, name, most, requests));
                }
            }
            if (!wrong.isEmpty()) {
                return aggregate(wrong);
            }
        }
        return "";
    }

    private static void fillIn(ObjectNode pod, ObjectNode spec, JsonNode range) {
        List<String> told = new ArrayList<>();
        for (JsonNode container : spec.path("containers")) {
            fillIn((ObjectNode) container, "container", range, told);
        }
        for (JsonNode container : spec.path("initContainers")) {
            fillIn((ObjectNode) container, "init container", range, told);
        }
        if (!told.isEmpty()) {
            Json.child(Json.child(pod, "metadata"), "annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", told));
        }
    }

    private static void fillIn(ObjectNode container, String what, JsonNode range, List<String> told) {
        requestsFromLimits(container);
        TreeSet<String> requests = new TreeSet<>();
        TreeSet<String> limits = new TreeSet<>();
        for (JsonNode limit : Json.at(range, "spec", "limits")) {
            if (Json.text(limit, "type").equals("Container")) {
                fillIn(container, "limits", limit.path("default"), limits);
                fillIn(container, "requests", limit.path("defaultRequest"), requests);
            }
        }
        String name = " for " + what + " " + Json.text(container, "name");
        if (!requests.isEmpty()) {
            told.add(String.join(", ", requests) + " request" + name);
        }
        if (!limits.isEmpty()) {
            told.add(String.join(", ", limits) + " limit" + name);
        }
    }

    /** The default of every Pod, which comes before. */
    private static void requestsFromLimits(ObjectNode container) {
        for (Map.Entry<String, JsonNode> limit :
                Json.at(container, "resources", "limits").properties()) {
            ObjectNode requests = Json.child(Json.child(container, "resources"), "requests");
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }

    private static void fillIn(ObjectNode container, String list, JsonNode defaults, TreeSet<String> filled) {
        for (Map.Entry<String, JsonNode> entry : defaults.properties()) {
            if (!Json.at(container, "resources", list).has(entry.getKey())) {
                Json.child(Json.child(container, "resources"), list).set(entry.getKey(), entry.getValue());
                filled.add(entry.getKey());
            }
        }
    }

    private static String wrong(JsonNode spec, JsonNode range) {
        List<String> wrong = new ArrayList<>();
        for (JsonNode limit : Json.at(range, "spec", "limits")) {
            String type = Json.text(limit, "type");
            if (type.equals("Container")) {
                for (String containers : List.of("containers", "initContainers")) {
                    for (JsonNode container : spec.path(containers)) {
                        check(
                                wrong,
                                limit,
                                type,
                                PodTotals.of(container, "requests", false),
                                PodTotals.of(container, "limits", false));
                    }
                }
            } else if (type.equals("Pod")) {
                check(wrong, limit, type, PodTotals.requests(spec, false), PodTotals.limits(spec, false));
            }
        }
        return aggregate(wrong);
    }

    private static void check(
            List<String> wrong, JsonNode limit, String type, Map<String, Amount> requests, Map<String, Amount> limits) {
        Amount.list(limit.path("min")).forEach((name, least) -> min(wrong, type, name, least, requests, limits));
        Amount.list(limit.path("max")).forEach((name, most) -> max(wrong, type, name, most, requests, limits));
        Amount.list(limit.path("maxLimitRequestRatio"))
                .forEach((name, ratio) -> ratio(wrong, type, name, ratio, requests.get(name), limits.get(name)));
    }

    private static void min(
            List<String> wrong,
            String type,
            String name,
            Amount least,
            Map<String, Amount> requests,
            Map<String, Amount> limits) {
        String bound = "minimum " + name + " usage per " + type + " is " + least.text();
        bounded(wrong, bound, least::above, "request", requests.get(name), "limit", limits.get(name));
    }

    private static void max(
            List<String> wrong,
            String type,
            String name,
            Amount most,
            Map<String, Amount> requests,
            Map<String, Amount> limits) {
        String bound = "maximum " + name + " usage per " + type + " is " + most.text();
        bounded(wrong, bound, amount -> amount.above(most), "limit", limits.get(name), "request", requests.get(name));
    }

    private static void maxRequest(
            List<String> wrong, String type, String name, Amount most, Map<String, Amount> requests) {
        String bound = "maximum " + name + " usage per " + type + " is " + most.text();
        bounded(wrong, bound, amount -> amount.above(most), "request", requests.get(name), "limit", null);
    }

    /** Of two amounts the first has to be there; the first that is out of bounds is told. */
    private static void bounded(
            List<String> wrong,
            String bound,
            Predicate<Amount> outside,
            String first,
            Amount firstAmount,
            String second,
            Amount secondAmount) {
        if (firstAmount == null) {
            wrong.add(bound + ".  No " + first + " is specified");
        } else if (outside.test(firstAmount)) {
            wrong.add(bound + ", but " + first + " is " + firstAmount.text());
        } else if (secondAmount != null && outside.test(secondAmount)) {
            wrong.add(bound + ", but " + second + " is " + secondAmount.text());
        }
    }

    private static void ratio(List<String> wrong, String type, String name, Amount most, Amount request, Amount limit) {
        String bound = name + " max limit to request ratio per " + type + " is " + most.text();
        if (request == null || request.isZero()) {
            wrong.add(bound + ", but no request is specified or request is 0");
        } else if (limit == null || limit.isZero()) {
            wrong.add(bound + ", but no limit is specified or limit is 0");
        } else {
            BigDecimal ratio = limit.value().divide(request.value(), 9, RoundingMode.HALF_UP);
            if (ratio.compareTo(most.value()) > 0) {
                wrong.add(bound + ", but provided ratio is "
                        + ratio.setScale(6, RoundingMode.HALF_UP).toPlainString());
            }
        }
    }

    /** As apimachinery/pkg/util/errors joins several. */
    private static String aggregate(List<String> wrong) {
        List<String> distinct = wrong.stream().distinct().toList();
        return distinct.size() == 1
                ? distinct.get(0)
                : distinct.isEmpty() ? "" : "[" + String.join(", ", distinct) + "]";
    }
}
