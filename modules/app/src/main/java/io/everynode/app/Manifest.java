package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One object of a manifest file.
 *
 * @param source file and number of the document, for messages
 * @param namespace "" for kinds without one; "default" when the manifest names none
 */
record Manifest(String source, Kind kind, String namespace, String name, ObjectNode object) {

    /** All objects of a YAML or JSON file in order. Unknown and duplicate fields are refused, as by {@code kubectl}. */
    static List<Manifest> read(Path file) throws StartFailure {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new StartFailure("cannot read manifest " + file, e);
        }
        List<Manifest> manifests = new ArrayList<>();
        int number = 0;
        for (String document : text.split("(?m)^---\\s*(?:#.*)?$")) {
            JsonNode tree = parse(file, document);
            if (tree.isMissingNode() || tree.isNull()) {
                continue;
            }
            number++;
            manifests.add(decode(file + " (document " + number + ")", tree, document));
        }
        return manifests;
    }

    private static JsonNode parse(Path file, String document) throws StartFailure {
        try {
            return new YAMLMapper().readTree(document);
        } catch (IOException e) {
            throw new StartFailure("manifest " + file + " is broken YAML: " + StartFailure.firstLine(e), e);
        }
    }

    private static Manifest decode(String source, JsonNode tree, String document) throws StartFailure {
        String apiVersion = Json.text(tree, "apiVersion");
        String kindName = Json.text(tree, "kind");
        Kind kind = Kinds.byName(apiVersion, kindName)
                .orElseThrow(() -> new StartFailure("manifest " + source + ": no kind \"" + kindName
                        + "\" is registered for version \"" + apiVersion + "\""));
        Outcome<ObjectNode> outcome = ObjectDecoder.decode(
                kind, "application/yaml", document.getBytes(StandardCharsets.UTF_8), FieldValidation.STRICT);
        if (outcome instanceof Outcome.Done<ObjectNode> done) {
            ObjectNode object = done.value();
            String name = Json.text(object, "metadata", "name");
            if (name.isEmpty()) {
                throw new StartFailure("manifest " + source + ": metadata.name is required");
            }
            String namespace = "";
            if (kind.namespaced()) {
                ObjectNode metadata = Json.child(object, "metadata");
                namespace = metadata.path("namespace").asText("default");
                metadata.put("namespace", namespace);
            }
            return new Manifest(source, kind, namespace, name, object);
        }
        String message = ((Outcome.Refused<ObjectNode>) outcome).status().message();
        throw new StartFailure("manifest " + source + ": " + message.replace('\n', ' '));
    }
}
