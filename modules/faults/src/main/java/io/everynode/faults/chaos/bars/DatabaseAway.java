package io.everynode.faults.chaos.bars;

import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How each member answers while there is no database. */
final class DatabaseAway {

    private static final String MAPS = "/api/v1/namespaces/bars/configmaps";

    private DatabaseAway() {}

    /** What should be otherwise. */
    static List<String> look(LocalCluster cluster) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (Member member : cluster.members()) {
            URI address = cluster.api(member.number()).address();
            String who = "member " + member.number();
            expect(http, address, MAPS + "?resourceVersion=0", 200, who + ": a read at 0", wrong);
            HttpResponse<byte[]> current = expect(http, address, MAPS, 503, who + ": a current read", wrong);
            if (current != null && current.headers().firstValue("Retry-After").isEmpty()) {
                wrong.add(who + ": no Retry-After");
            }
            HttpResponse<byte[]> readiness = ask(http, address, "/readyz");
            if (readiness != null && readiness.statusCode() == 200) {
                wrong.add(who + ": is ready");
            }
            expect(http, address, "/livez", 200, who + ": livez", wrong);
        }
        return wrong;
    }

    private static HttpResponse<byte[]> expect(
            HttpClient http, URI address, String path, int status, String what, List<String> wrong)
            throws InterruptedException {
        HttpResponse<byte[]> answer = ask(http, address, path);
        if (answer == null || answer.statusCode() != status) {
            wrong.add(what + " is answered " + (answer == null ? "by nothing" : answer.statusCode()));
        }
        return answer;
    }

    private static HttpResponse<byte[]> ask(HttpClient http, URI address, String path) throws InterruptedException {
        try {
            return http.send(
                    HttpRequest.newBuilder(address.resolve(path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException e) {
            return null;
        }
    }
}
