package io.everynode.apiserver;

import io.everynode.apiserver.authentication.UserTokens;
import io.everynode.controlplane.WriteRequest;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;

/** Which writes make or change a token of a user: who may do so could become anybody. */
final class UserTokenWrites {

    private UserTokenWrites() {}

    static boolean makesToken(WriteRequest request) {
        if (!request.kind().equals(Kinds.SECRET)
                || !request.namespace().equals("kube-system")
                || request.write() instanceof ObjectWrite.Delete) {
            return false;
        }
        return request.name().startsWith(UserTokens.NAME_PREFIX)
                || request.write() instanceof ObjectWrite.Create create
                        && Json.text(create.object(), "type").equals(UserTokens.TYPE);
    }
}
