package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.NamespacePolicies;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.podsecurity.ExistingPods;
import io.everynode.core.podsecurity.NamespacePolicy;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import io.everynode.core.podsecurity.PodUpdates;
import io.everynode.core.podsecurity.SecurityStandards;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Holds Pods to what their namespaces enforce, and tells who writes of violations: of what a namespace warns of, in
 * Pods and in templates of Pods, and of the Pods that are there when a namespace begins to enforce something. What a
 * namespace audits is told to a listener. Thread-safe.
 */
final class PodSecurityAdmission {

    /** So long a label of a namespace may wait for the look at its Pods; upstream's bound. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private static final Set<Kind> WITH_TEMPLATE = Set.of(Kinds.DAEMON_SET, Kinds.POD_TEMPLATE);

    private final NamespacePolicies policies;
    private final Clock clock;
    private final Consumer<AuditedViolation> audited;

    /** @param audited is told on the write's thread; must not throw */
    PodSecurityAdmission(PodSecurityDefaults defaults, Clock clock, Consumer<AuditedViolation> audited) {
        this.policies = new NamespacePolicies(defaults);
        this.clock = clock;
        this.audited = audited;
    }

    /**
     * Null when a new Pod may be made.
     *
     * @param object as it is after all that is filled in
     */
    ApiStatus refusal(WriteRequest request, CatalogVersion version, String name, JsonNode object) {
        return request.kind().equals(Kinds.POD) ? pod(request, version, name, object) : null;
    }

    private ApiStatus pod(WriteRequest request, CatalogVersion version, String name, JsonNode pod) {
        NamespacePolicy policy = policies.of(version, request.namespace());
        String why = SecurityStandards.refusal(policy.enforce(), pod);
        if (why.isEmpty()) {
            return null;
        }
        // What is done is recorded with its warnings.
        audit(request, policy, name, pod, true);
        return ApiStatus.forbidden(Kinds.POD, name, why);
    }

    /** Whether an update may make something of a Pod that it could not be made as. */
    boolean concernsUpdate(WriteRequest request, CatalogVersion version) {
        ObjectWrite write = request.write();
        boolean changes = write instanceof ObjectWrite.Replace
                || write instanceof ObjectWrite.Patch
                || write instanceof ObjectWrite.Apply;
        return request.kind().equals(Kinds.POD)
                && changes
                && !write.ofStatus()
                && !policies.of(version, request.namespace()).allowsAll();
    }

    /** Whether an update changes what is looked at, and what then. */
    record Update(boolean matters, ApiStatus refusal, List<String> warnings) {

        private static final Update NOTHING = new Update(false, null, List.of());
    }

    /** @param object that the update is tried on; what comes of it counts only for this version of it */
    Update update(WriteRequest request, CatalogVersion version, StoredObject object) {
        ObjectChange change = EntityWrites.tried(request, object, clock.instant());
        if (!(change instanceof ObjectChange.Stored stored) || !PodUpdates.matter(object.tree(), stored.object())) {
            return Update.NOTHING;
        }
        ApiStatus refusal = pod(request, version, request.name(), stored.object());
        return new Update(
                true,
                refusal,
                refusal == null ? violations(request, version, request.name(), stored.object()) : List.of());
    }

    /**
     * The result with what there is to warn of.
     *
     * @param before the object, as far as it is known
     */
    WriteResult warned(
            WriteRequest request, CatalogVersion version, Optional<StoredObject> before, WriteResult result) {
        Kind kind = request.kind();
        boolean created = request.write() instanceof ObjectWrite.Create;
        if (request.write().ofStatus() || request.write() instanceof ObjectWrite.Delete) {
            return result;
        }
        if (WITH_TEMPLATE.contains(kind) || created && kind.equals(Kinds.POD)) {
            JsonNode object = policies.of(version, request.namespace()).allowsAll() ? null : written(result);
            return object == null
                    ? result
                    : result.warned(
                            violations(request, version, Json.text(object, "metadata", "name"), podOf(kind, object)));
        }
        if (kind.equals(Kinds.NAMESPACE) && before.isPresent()) {
            JsonNode after = written(result);
            return after == null
                    ? result
                    : result.warned(
                            existing(version, request.name(), before.get().tree(), after));
        }
        return result;
    }

    private static JsonNode podOf(Kind kind, JsonNode object) {
        return kind.equals(Kinds.POD)
                ? object
                : kind.equals(Kinds.POD_TEMPLATE) ? object.path("template") : Json.at(object, "spec", "template");
    }

    private static JsonNode written(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            return stored.object().tree();
        }
        return result instanceof WriteResult.DryRun dry ? dry.object() : null;
    }

    private List<String> violations(WriteRequest request, CatalogVersion version, String name, JsonNode pod) {
        NamespacePolicy policy = policies.of(version, request.namespace());
        audit(request, policy, name, pod, false);
        String warning = SecurityStandards.warning(policy.warn(), pod);
        return warning.isEmpty() ? List.of() : List.of(warning);
    }

    private void audit(WriteRequest request, NamespacePolicy policy, String name, JsonNode pod, boolean refused) {
        String violation = SecurityStandards.warning(policy.audit(), pod);
        if (!violation.isEmpty()) {
            audited.accept(new AuditedViolation(
                    request.kind(),
                    request.namespace(),
                    name,
                    request.caller().user(),
                    request.caller().client(),
                    request.cause(),
                    refused,
                    violation));
        }
    }

    private List<String> existing(CatalogVersion version, String namespace, JsonNode before, JsonNode after) {
        NamespacePolicy policy = policies.of(namespace, after);
        if (!policy.mayNewlyForbid(policies.of(namespace, before))) {
            return List.of();
        }
        long latest = System.nanoTime() + LONGEST_LOOK.toNanos();
        ExistingPods pods = new ExistingPods(namespace, policy.enforce());
        List<StoredObject> all = new ArrayList<>();
        version.list(Kinds.POD, namespace).forEach(all::add);
        for (StoredObject pod : all) {
            if (!pods.look(pod.name(), pod.tree()) || System.nanoTime() > latest) {
                break;
            }
        }
        return pods.warnings(all.size());
    }
}
