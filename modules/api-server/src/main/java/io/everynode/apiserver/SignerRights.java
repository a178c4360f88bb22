package io.everynode.apiserver;

import io.everynode.apiserver.certificates.RequestedCertificate;
import io.everynode.apiserver.certificates.Signers;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Optional;

/**
 * Who decides on a certificate request must have the verb approve on its signer, who puts the certificate in the verb
 * sign (plugin/pkg/admission/certificates).
 */
final class SignerRights {

    private final AccessGate gate;
    private final ControlPlane controlPlane;

    SignerRights(AccessGate gate, ControlPlane controlPlane) {
        this.gate = gate;
        this.controlPlane = controlPlane;
    }

    /** @throws ApiFailure with 403 */
    void require(User user, WriteRequest request) {
        String verb = verb(request.write());
        if (!request.kind().equals(Kinds.CERTIFICATE_SIGNING_REQUEST) || verb.isEmpty()) {
            return;
        }
        // What a request is for never changes; one that is not known here is refused as such later.
        Optional<StoredObject> known = controlPlane.catalog().get(request.kind(), "", request.name());
        String signer = known.map(object -> Json.text(object.tree(), "spec", "signerName"))
                .orElse("");
        int domain = signer.indexOf('/');
        List<String> names = domain < 0 ? List.of(signer) : List.of(signer, signer.substring(0, domain) + "/*");
        boolean allowed = names.stream()
                .anyMatch(name -> gate.decide(
                                AccessRequest.ofResource(user, verb, "certificates.k8s.io", "signers", "", "", name))
                        .allowed());
        if (!allowed) {
            throw new ApiFailure(ApiStatus.forbidden(
                    request.kind(),
                    request.name(),
                    "user not permitted to " + verb + " requests with signerName \"" + signer + "\""));
        }
    }

    /**
     * A node asks for certificates of kubelets only in its own name (NodeRestriction).
     *
     * @throws ApiFailure with 403
     */
    static void requireOwnName(String node, WriteRequest request) {
        if (!request.kind().equals(Kinds.CERTIFICATE_SIGNING_REQUEST)
                || !(request.write() instanceof ObjectWrite.Create create)) {
            return;
        }
        String signer = Json.text(create.object(), "spec", "signerName");
        if (!signer.equals(Signers.KUBELET_CLIENT) && !signer.equals(Signers.KUBELET_SERVING)) {
            return;
        }
        String own = "system:node:" + node;
        boolean same = RequestedCertificate.parse(Json.text(create.object(), "spec", "request"))
                .filter(wanted -> wanted.user().equals(own))
                .isPresent();
        if (!same) {
            throw new ApiFailure(
                    ApiStatus.forbidden(request.kind(), request.name(), "can only create a node CSR with CN=" + own));
        }
    }

    private static String verb(ObjectWrite write) {
        String subresource = write instanceof ObjectWrite.Replace replace
                ? replace.subresource()
                : write instanceof ObjectWrite.Patch patch
                        ? patch.subresource()
                        : write instanceof ObjectWrite.Apply apply ? apply.subresource() : "";
        return switch (subresource) {
            case "approval" -> "approve";
            case "status" -> "sign";
            default -> "";
        };
    }
}
