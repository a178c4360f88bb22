package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.nodes.HollowNodeSpec.Taint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which hollow nodes there are. The file is YAML: {@code nodes:} is a list of nodes ({@code name}) and groups
 * ({@code count} with {@code namePrefix}, numbered from 1 with five digits), each with {@code labels}, {@code taints},
 * {@code capacity}, {@code networkUnavailable} and {@code behaviour}; {@code defaults:} holds the last three for all.
 * Unknown fields are refused.
 */
public record HollowTopology(List<HollowNodeSpec> nodes) {

    /** More nodes than the project aims at; a typing error should not fill the memory. */
    public static final int MAX_NODES = 200_000;

    /** How names of plain nodes begin. */
    public static final String PREFIX = "hollow-";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern AMOUNT = Pattern.compile("\\d+(\\.\\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE]\\d+)?");
    private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    public HollowTopology {
        nodes = List.copyOf(nodes);
    }

    /** A topology that cannot be used. The message is one line that names the place. */
    public static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        public Broken(String message) {
            super(message);
        }
    }

    /** Nodes hollow-00001 and so on, without network trouble. */
    public static HollowTopology ofCount(int count) throws Broken {
        return numbered(PREFIX, 1, count);
    }

    /**
     * Nodes without network trouble.
     *
     * @param first number of the first one, from 1
     */
    public static HollowTopology numbered(String prefix, int first, int count) throws Broken {
        if (count < 0 || count > MAX_NODES) {
            throw new Broken("the number of hollow nodes must be 0 to " + MAX_NODES + ", not " + count);
        }
        if (first < 1 || first > MAX_NODES) {
            throw new Broken("the number of the first hollow node must be 1 to " + MAX_NODES + ", not " + first);
        }
        if (!NAME.matcher(numbered(prefix, first)).matches()) {
            throw new Broken("\"" + prefix + "\" is not how names of nodes can begin");
        }
        List<HollowNodeSpec> nodes = new ArrayList<>(count);
        for (int number = first; number < first + count; number++) {
            nodes.add(HollowNodeSpec.plain(numbered(prefix, number)));
        }
        return new HollowTopology(nodes);
    }

    public static HollowTopology read(Path file) throws Broken {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new Broken("no such file: " + file);
        } catch (IOException e) {
            throw new Broken("cannot read " + file + ": " + firstLine(e));
        }
    }

    /** @param source how messages name the text */
    public static HollowTopology parse(String source, String yaml) throws Broken {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(yaml);
        } catch (IOException e) {
            throw new Broken(source + ": broken YAML: " + firstLine(e));
        }
        YamlSection file = new YamlSection(source, "", root);
        file.allow("nodes", "defaults");
        YamlSection defaults = file.child("defaults");
        defaults.allow("capacity", "networkUnavailable", "behaviour");
        List<HollowNodeSpec> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlSection each : file.list("nodes")) {
            for (HollowNodeSpec node : group(each, defaults, nodes.size())) {
                if (!names.add(node.name())) {
                    throw each.broken("name", "there is already a node \"" + node.name() + "\"");
                }
                nodes.add(node);
            }
        }
        return new HollowTopology(nodes);
    }

    private static List<HollowNodeSpec> group(YamlSection one, YamlSection defaults, int before) throws Broken {
        one.allow("name", "count", "namePrefix", "labels", "taints", "capacity", "networkUnavailable", "behaviour");
        Map<String, String> capacity = new LinkedHashMap<>(HollowNodeSpec.DEFAULT_CAPACITY);
        capacity.putAll(amounts(defaults.child("capacity")));
        capacity.putAll(amounts(one.child("capacity")));
        HollowBehaviour behaviour =
                behaviour(one.child("behaviour"), behaviour(defaults.child("behaviour"), HollowBehaviour.DEFAULT));
        boolean network = one.flag("networkUnavailable", defaults.flag("networkUnavailable", false));
        Map<String, String> labels = one.child("labels").strings();
        List<Taint> taints = new ArrayList<>();
        for (YamlSection taint : one.list("taints")) {
            taints.add(taint(taint));
        }
        List<HollowNodeSpec> nodes = new ArrayList<>();
        for (String name : names(one, before)) {
            nodes.add(new HollowNodeSpec(name, labels, taints, capacity, network, behaviour));
        }
        return nodes;
    }

    private static List<String> names(YamlSection one, int before) throws Broken {
        if (!one.has("count") && !one.has("namePrefix")) {
            return List.of(checked(one, "name", one.text("name", "")));
        }
        if (one.has("name")) {
            throw one.broken("name", "give either name, or count and namePrefix");
        }
        int count = one.number("count", 0);
        if (count < 1 || count > MAX_NODES - before) {
            throw one.broken("count", "must be 1 to " + MAX_NODES + " in all");
        }
        String prefix = one.text("namePrefix", "");
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            names.add(checked(one, "namePrefix", numbered(prefix, number)));
        }
        return names;
    }

    private static String numbered(String prefix, int number) {
        return prefix + String.format("%05d", number);
    }

    private static String checked(YamlSection one, String field, String name) throws Broken {
        if (!NAME.matcher(name).matches()) {
            throw one.broken(field, "\"" + name + "\" is no node name: lower-case letters, digits, '-' and '.'");
        }
        return name;
    }

    private static Taint taint(YamlSection taint) throws Broken {
        taint.allow("key", "value", "effect");
        String effect = taint.text("effect", "");
        if (!EFFECTS.contains(effect)) {
            throw taint.broken("effect", "must be NoSchedule, PreferNoSchedule or NoExecute");
        }
        String key = taint.text("key", "");
        if (key.isEmpty()) {
            throw taint.broken("key", "is required");
        }
        return new Taint(key, taint.text("value", ""), effect);
    }

    private static Map<String, String> amounts(YamlSection capacity) throws Broken {
        Map<String, String> amounts = capacity.strings();
        for (Map.Entry<String, String> amount : amounts.entrySet()) {
            if (!AMOUNT.matcher(amount.getValue()).matches()) {
                throw capacity.broken(amount.getKey(), "\"" + amount.getValue() + "\" is no amount such as 4 or 16Gi");
            }
        }
        return amounts;
    }

    private static HollowBehaviour behaviour(YamlSection given, HollowBehaviour otherwise) throws Broken {
        given.allow(
                "startDelay",
                "readyDelay",
                "stopDelay",
                "failTimes",
                "failureRate",
                "failReason",
                "failMessage",
                "unpullableImages",
                "crashLoop",
                "neverReady",
                "vanishAfter");
        return new HollowBehaviour(
                given.delay("startDelay", otherwise.startDelay()),
                given.delay("readyDelay", otherwise.readyDelay()),
                given.delay("stopDelay", otherwise.stopDelay()),
                given.number("failTimes", otherwise.failTimes()),
                given.share("failureRate", otherwise.failureRate()),
                given.text("failReason", otherwise.failReason()),
                given.text("failMessage", otherwise.failMessage()),
                given.has("unpullableImages") ? given.texts("unpullableImages") : otherwise.unpullableImages(),
                given.flag("crashLoop", otherwise.crashLoop()),
                given.flag("neverReady", otherwise.neverReady()),
                given.delay("vanishAfter", otherwise.vanishAfter()));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
    }
}
