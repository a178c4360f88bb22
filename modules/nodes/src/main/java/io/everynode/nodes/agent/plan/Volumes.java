package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Quantity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What must be on the host's disk before a Pod's containers can mount their volumes. Pure. */
public final class Volumes {

    /** A volume on the host. */
    public sealed interface Step {

        /** In the Pod's spec. */
        String volume();

        Path path();
    }

    /** @param type as in the Pod, "" for no check */
    public record HostPath(String volume, Path path, String type) implements Step {}

    /** An empty directory that all may write. */
    public record Directory(String volume, Path path) implements Step {}

    /** @param size in bytes; 0 for what the kernel gives */
    public record Memory(String volume, Path path, long size) implements Step {}

    /**
     * Files that are replaced all at once.
     *
     * @param files by path below the volume
     */
    public record Files(String volume, Path path, Map<String, Content> files) implements Step {}

    /** Its text names no secret. */
    public record Content(byte[] bytes, int mode) {
        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    /** Gives a service account's token. */
    public interface Tokens {
        String token(JsonNode serviceAccountToken) throws ConfigProblem;
    }

    private static final int DEFAULT_MODE = 0644;

    private final PodView pod;
    private final Path directory;
    private final PodObjects objects;
    private final PodFields fields;
    private final Tokens tokens;

    private Volumes(PodView pod, Path directory, PodObjects objects, PodFields fields, Tokens tokens) {
        this.pod = pod;
        this.directory = directory;
        this.objects = objects;
        this.fields = fields;
        this.tokens = tokens;
    }

    /** Where a volume is; below the Pod's directory unless it is the host's own. */
    public static Path place(JsonNode volume, Path podDirectory) {
        return volume.path("hostPath").isObject()
                ? Path.of("/").resolve(Json.text(volume, "hostPath", "path")).normalize()
                : podDirectory.resolve("volumes").resolve(Json.text(volume, "name"));
    }

    /**
     * In the order of the spec.
     *
     * @param podDirectory of this Pod alone
     * @throws ConfigProblem when something that is not optional is missing
     */
    public static List<Step> of(PodView pod, Path podDirectory, PodObjects objects, PodFields fields, Tokens tokens)
            throws ConfigProblem {
        List<Step> steps = new ArrayList<>();
        for (JsonNode volume : Json.at(pod.tree(), "spec", "volumes")) {
            steps.add(one(volume, pod, podDirectory, objects, fields, tokens));
        }
        return steps;
    }

    /**
     * One volume of the spec.
     *
     * @throws ConfigProblem when something that is not optional is missing
     */
    public static Step one(
            JsonNode volume, PodView pod, Path podDirectory, PodObjects objects, PodFields fields, Tokens tokens)
            throws ConfigProblem {
        return new Volumes(pod, podDirectory, objects, fields, tokens).step(volume);
    }

    private Step step(JsonNode volume) throws ConfigProblem {
        String name = Json.text(volume, "name");
        Path path = place(volume, directory);
        if (volume.path("hostPath").isObject()) {
            return new HostPath(name, path, Json.text(volume, "hostPath", "type"));
        }
        if (volume.path("emptyDir").isObject()) {
            boolean memory = Json.text(volume, "emptyDir", "medium").equals("Memory");
            long size = Quantity.parse(Json.text(volume, "emptyDir", "sizeLimit"))
                    .map(Quantity::wholeValue)
                    .orElse(0L);
            return memory ? new Memory(name, path, size) : new Directory(name, path);
        }
        Map<String, Content> files = new TreeMap<>();
        if (volume.path("projected").isObject()) {
            int mode = volume.path("projected").path("defaultMode").asInt(DEFAULT_MODE);
            for (JsonNode source : volume.path("projected").path("sources")) {
                JsonNode secret = source.path("secret");
                project(files, source, ObjectRef.secret(Json.text(secret, "name")), mode);
            }
        } else {
            int mode = DEFAULT_MODE;
            for (String kind : List.of("configMap", "secret", "downwardAPI")) {
                mode = volume.path(kind).path("defaultMode").asInt(mode);
            }
            project(files, volume, ObjectRef.secret(Json.text(volume, "secret", "secretName")), mode);
        }
        return new Files(name, path, files);
    }

    private void project(Map<String, Content> files, JsonNode source, ObjectRef secret, int mode) throws ConfigProblem {
        if (source.path("configMap").isObject()) {
            JsonNode configMap = source.path("configMap");
            keys(files, configMap, ObjectRef.configMap(Json.text(configMap, "name")), mode);
        }
        if (source.path("secret").isObject()) {
            keys(files, source.path("secret"), secret, mode);
        }
        for (JsonNode item : source.path("downwardAPI").path("items")) {
            String text = item.path("fieldRef").isObject()
                    ? fields.field(Json.text(item, "fieldRef", "fieldPath"))
                    : fields.resource(item.path("resourceFieldRef"), "");
            put(files, Json.text(item, "path"), text.getBytes(StandardCharsets.UTF_8), item, mode);
        }
        JsonNode token = source.path("serviceAccountToken");
        if (token.isObject()) {
            byte[] bytes = tokens.token(token).getBytes(StandardCharsets.UTF_8);
            put(files, Json.text(token, "path"), bytes, token, mode);
        }
    }

    private void keys(Map<String, Content> files, JsonNode source, ObjectRef ref, int mode) throws ConfigProblem {
        Optional<Map<String, byte[]>> data = objects.data(ref);
        boolean optional = PodObjects.optional(source);
        if (data.isEmpty() && !optional) {
            throw PodObjects.missing(ref);
        }
        Map<String, byte[]> found = data.orElse(Map.of());
        if (source.path("items").isEmpty()) {
            for (Map.Entry<String, byte[]> each : found.entrySet()) {
                put(files, each.getKey(), each.getValue(), source, mode);
            }
        }
        for (JsonNode item : source.path("items")) {
            String key = Json.text(item, "key");
            if (found.containsKey(key)) {
                put(files, Json.text(item, "path"), found.get(key), item, mode);
            } else if (!optional) {
                throw PodObjects.missingKey(pod, ref, key);
            }
        }
    }

    private static void put(Map<String, Content> files, String path, byte[] bytes, JsonNode item, int mode)
            throws ConfigProblem {
        if (path.isEmpty() || path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            throw new ConfigProblem("the path \"" + path + "\" leads out of its volume");
        }
        files.put(path, new Content(bytes, item.path("mode").asInt(mode)));
    }
}
