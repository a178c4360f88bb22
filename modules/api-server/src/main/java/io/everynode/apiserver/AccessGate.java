package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.AuthorizationMode;
import io.everynode.core.authorization.Authorizer;
import io.everynode.core.authorization.Forbidden;
import io.everynode.core.authorization.User;
import io.everynode.core.authorization.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The one place that every request passes: for whom it is, and whether they may do it. Thread-safe. */
final class AccessGate {

    private static final Verdict EVERYBODY =
            new Verdict(true, "authorization is not on in this server: everybody may do everything");

    private final AuthorizationMode mode;
    private final ControlPlane controlPlane;
    private final PodReferencesCache references = new PodReferencesCache();

    AccessGate(AuthorizationMode mode, ControlPlane controlPlane) {
        this.mode = mode;
        this.controlPlane = controlPlane;
    }

    /**
     * The call as that of the user it is for.
     *
     * @param segments of the path, decoded
     * @param known is told the call as that of the user, before it may be refused
     * @throws ApiFailure with 403 when the user may not do it, or the sender may not impersonate the user
     * @throws ControlPlane.Unavailable while roles are not known yet
     */
    Call admit(Call call, List<String> segments, Consumer<Call> known) {
        Optional<User> other = Impersonation.of(call.request(), call.user(), this::require);
        Call admitted = other.map(call::onBehalfOf).orElse(call);
        known.accept(admitted);
        if (isOn() && !admitted.user().isIn(User.MASTERS)) {
            require(RequestInfo.of(admitted.user(), call.request().method().value(), segments, call.query()));
        }
        return admitted;
    }

    /** @throws ApiFailure with 403 when it is not allowed */
    void require(AccessRequest request) {
        Verdict verdict = decide(request);
        if (!verdict.allowed()) {
            throw new ApiFailure(Forbidden.of(request, verdict.reason()));
        }
    }

    Verdict decide(AccessRequest request) {
        return isOn() ? authorizer().decide(request) : EVERYBODY;
    }

    boolean isOn() {
        return mode == AuthorizationMode.RBAC;
    }

    /** With what is known now. */
    Authorizer authorizer() {
        return new Authorizer(controlPlane.accessRules(), new CatalogNodeWorld(controlPlane.catalog(), references));
    }
}
