package io.everynode.apiserver.certificates;

import io.everynode.core.authorization.User;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What each of our signers signs (pkg/apis/certificates/helpers.go, pkg/controller/certificates/signer/signer.go).
 * Pure.
 */
public final class Signers {

    public static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    public static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    public static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";

    private static final String NODE = "system:node:";
    private static final String SIGNATURE = "digital signature";
    private static final String ENCIPHERMENT = "key encipherment";

    private Signers() {}

    public static boolean isOurs(String signer) {
        return signer.equals(CLIENT) || signer.equals(KUBELET_CLIENT) || signer.equals(KUBELET_SERVING);
    }

    /** Why a request is not signed; empty when it may be. */
    public static Optional<String> problem(String signer, RequestedCertificate request, List<String> usages) {
        return switch (signer) {
            case KUBELET_CLIENT -> kubeletClient(request, usages);
            case KUBELET_SERVING -> kubeletServing(request, usages);
            case CLIENT -> client(request, usages);
            default -> Optional.of("no signer of this cluster");
        };
    }

    private static Optional<String> kubeletClient(RequestedCertificate request, List<String> usages) {
        if (!request.groups().equals(List.of(User.NODES))) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (request.count(GeneralName.dNSName) > 0) {
            return Optional.of("DNS subjectAltNames are not allowed");
        }
        if (request.count(GeneralName.rfc822Name) > 0) {
            return Optional.of("Email subjectAltNames are not allowed");
        }
        if (request.count(GeneralName.iPAddress) > 0) {
            return Optional.of("IP subjectAltNames are not allowed");
        }
        if (request.count(GeneralName.uniformResourceIdentifier) > 0) {
            return Optional.of("URI subjectAltNames are not allowed");
        }
        if (request.allNames() > 0) {
            return Optional.of("subjectAltNames are not allowed");
        }
        return node(request, usages, "client auth");
    }

    private static Optional<String> kubeletServing(RequestedCertificate request, List<String> usages) {
        if (!request.groups().equals(List.of(User.NODES))) {
            return Optional.of("subject organization is not system:nodes");
        }
        int good = request.count(GeneralName.dNSName) + request.count(GeneralName.iPAddress);
        if (good == 0) {
            return Optional.of("DNS or IP subjectAltName is required");
        }
        if (request.count(GeneralName.rfc822Name) > 0) {
            return Optional.of("Email subjectAltNames are not allowed");
        }
        if (good != request.allNames()) {
            return Optional.of("URI subjectAltNames are not allowed");
        }
        return node(request, usages, "server auth");
    }

    private static Optional<String> node(RequestedCertificate request, List<String> usages, String purpose) {
        if (!request.user().startsWith(NODE) || request.user().length() == NODE.length()) {
            return Optional.of("subject common name does not begin with system:node:");
        }
        Set<String> asked = new TreeSet<>(usages);
        Set<String> without = Set.of(SIGNATURE, purpose);
        Set<String> with = Set.of(SIGNATURE, ENCIPHERMENT, purpose);
        return asked.equals(without) || asked.equals(with)
                ? Optional.empty()
                : Optional.of("usages did not match " + new TreeSet<>(with));
    }

    private static Optional<String> client(RequestedCertificate request, List<String> usages) {
        for (String usage : usages) {
            if (!Set.of(SIGNATURE, ENCIPHERMENT, "client auth").contains(usage)) {
                return Optional.of("invalid usage for client certificate: " + usage);
            }
        }
        if (!usages.contains("client auth")) {
            return Optional.of("missing required usage for client certificate: client auth");
        }
        // Upstream refuses to store such a request; it must not be signed in any case.
        return request.groups().contains(User.MASTERS)
                ? Optional.of(
                        "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed")
                : Optional.empty();
    }

    /**
     * Who asks for a certificate of a kubelet must be allowed to create this subresource of requests, then it is
     * approved at once (pkg/controller/certificates/approver/sarapprove.go).
     *
     * @param subresource that decides
     * @param message of the approval
     */
    public record Approval(String subresource, String message) {}

    /**
     * In the order in which they are tried; empty for what people decide. Upstream leaves certificates of kubelets'
     * endpoints to people, as there they pass for an API server's; here another authority signs them.
     *
     * @param asking who made the request
     */
    public static List<Approval> approvals(
            String signer, RequestedCertificate request, List<String> usages, User asking) {
        if (problem(signer, request, usages).isPresent()) {
            return List.of();
        }
        boolean self = asking.name().equals(request.user());
        return switch (signer) {
            case KUBELET_CLIENT -> {
                Approval any = new Approval(
                        "nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview.");
                yield self
                        ? List.of(
                                new Approval(
                                        "selfnodeclient",
                                        "Auto approving self kubelet client certificate after SubjectAccessReview."),
                                any)
                        : List.of(any);
            }
            case KUBELET_SERVING -> {
                // By default nobody has this but who may do everything, such as an administrator who starts an agent.
                Approval any = new Approval(
                        "nodeserver", "Auto approving kubelet serving certificate after SubjectAccessReview.");
                yield self && asking.isNode()
                        ? List.of(
                                new Approval(
                                        "selfnodeserver",
                                        "Auto approving self kubelet serving certificate after SubjectAccessReview."),
                                any)
                        : List.of(any);
            }
            default -> List.of();
        };
    }
}
