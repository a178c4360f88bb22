package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.admission.TokenVolume;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Every namespace that is not terminating has the ConfigMap {@link TokenVolume#AUTHORITY} with what Pods are to trust
 * to know the API's servers, and nothing else in it (pkg/controller/certificates/rootcacertpublisher). The key is the
 * namespace's name, or "" for all namespaces after the authority has changed, which is looked for and not announced.
 */
final class RootAuthorityDuty implements Duty<String> {

    /** A member of the cluster with this role knows this duty; older ones have nobody who would make the ConfigMaps. */
    static final String ROLE = "root-ca-publisher";

    static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private static final String ALL = "";

    /** Of those of all namespaces; the next ones follow. */
    private static final int MAX_WRITES = 100;

    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    private static final String DESCRIPTION = "kubernetes.io/description";
    private static final Caller CONTROLLER = Caller.controller("root-ca-cert-publisher");
    private static final Duration LIFE = Duration.ofSeconds(10);

    private final Supplier<String> source;

    /** What was read last; one look into the files serves all namespaces. */
    private String authority = "";

    /** What all namespaces were seen to have; "" for nothing yet. */
    private String everywhere = "";

    /** @param source of the certificates in PEM; asked again every {@link #LOOK_EVERY} */
    RootAuthorityDuty(Supplier<String> source) {
        this.source = source;
    }

    @Override
    public Collection<String> everything(CatalogVersion version) {
        authority = source.get();
        everywhere = "";
        return List.of(ALL);
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.NAMESPACE) && change.type() == Change.Type.ADDED) {
            keys.accept(object.name());
        } else if (object.kind().equals(Kinds.CONFIG_MAP) && object.name().equals(TokenVolume.AUTHORITY)) {
            keys.accept(object.namespace());
        }
    }

    @Override
    public Todo decide(CatalogVersion version, String key, Instant now) {
        if (!key.equals(ALL)) {
            return version.get(Kinds.NAMESPACE, "", key)
                    .flatMap(namespace -> needed(version, namespace, now))
                    .map(write -> Todo.of(List.of(write)))
                    .orElse(Todo.NOTHING);
        }
        authority = source.get();
        if (authority.equals(everywhere)) {
            return new Todo(List.of(), LOOK_EVERY);
        }
        List<WriteRequest> writes = new ArrayList<>();
        for (StoredObject namespace : version.list(Kinds.NAMESPACE, "")) {
            needed(version, namespace, now).ifPresent(writes::add);
            if (writes.size() >= MAX_WRITES) {
                break;
            }
        }
        if (writes.isEmpty()) {
            everywhere = authority;
        }
        return new Todo(writes, writes.isEmpty() ? LOOK_EVERY : BETWEEN_WRITES);
    }

    private Optional<WriteRequest> needed(CatalogVersion version, StoredObject namespace, Instant now) {
        if (namespace.terminating()) {
            return Optional.empty();
        }
        Optional<StoredObject> found = version.get(Kinds.CONFIG_MAP, namespace.name(), TokenVolume.AUTHORITY);
        if (found.isEmpty()) {
            return Optional.of(create(namespace.name(), now));
        }
        ObjectNode present = found.get().tree();
        ObjectNode wanted = wanted(namespace.name());
        boolean described = !Json.at(present, "metadata", "annotations")
                .path(DESCRIPTION)
                .asText("")
                .isEmpty();
        if (found.get().terminating()
                || described
                        && present.path("data").equals(wanted.path("data"))
                        && present.path("binaryData").isEmpty()) {
            return Optional.empty();
        }
        ObjectNode replaced = present.deepCopy();
        Json.child(replaced, "metadata").remove("resourceVersion");
        Json.child(replaced, "metadata").withObject("/annotations").put(DESCRIPTION, description());
        replaced.set("data", wanted.get("data"));
        replaced.remove("binaryData");
        // One that may not be changed comes again as it should be.
        return Optional.of(
                present.path("immutable").asBoolean()
                        ? CleanupWrites.delete(found.get(), null, CONTROLLER, now)
                        : CleanupWrites.write(
                                found.get(),
                                new ObjectWrite.Replace("", replaced, Precondition.NONE),
                                found.get().resourceVersion(),
                                CONTROLLER,
                                now));
    }

    private static String description() {
        return "What Pods trust to know this cluster's API servers; kept by the control plane.";
    }

    private ObjectNode wanted(String namespace) {
        ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata");
        metadata.put("name", TokenVolume.AUTHORITY).put("namespace", namespace);
        metadata.putObject("annotations").put(DESCRIPTION, description());
        map.putObject("data").put(TokenVolume.AUTHORITY_KEY, authority);
        return map;
    }

    private WriteRequest create(String namespace, Instant now) {
        return new WriteRequest(
                Kinds.CONFIG_MAP,
                namespace,
                TokenVolume.AUTHORITY,
                new ObjectWrite.Create(wanted(namespace), ""),
                0,
                false,
                CONTROLLER,
                "namespace " + namespace,
                now.plus(LIFE));
    }
}
