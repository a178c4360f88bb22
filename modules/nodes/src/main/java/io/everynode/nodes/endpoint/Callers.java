package io.everynode.nodes.endpoint;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Who may use a node's endpoint: the cluster's API servers. Theirs is the user that kubeadm gives them for kubelets, or
 * the group of masters, to whom the cluster refuses nothing. Pure.
 */
final class Callers {

    private static final String USER = "kube-apiserver-kubelet-client";
    private static final String GROUP = "system:masters";

    private Callers() {}

    /** @param caller of a certificate that is trusted */
    static boolean mayCall(X500Principal caller) {
        try {
            for (Rdn part : new LdapName(caller.getName()).getRdns()) {
                boolean user = part.getType().equals("CN") && part.getValue().equals(USER);
                boolean group = part.getType().equals("O") && part.getValue().equals(GROUP);
                if (user || group) {
                    return true;
                }
            }
            return false;
        } catch (InvalidNameException e) {
            return false;
        }
    }
}
