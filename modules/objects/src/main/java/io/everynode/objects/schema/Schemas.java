package io.everynode.objects.schema;

import io.everynode.objects.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one source of what objects look like: read once from the classpath's schema files, at first use. Thread-safe.
 *
 * <p>Field names, protobuf numbers, list types and merge keys are those of Kubernetes 1.35. The files' format is read
 * by {@link SchemaParser}.
 */
public final class Schemas {

    private static final List<String> FILES = List.of(
            "meta-v1",
            "core-v1-pod",
            "core-v1-volumes",
            "core-v1-node",
            "core-v1-other",
            "core-v1-storage",
            "core-v1-limits",
            "apps-v1",
            "coordination-v1",
            "scheduling-v1",
            "policy-v1",
            "events-v1",
            "rbac-v1",
            "node-v1",
            "storage-v1",
            "certificates-v1",
            "authorization-v1",
            "authentication-v1");

    private Schemas() {}

    /** The type of the kind's objects. */
    public static ObjectType of(Kind kind) {
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.", 2)[0];
        return named("io.k8s.api." + group + "." + kind.version() + "." + kind.kind());
    }

    /** The type of a full name; absent for a name that no file declares. */
    public static Optional<ObjectType> type(String fullName) {
        return Optional.ofNullable(Loaded.TYPES.get(fullName));
    }

    public static ObjectType objectMeta() {
        return named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    }

    public static ObjectType listMeta() {
        return named("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta");
    }

    public static ObjectType deleteOptions() {
        return named("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
    }

    public static ObjectType status() {
        return named("io.k8s.apimachinery.pkg.apis.meta.v1.Status");
    }

    public static ObjectType watchEvent() {
        return named("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent");
    }

    /** Every type, in the files' order. */
    public static Collection<ObjectType> all() {
        return Loaded.TYPES.values();
    }

    private static ObjectType named(String fullName) {
        return type(fullName).orElseThrow(() -> new IllegalArgumentException("No schema declares " + fullName));
    }

    /** Loaded by the class loader at first use, which makes it lazy and safe. */
    private static final class Loaded {

        private static final Map<String, ObjectType> TYPES = load();

        private static Map<String, ObjectType> load() {
            SchemaParser parser = new SchemaParser();
            FILES.forEach(file -> parser.readResource(file + ".schema"));
            Map<String, ObjectType> types = new LinkedHashMap<>();
            parser.types().forEach(type -> types.put(type.name(), type));
            return java.util.Collections.unmodifiableMap(types);
        }
    }
}
