package io.everynode.core.authorization;

/**
 * Decides with one version of all that matters: masters may do everything, nodes what a node does with what is theirs,
 * everybody what roles and bindings say. Who is allowed by none of these is refused.
 */
public record Authorizer(AccessRules rules, NodeWorld world) {

    public Verdict decide(AccessRequest request) {
        if (request.user().isIn(User.MASTERS)) {
            return Verdict.yes("");
        }
        Verdict asNode = NodeAuthorizer.decide(request, world);
        if (asNode.allowed()) {
            return asNode;
        }
        Verdict byRules = rules.decide(request);
        return byRules.allowed() || asNode.reason().isEmpty()
                ? byRules
                : byRules.reason().isEmpty() ? asNode : Verdict.no(asNode.reason() + "\n" + byRules.reason());
    }
}
