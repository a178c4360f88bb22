package io.everynode.core.fairness;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.core.lifecycle.LeaseRenewal;
import java.util.Optional;
import java.util.Set;

/**
 * With whom a request shares seats and turns. It is told from who sends it, not from whom it is for, so that nobody
 * gets into a queue by impersonation.
 *
 * @param user who takes turns with others of the level: the name, of accounts their namespace (who may make accounts
 *     gets no more turns by making many), of those without a name their address
 * @param broad whether it may read many objects, and so takes one of the seats for lists
 */
public record RequestClass(Level level, String user, boolean broad) {

    private static final String CONTROL_PLANE = "system:kube-";
    private static final String SYSTEM_NAMESPACE = "kube-system";
    private static final Set<String> BROAD = Set.of("list", "watch", "deletecollection");

    /** Reads the journal backwards. */
    private static final String AUDIT = "/everynode/v1/audit";

    /** @param address of the client's end of the connection */
    public static RequestClass of(AccessRequest request, String address) {
        User user = request.user();
        boolean broad = request.isResource()
                ? BROAD.contains(request.verb())
                : request.path().startsWith(AUDIT);
        if (user.isNode()) {
            return new RequestClass(isReport(request) ? Level.HEARTBEATS : Level.NODES, user.name(), broad);
        }
        if (user.isIn(User.MASTERS)) {
            return new RequestClass(isReport(request) ? Level.HEARTBEATS : Level.SYSTEM, user.name(), broad);
        }
        if (user.name().equals(User.ANONYMOUS)) {
            return new RequestClass(Level.ANONYMOUS, address, broad);
        }
        if (user.name().startsWith(CONTROL_PLANE)) {
            return new RequestClass(Level.SYSTEM, user.name(), broad);
        }
        Optional<User.Account> account = User.account(user.name());
        if (account.isPresent()) {
            String namespace = account.get().namespace();
            return namespace.equals(SYSTEM_NAMESPACE)
                    ? new RequestClass(Level.SYSTEM, user.name(), broad)
                    : new RequestClass(Level.ACCOUNTS, namespace, broad);
        }
        Level level = user.isIn(User.BOOTSTRAPPERS) ? Level.ACCOUNTS : Level.PEOPLE;
        return new RequestClass(level, user.name(), broad);
    }

    /**
     * Whether it is what a node says of itself: its Lease, its Node, the status of its Pods. Masters may say it for
     * nodes that they play.
     */
    private static boolean isReport(AccessRequest request) {
        if (!request.isResource() || BROAD.contains(request.verb())) {
            return false;
        }
        return switch (request.resource()) {
            case "leases" ->
                request.namespace().equals(LeaseRenewal.NAMESPACE)
                        && request.subresource().isEmpty();
            case "nodes" ->
                request.group().isEmpty()
                        && (request.subresource().isEmpty()
                                || request.subresource().equals("status"))
                        && !request.verb().equals("delete");
            case "pods" -> request.group().isEmpty() && request.subresource().equals("status");
            default -> false;
        };
    }
}
