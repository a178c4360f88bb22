package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A Pod's leave to be on nodes with certain taints (core/v1 Toleration). Immutable.
 *
 * @param key "" for every key
 * @param operator "" or Equal, Exists, Lt, Gt; another one tolerates nothing
 * @param value compared with the taint's value by Equal, Lt and Gt
 * @param effect "" for every effect
 * @param tolerationSeconds how long a NoExecute taint is borne; null for ever. No part of {@link #tolerates}.
 */
public record Toleration(String key, String operator, String value, String effect, Long tolerationSeconds) {

    public static final String EQUAL = "Equal";
    public static final String EXISTS = "Exists";
    public static final String LESS_THAN = "Lt";
    public static final String GREATER_THAN = "Gt";

    public Toleration {
        key = Trees.orEmpty(key);
        operator = Trees.orEmpty(operator);
        value = Trees.orEmpty(value);
        effect = Trees.orEmpty(effect);
    }

    public static Toleration of(JsonNode toleration) {
        JsonNode seconds = toleration.path("tolerationSeconds");
        return new Toleration(
                Trees.text(toleration, "key"),
                Trees.text(toleration, "operator"),
                Trees.text(toleration, "value"),
                Trees.text(toleration, "effect"),
                seconds.isNumber() ? seconds.longValue() : null);
    }

    /** The tolerations of a Pod spec, in their order. */
    public static List<Toleration> listOf(JsonNode tolerations) {
        List<Toleration> list = new ArrayList<>(tolerations.size());
        for (JsonNode toleration : tolerations) {
            list.add(of(toleration));
        }
        return list;
    }

    /**
     * Whether a Pod with this toleration may be on a node with the taint (core/v1/toleration.go). Lt tolerates a taint
     * whose number is below the toleration's, Gt one whose number is above; a value that is no 64-bit integer is never
     * tolerated by them.
     */
    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(taint.effect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        return switch (operator) {
            case "", EQUAL -> value.equals(taint.value());
            case EXISTS -> true;
            case LESS_THAN ->
                Integers.valid(taint.value())
                        && Integers.valid(value)
                        && Integers.parse(taint.value()) < Integers.parse(value);
            case GREATER_THAN ->
                Integers.valid(taint.value())
                        && Integers.valid(value)
                        && Integers.parse(taint.value()) > Integers.parse(value);
            default -> false;
        };
    }

    /** Whether any of the tolerations bears the taint. */
    public static boolean anyTolerates(List<Toleration> tolerations, Taint taint) {
        for (int i = 0; i < tolerations.size(); i++) {
            if (tolerations.get(i).tolerates(taint)) {
                return true;
            }
        }
        return false;
    }
}
