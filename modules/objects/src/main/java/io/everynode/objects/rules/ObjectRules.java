package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What upstream's registry strategies do to a submitted object before it is stored: system metadata, status kept out or
 * in, defaults, validation, generation. Pure; inputs are never changed, results are new trees.
 *
 * <p>Trees must have passed the schema's type checks: known fields have their types, nulls and unknown fields are gone.
 * Sources: Kubernetes apiserver/pkg/registry/rest/{create,update}.go and, for each kind,
 * pkg/registry/<group>/<kind>/strategy.go.
 */
public final class ObjectRules {

    private static final KindRules ROLES = new RoleRules();
    private static final KindRules ROLE_BINDINGS = new RoleBindingRules();

    private static final Map<Kind, KindRules> RULES = Map.ofEntries(
            Map.entry(Kinds.NODE, new NodeRules()),
            Map.entry(Kinds.NAMESPACE, new NamespaceRules()),
            Map.entry(Kinds.POD, new PodRules()),
            Map.entry(Kinds.EVENT, new EventRules()),
            Map.entry(Kinds.EVENT_OF_OWN_GROUP, new OwnGroupEventRules()),
            Map.entry(Kinds.CONFIG_MAP, new ConfigMapRules()),
            Map.entry(Kinds.SECRET, new SecretRules()),
            Map.entry(Kinds.SERVICE_ACCOUNT, new ServiceAccountRules()),
            Map.entry(Kinds.SERVICE, new ServiceRules()),
            Map.entry(Kinds.DAEMON_SET, new DaemonSetRules()),
            Map.entry(Kinds.CONTROLLER_REVISION, new ControllerRevisionRules()),
            Map.entry(Kinds.LEASE, new LeaseRules()),
            Map.entry(Kinds.LIMIT_RANGE, new LimitRangeRules()),
            Map.entry(Kinds.RESOURCE_QUOTA, new ResourceQuotaRules()),
            Map.entry(Kinds.POD_DISRUPTION_BUDGET, new PodDisruptionBudgetRules()),
            Map.entry(Kinds.PRIORITY_CLASS, new PriorityClassRules()),
            Map.entry(Kinds.CLUSTER_ROLE, ROLES),
            Map.entry(Kinds.ROLE, ROLES),
            Map.entry(Kinds.CLUSTER_ROLE_BINDING, ROLE_BINDINGS),
            Map.entry(Kinds.ROLE_BINDING, ROLE_BINDINGS),
            Map.entry(Kinds.ENDPOINTS, new EndpointsRules()),
            Map.entry(Kinds.PERSISTENT_VOLUME, new PersistentVolumeRules()),
            Map.entry(Kinds.PERSISTENT_VOLUME_CLAIM, new PersistentVolumeClaimRules()),
            Map.entry(Kinds.POD_TEMPLATE, new StoredPodTemplateRules()),
            Map.entry(Kinds.RUNTIME_CLASS, new RuntimeClassRules()),
            Map.entry(Kinds.STORAGE_CLASS, new StorageClassRules()),
            Map.entry(Kinds.CSI_DRIVER, new CsiDriverRules()),
            Map.entry(Kinds.CSI_NODE, new CsiNodeRules()),
            Map.entry(Kinds.VOLUME_ATTACHMENT, new VolumeAttachmentRules()),
            Map.entry(Kinds.CERTIFICATE_SIGNING_REQUEST, new CertificateSigningRequestRules()));

    private ObjectRules() {}

    /**
     * Admits a new object: sets uid, creationTimestamp, generation (kinds that have one), name from generateName, drops
     * what a client may not set (resourceVersion, deletionTimestamp, status as upstream's strategy of the kind does),
     * applies defaults and validates. Names every wrong field at once. managedFields are kept: they are the server's.
     *
     * @param submitted has apiVersion, kind and, when namespaced, metadata.namespace already
     */
    public static Outcome<ObjectNode> create(Kind kind, ObjectNode submitted, WriteContext context) {
        KindRules rules = RULES.get(kind);
        Optional<ApiStatus> refused = rules.refuse(submitted);
        if (refused.isPresent()) {
            return Outcome.refused(refused.get());
        }
        ObjectNode object = submitted.deepCopy();
        ObjectMetaRules.create(Json.child(object, "metadata"), kind.namespaced(), rules.hasGeneration(), context);
        rules.applyDefaults(object);
        rules.prepareCreate(object);
        Causes causes = new Causes();
        rules.validateCreate(kind, object, causes);
        return causes.isEmpty()
                ? Outcome.done(object, rules.warnings("", object, null))
                : invalid(kind, object, causes);
    }

    /**
     * Admits a replacement of {@code current} by {@code submitted}: immutable metadata is kept, the part that the
     * endpoint may not write (status, or everything but status for subresource "status") comes from {@code current},
     * defaults apply, generation grows as upstream's strategy of the kind says, and the change is validated.
     *
     * <p>A metadata.uid or name that is given and differs is refused as immutable. Whether a resourceVersion must be
     * given, and whether it and a PUT's uid are the current ones, is for the caller to check first.
     *
     * @param subresource "" for the object itself, or "status" ("finalize" for a Namespace)
     * @return the object to store; equal to {@code current} when nothing changed
     */
    public static Outcome<ObjectNode> update(
            Kind kind, String subresource, ObjectNode current, ObjectNode submitted, WriteContext context) {
        KindRules rules = RULES.get(kind);
        Optional<ApiStatus> refused = rules.refuse(submitted);
        if (refused.isPresent()) {
            return Outcome.refused(refused.get());
        }
        ObjectNode object = submitted.deepCopy();
        ObjectMetaRules.update(Json.child(object, "metadata"), kind.namespaced(), current.path("metadata"));
        rules.applyDefaults(object);
        rules.prepareUpdate(subresource, object, current);
        rules.stampUpdate(subresource, object, current, context.now());
        Causes causes = new Causes();
        ObjectMetaRules.validateCommon(object, current, kind.namespaced(), causes);
        rules.validateUpdate(kind, subresource, object, current, causes);
        if (!causes.isEmpty()) {
            return invalid(kind, current, causes);
        }
        return Equality.same(object, current)
                ? Outcome.done(current.deepCopy())
                : Outcome.done(object, rules.warnings(subresource, object, current));
    }

    /**
     * A submitted object with the defaults of its kind and nothing else: what its creator is recorded to have set. Not
     * validated.
     */
    public static ObjectNode defaulted(Kind kind, ObjectNode submitted) {
        ObjectNode object = submitted.deepCopy();
        RULES.get(kind).applyDecodingDefaults(object);
        return object;
    }

    /** Causes may repeat, as upstream's do; the message names each once, and brackets only several. */
    private static Outcome<ObjectNode> invalid(Kind kind, ObjectNode named, Causes causes) {
        String name = Json.text(named, "metadata", "name");
        ApiStatus all = ApiStatus.invalid(kind, name, causes.found());
        List<Cause> distinct = causes.found().stream().distinct().toList();
        String message = ApiStatus.invalid(kind, name, distinct).message();
        return Outcome.refused(new ApiStatus(all.code(), all.reason(), message, all.details()));
    }
}
