package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;

/**
 * Reads YAML bodies of one document into JSON trees as Kubernetes does (sigs.k8s.io/yaml): keys become strings,
 * {@code <<} merges, aliases are expanded. Built on the parser's events: trees of anchors and depth are limited here,
 * before anything grows.
 */
final class YamlBody {

    /** Nodes that aliases may add to one document; a real manifest adds some dozens. */
    private static final int MAX_ALIASED_NODES = 10_000;

    private static final String MERGE = "<<";

    private final Iterator<Event> events;
    private final Parsed.Duplicates duplicates = new Parsed.Duplicates();
    private final Map<String, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int aliased;

    private record Anchored(JsonNode node, int size) {}

    private YamlBody(Iterator<Event> events) {
        this.events = events;
    }

    static Parsed read(byte[] body) throws MalformedBodyException {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(Integer.MAX_VALUE);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return new YamlBody(new Yaml(options).parse(new StringReader(text)).iterator()).document();
        } catch (CharacterCodingException e) {
            throw new MalformedBodyException("yaml: the text is not valid UTF-8");
        } catch (MarkedYAMLException e) {
            throw new MalformedBodyException(
                    "yaml: " + line(e.getProblemMark()) + (e.getProblem() == null ? e.getMessage() : e.getProblem()));
        } catch (YAMLException e) {
            throw new MalformedBodyException("yaml: " + e.getMessage());
        }
    }

    private Parsed document() throws MalformedBodyException {
        events.next();
        Event first = events.next();
        if (first instanceof StreamEndEvent) {
            return Parsed.withoutDuplicates(JsonNodeFactory.instance.nullNode());
        }
        JsonNode root = node(events.next(), 0);
        events.next();
        if (events.next() instanceof DocumentStartEvent second) {
            throw problem(second, "more than one document");
        }
        return new Parsed(root, duplicates.found());
    }

    private JsonNode node(Event event, int depth) throws MalformedBodyException {
        if (depth > Json.MAX_DEPTH) {
            throw problem(event, "nested deeper than " + Json.MAX_DEPTH);
        }
        if (event instanceof AliasEvent alias) {
            return expand(alias);
        }
        int before = nodes++;
        JsonNode node;
        if (event instanceof ScalarEvent scalar) {
            node = scalar(scalar);
        } else if (event instanceof SequenceStartEvent) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (Event next = events.next(); !next.is(Event.ID.SequenceEnd); next = events.next()) {
                array.add(node(next, depth + 1));
            }
            node = array;
        } else {
            node = mapping((MappingStartEvent) event, depth);
        }
        if (event instanceof NodeEvent anchored && anchored.getAnchor() != null) {
            anchors.put(anchored.getAnchor(), new Anchored(node, nodes - before));
        }
        return node;
    }

    /** A copy, since trees are changed later; its size counts before it is made. */
    private JsonNode expand(AliasEvent alias) throws MalformedBodyException {
        Anchored target = anchors.get(alias.getAnchor());
        if (target == null) {
            throw problem(alias, "unknown anchor '" + alias.getAnchor() + "' referenced");
        }
        aliased += target.size();
        nodes += target.size();
        if (aliased > MAX_ALIASED_NODES) {
            throw problem(alias, "document contains excessive aliasing");
        }
        return target.node().deepCopy();
    }

    private ObjectNode mapping(MappingStartEvent start, int depth) throws MalformedBodyException {
        ObjectNode object = Json.object();
        Map<String, JsonNode> merged = new LinkedHashMap<>();
        for (Event next = events.next(); !next.is(Event.ID.MappingEnd); next = events.next()) {
            if (next instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && scalar.getValue().equals(MERGE)) {
                merge(next, node(events.next(), depth + 1), merged);
                continue;
            }
            String key = key(next, depth);
            if (object.replace(key, node(events.next(), depth + 1)) != null) {
                duplicates.add(object, key);
            }
        }
        merged.forEach(object::putIfAbsent);
        return object;
    }

    private void merge(Event at, JsonNode value, Map<String, JsonNode> merged) throws MalformedBodyException {
        Iterable<JsonNode> sources = value.isArray() ? value : java.util.List.of(value);
        for (JsonNode source : sources) {
            if (!(source instanceof ObjectNode object)) {
                throw problem(at, "map merge requires map or sequence of maps as the value");
            }
            object.properties().forEach(entry -> merged.putIfAbsent(entry.getKey(), entry.getValue()));
        }
    }

    private String key(Event event, int depth) throws MalformedBodyException {
        JsonNode key = node(event, depth + 1);
        if (key.isContainerNode() || key.isNull()) {
            throw problem(event, "a key must be a string");
        }
        return key.asText();
    }

    private static JsonNode scalar(ScalarEvent event) throws MalformedBodyException {
        if (event.getTag() == null && event.isPlain()) {
            return YamlScalars.resolve(event.getValue());
        }
        if (event.getTag() == null
                || event.getTag().equals("!")
                || event.getTag().endsWith(":str")
                || event.getTag().endsWith(":binary")) {
            return JsonNodeFactory.instance.textNode(JsonBody.wellFormed(event.getValue()));
        }
        if (event.getTag().startsWith("tag:yaml.org,2002:")) {
            return YamlScalars.resolve(event.getValue());
        }
        throw problem(event, "unknown tag " + event.getTag());
    }

    private static MalformedBodyException problem(Event event, String what) {
        return new MalformedBodyException("yaml: " + line(event.getStartMark()) + what);
    }

    private static String line(Mark mark) {
        return mark == null ? "" : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ";
    }
}
