package io.everynode.apiserver;

import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.controlplane.WriteRequest;
import io.everynode.objects.Kinds;

/** Which writes make, change or remove a revocation: who may do so could shut anybody out, or let them in again. */
final class RevocationWrites {

    private RevocationWrites() {}

    static boolean isOne(WriteRequest request) {
        return request.kind().equals(Kinds.CONFIG_MAP)
                && request.namespace().equals(RevokedCertificates.NAMESPACE)
                && request.name().startsWith(RevokedCertificates.NAME_PREFIX);
    }
}
