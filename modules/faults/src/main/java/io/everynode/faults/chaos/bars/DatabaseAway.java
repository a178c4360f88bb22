package io.everynode.faults.chaos.bars;

import io.everynode.faults.cluster.ClusterApi;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How each member answers while there is no database. */
final class DatabaseAway {

    private static final String MAPS = "/api/v1/namespaces/bars/configmaps";

    private DatabaseAway() {}

    /** What should be otherwise. */
    static List<String> look(LocalCluster cluster) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (Member member : cluster.members()) {
            ClusterApi api = cluster.api(member.number());
            String who = "member " + member.number() + ": ";
            expect(api, MAPS + "?resourceVersion=0", answer -> answer.code() == 200, who + "a read at 0", wrong);
            expect(api, MAPS, ClusterApi.Answer::isPutOff, who + "a current read", wrong);
            expect(api, "/readyz", answer -> answer.code() != 200, who + "readyz", wrong);
            expect(api, "/livez", answer -> answer.code() == 200, who + "livez", wrong);
        }
        return wrong;
    }

    private static void expect(
            ClusterApi api, String path, Predicate<ClusterApi.Answer> right, String what, List<String> wrong)
            throws InterruptedException {
        try {
            ClusterApi.Answer answer = api.get(path);
            if (!right.test(answer)) {
                wrong.add(what + " is answered " + answer.code()
                        + (answer.retryAfter() ? " with Retry-After" : " without Retry-After"));
            }
        } catch (IOException e) {
            wrong.add(what + " is answered by nothing");
        }
    }
}
