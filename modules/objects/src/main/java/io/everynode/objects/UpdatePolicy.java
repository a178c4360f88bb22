package io.everynode.objects;

import java.util.List;
import java.util.Set;

/**
 * What a PUT may do besides changing the version of an object that it names (AllowCreateOnUpdate and
 * AllowUnconditionalUpdate in pkg/registry/GROUP/KIND/strategy.go, read for every served kind).
 */
public final class UpdatePolicy {

    private static final Set<Kind> CREATED_BY_PUT = Set.of(
            Kinds.EVENT,
            Kinds.EVENT_OF_OWN_GROUP,
            Kinds.SERVICE,
            Kinds.ENDPOINTS,
            Kinds.LIMIT_RANGE,
            Kinds.LEASE,
            Kinds.RUNTIME_CLASS,
            Kinds.ROLE,
            Kinds.ROLE_BINDING,
            Kinds.CLUSTER_ROLE,
            Kinds.CLUSTER_ROLE_BINDING);

    private static final Set<Kind> VERSION_NEEDED = Set.of(
            Kinds.LEASE,
            Kinds.RUNTIME_CLASS,
            Kinds.POD_DISRUPTION_BUDGET,
            Kinds.CSI_DRIVER,
            Kinds.CSI_NODE,
            Kinds.VOLUME_ATTACHMENT);

    private UpdatePolicy() {}

    /** Whether a PUT makes an object that is not there. */
    public static boolean createsByPut(Kind kind) {
        return CREATED_BY_PUT.contains(kind);
    }

    /** Whether a PUT has to name the version that it changes. */
    public static boolean needsVersion(Kind kind) {
        return VERSION_NEEDED.contains(kind);
    }

    /** The refusal of a PUT without the version; it names the resource for the kind. */
    public static ApiStatus versionMissing(Kind kind, String name) {
        ApiStatus.Cause cause = new ApiStatus.Cause(
                "FieldValueInvalid", "Invalid value: 0x0: must be specified for an update", "metadata.resourceVersion");
        return new ApiStatus(
                422,
                "Invalid",
                kind.qualifiedResource() + " \"" + name + "\" is invalid: " + cause.field() + ": " + cause.message(),
                new ApiStatus.Details(name, kind.group(), kind.plural(), "", List.of(cause), 0));
    }
}
