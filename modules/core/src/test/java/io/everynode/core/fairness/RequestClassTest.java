package io.everynode.core.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestClassTest {

    private static User user(String who) {
        return switch (who) {
            case "node" -> User.of("system:node:n1", User.NODES, User.AUTHENTICATED);
            case "root" -> User.of("system:admin", User.MASTERS, User.AUTHENTICATED);
            case "scheduler" -> User.of("system:kube-scheduler", User.AUTHENTICATED);
            case "proxy" -> account("kube-system", "proxy");
            case "robot" -> account("team", "robot");
            case "joiner" -> User.of("system:bootstrap:abcdef", "system:bootstrappers", User.AUTHENTICATED);
            case "nobody" -> User.of(User.ANONYMOUS, User.UNAUTHENTICATED);
            // A name alone makes no node.
            case "liar" -> User.of("system:node:n1", User.AUTHENTICATED);
            default -> User.of(who, "devs", User.AUTHENTICATED);
        };
    }

    private static User account(String namespace, String name) {
        return User.of(
                User.accountName(namespace, name), User.accountGroups(namespace).toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        // who, verb, group, resource, namespace, level, whose turn, broad
        "node, patch, coordination.k8s.io, leases, kube-node-lease, HEARTBEATS, system:node:n1, false",
        "node, create, coordination.k8s.io, leases, kube-node-lease, HEARTBEATS, system:node:n1, false",
        "node, list, coordination.k8s.io, leases, kube-node-lease, NODES, system:node:n1, true",
        "node, patch, coordination.k8s.io, leases, team, NODES, system:node:n1, false",
        "node, get, '', nodes, '', HEARTBEATS, system:node:n1, false",
        "node, create, '', nodes, '', HEARTBEATS, system:node:n1, false",
        "node, patch, '', nodes/status, '', HEARTBEATS, system:node:n1, false",
        "node, delete, '', nodes, '', NODES, system:node:n1, false",
        "node, watch, '', nodes, '', NODES, system:node:n1, true",
        "node, patch, '', pods/status, team, HEARTBEATS, system:node:n1, false",
        "node, get, '', pods, team, NODES, system:node:n1, false",
        "node, list, '', pods, '', NODES, system:node:n1, true",
        "node, patch, other.example, nodes/status, '', NODES, system:node:n1, false",
        "root, update, coordination.k8s.io, leases, kube-node-lease, HEARTBEATS, system:admin, false",
        "root, list, '', pods, '', SYSTEM, system:admin, true",
        "root, create, '', pods, team, SYSTEM, system:admin, false",
        "scheduler, watch, '', pods, '', SYSTEM, system:kube-scheduler, true",
        "proxy, list, '', nodes, '', SYSTEM, system:serviceaccount:kube-system:proxy, true",
        "robot, deletecollection, '', pods, team, ACCOUNTS, team, true",
        "robot, patch, '', nodes/status, '', ACCOUNTS, team, false",
        "joiner, create, certificates.k8s.io, certificatesigningrequests, '', ACCOUNTS, system:bootstrap:abcdef, false",
        "ann, list, '', secrets, '', PEOPLE, ann, true",
        "ann, patch, coordination.k8s.io, leases, kube-node-lease, PEOPLE, ann, false",
        "liar, patch, coordination.k8s.io, leases, kube-node-lease, PEOPLE, system:node:n1, false",
        "nobody, list, '', pods, '', ANONYMOUS, 10.0.0.7, true",
    })
    void resources(
            String who,
            String verb,
            String group,
            String whole,
            String namespace,
            Level level,
            String turn,
            boolean broad) {
        String[] resource = whole.split("/");
        AccessRequest request = AccessRequest.ofResource(
                user(who), verb, group, resource[0], resource.length > 1 ? resource[1] : "", namespace, "");
        assertThat(RequestClass.of(request, "10.0.0.7")).isEqualTo(new RequestClass(level, turn, broad));
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, /cacerts, ANONYMOUS, false",
        "node, /version, NODES, false",
        "root, /everynode/v1/audit, SYSTEM, true",
        "ann, /everynode/v1/audit/refused, PEOPLE, true",
        "ann, /api, PEOPLE, false"
    })
    void paths(String who, String path, Level level, boolean broad) {
        RequestClass found = RequestClass.of(AccessRequest.ofPath(user(who), "get", path), "10.0.0.7");
        assertThat(found.level()).isEqualTo(level);
        assertThat(found.broad()).isEqualTo(broad);
    }
}
