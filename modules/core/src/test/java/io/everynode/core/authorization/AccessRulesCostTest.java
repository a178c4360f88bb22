package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.rule;
import static io.everynode.core.authorization.Access.user;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a decision costs with many bindings. The bounds are for a busy machine; the figures printed are for people. */
class AccessRulesCostTest {

    /** Alone on the machine it is below 2 µs. */
    private static final double MOST_MICROS = 100;

    private static final int ROUNDS = 4_000;

    @Test
    void aDecisionDoesNotGrowWithTheBindings() {
        double few = micros(10);
        double many = micros(1_000);

        System.out.printf("a decision takes %.2f us with 10 bindings, %.2f us with 1000%n", few, many);
        assertThat(many).isLessThan(MOST_MICROS);
        // A scan would take a hundred times as long.
        assertThat(many).isLessThan(few * 30);
    }

    /**
     * Users of many groups, each with a binding in the cluster and one in a namespace; half of the questions are
     * refused.
     */
    private static double micros(int bindings) {
        Access access = new Access()
                .role("edit", rule("get,list,watch,create,update,patch,delete", "", "pods,services,configmaps,secrets"))
                .role("view", rule("get,list,watch", ",apps", "pods,daemonsets"));
        for (int i = 0; i < bindings / 2; i++) {
            access.bind("ns" + i % 50 + "/b" + i, "edit", user("user" + i));
            access.bind("c" + i, "view", Access.group("group" + i));
        }
        Authorizer authorizer = access.authorizer();
        List<AccessRequest> asked = new ArrayList<>();
        for (int i = 0; i < bindings / 2; i++) {
            User user = User.of("user" + i, "group" + i, "group-" + i, "staff", User.AUTHENTICATED);
            asked.add(Access.request(user, "get pods ns" + i % 50 + "/p"));
            asked.add(Access.request(user, "list daemonsets.apps ns" + i % 50 + "/"));
            asked.add(Access.request(user, "delete daemonsets.apps ns" + i % 50 + "/d"));
            asked.add(Access.request(user, "create pods/exec other/p"));
        }
        long best = Long.MAX_VALUE;
        int allowed = 0;
        for (int round = 0; round < 20; round++) {
            long begun = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                allowed += authorizer.decide(asked.get(i % asked.size())).allowed() ? 1 : 0;
            }
            best = Math.min(best, System.nanoTime() - begun);
        }
        assertThat(allowed).isEqualTo(20 * ROUNDS / 2);
        return best / 1000.0 / ROUNDS;
    }
}
