package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** LimitRanges (core validation ValidateLimitRange, pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem). */
final class LimitRangeRules implements KindRules {

    private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");

    @Override
    public void applyDefaults(ObjectNode range) {
        for (ObjectNode limit : Trees.objects(range.path("spec"), "limits")) {
            if (!Trees.text(limit, "type").equals("Container")) {
                continue;
            }
            fill(limit, "default", "max");
            fill(limit, "defaultRequest", "default");
            fill(limit, "defaultRequest", "min");
        }
    }

    private static void fill(ObjectNode limit, String list, String from) {
        for (Map.Entry<String, JsonNode> entry : Trees.entries(limit, from)) {
            ObjectNode amounts = Json.child(limit, list);
            if (!amounts.has(entry.getKey())) {
                amounts.set(entry.getKey(), entry.getValue());
            }
        }
    }

    @Override
    public void prepareCreate(ObjectNode range) {}

    @Override
    public void validateCreate(Kind kind, ObjectNode range, Causes causes) {
        ObjectMetaRules.validate(range, true, NameRule.SUBDOMAIN, causes);
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode limit : Trees.objects(range.path("spec"), "limits")) {
            String field = Trees.at("spec.limits", i++);
            String type = Trees.text(limit, "type");
            type(type, field + ".type", causes);
            if (!seen.add(type)) {
                causes.duplicate(field + ".type", type);
            }
            limit(limit, type, field, causes);
        }
    }

    private static void type(String type, String field, Causes causes) {
        List<String> wrong = Formats.qualifiedName(type);
        causes.invalid(field, type, wrong);
        if (wrong.isEmpty() && !type.contains("/") && !TYPES.contains(type)) {
            causes.invalid(field, type, "must be a standard limit type or fully qualified");
        }
    }

    private static void limit(ObjectNode limit, String type, String field, Causes causes) {
        Set<String> resources = new TreeSet<>();
        names(limit, type, "max", field, resources, causes);
        names(limit, type, "min", field, resources, causes);
        for (String list : List.of("default", "defaultRequest")) {
            if (!type.equals("Pod")) {
                names(limit, type, list, field, resources, causes);
            } else if (!limit.path(list).isEmpty()) {
                causes.forbidden(field + "." + list, "may not be specified when `type` is 'Pod'");
            }
        }
        if (type.equals("PersistentVolumeClaim")
                && !limit.path("min").has("storage")
                && !limit.path("max").has("storage")) {
            causes.required(
                    field + ".limits", "either minimum or maximum storage value is required, but neither was provided");
        }
        names(limit, type, "maxLimitRequestRatio", field, resources, causes);
        for (String resource : resources) {
            bounds(new Bounds(limit, resource, type), field, causes);
        }
    }

    private static void names(
            ObjectNode limit, String type, String list, String field, Set<String> resources, Causes causes) {
        for (Map.Entry<String, JsonNode> amount : Trees.entries(limit, list)) {
            String name = amount.getKey();
            String at = Trees.key(field + "." + list, name);
            if (type.equals("Pod") || type.equals("Container")) {
                ResourceValidation.name(name, at, causes);
            } else {
                QuotaNames.resource(name, at, causes);
            }
            resources.add(name);
        }
    }

    /** The amounts of one resource; null where there is none, and for a Pod where none is looked at. */
    private record Bounds(
            String resource, JsonNode min, JsonNode max, JsonNode limit, JsonNode request, JsonNode ratio) {

        Bounds(ObjectNode item, String resource, String type) {
            this(
                    resource,
                    item.path("min").get(resource),
                    item.path("max").get(resource),
                    type.equals("Pod") ? null : item.path("default").get(resource),
                    type.equals("Pod") ? null : item.path("defaultRequest").get(resource),
                    item.path("maxLimitRequestRatio").get(resource));
        }
    }

    private static void bounds(Bounds of, String field, Causes causes) {
        String request = Trees.key(field + ".defaultRequest", of.resource());
        String limit = Trees.key(field + ".default", of.resource());
        if (above(of.min(), of.max())) {
            said(causes, Trees.key(field + ".min", of.resource()), of.min(), "min", of.min(), "max", of.max());
        }
        if (above(of.min(), of.request())) {
            said(causes, request, of.request(), "min", of.min(), "default request", of.request());
        }
        if (above(of.request(), of.max())) {
            said(causes, request, of.request(), "default request", of.request(), "max", of.max());
        }
        if (above(of.request(), of.limit())) {
            said(causes, request, of.request(), "default request", of.request(), "default limit", of.limit());
        }
        if (above(of.min(), of.limit())) {
            said(causes, limit, of.min(), "min", of.min(), "default", of.limit());
        }
        if (above(of.limit(), of.max())) {
            said(causes, limit, of.max(), "default", of.limit(), "max", of.max());
        }
        ratio(of, Trees.key(field + ".maxLimitRequestRatio", of.resource()), causes);
        if (!Amounts.mayOvercommit(of.resource())
                && of.limit() != null
                && of.request() != null
                && Amounts.of(of.limit()).compareTo(Amounts.of(of.request())) != 0) {
            causes.invalid(
                    request,
                    of.request().asText(),
                    "default value " + of.limit().asText() + " must equal to defaultRequest value "
                            + of.request().asText() + " in " + of.resource());
        }
    }

    private static boolean above(JsonNode one, JsonNode other) {
        return one != null && other != null && Amounts.of(one).compareTo(Amounts.of(other)) > 0;
    }

    private static void said(
            Causes causes, String field, JsonNode value, String low, JsonNode lower, String high, JsonNode upper) {
        causes.invalid(
                field,
                value.asText(),
                low + " value " + lower.asText() + " is greater than " + high + " value " + upper.asText());
    }

    private static void ratio(Bounds of, String field, Causes causes) {
        if (of.ratio() == null) {
            return;
        }
        BigDecimal ratio = Amounts.of(of.ratio()).value();
        if (ratio.compareTo(BigDecimal.ONE) < 0) {
            causes.invalid(field, of.ratio().asText(), "ratio " + of.ratio().asText() + " is less than 1");
        }
        if (of.min() == null || of.max() == null) {
            return;
        }
        Quantity min = Amounts.of(of.min());
        if (min.value().signum() <= 0) {
            return;
        }
        BigDecimal most = Amounts.of(of.max()).value().divide(min.value(), 6, RoundingMode.HALF_UP);
        if (ratio.compareTo(most) > 0) {
            causes.invalid(
                    field,
                    of.ratio().asText(),
                    "ratio " + of.ratio().asText() + " is greater than max/min = " + most.toPlainString());
        }
    }
}
