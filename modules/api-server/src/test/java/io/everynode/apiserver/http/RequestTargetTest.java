package io.everynode.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.pekko.http.scaladsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.Uri$;
import org.apache.pekko.http.scaladsl.model.Uri$ParsingMode$Relaxed$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.parboiled2.ParserInput$;

class RequestTargetTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/?",
                "/version",
                "/api/v1/",
                "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1",
                "/api/v1/pods?watch=1&resourceVersion=12&allowWatchBookmarks=true",
                "/api/v1/pods?fieldSelector=spec.nodeName%3Dn",
                "/api/v1//pods",
                "/a?b?c",
                "/a=b&c",
                "/a%41b",
                "/a;b:c@d!$,+~",
                "//host/path",
                "http://host:80/path"
            })
    void readsAsTheParserDoes(String target) {
        assertThat(RequestTarget.parse(target)).isEqualTo(parsed(target));
    }

    @Test
    void readsAsTheParserDoesWhateverThePiecesAre() {
        Random random = new Random(7);
        String[] pieces = {"/", "/", "a", "Z9", "-", "_", "x.y", "?", "=", "&", "~", "%41", "+", ":", "@"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder target = new StringBuilder("/a");
            for (int length = random.nextInt(12); length > 0; length--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(RequestTarget.parse(target.toString())).isEqualTo(parsed(target.toString()));
        }
    }

    private static Uri parsed(String target) {
        return Uri$.MODULE$.parseHttpRequestTarget(
                ParserInput$.MODULE$.apply(target), StandardCharsets.UTF_8, Uri$ParsingMode$Relaxed$.MODULE$);
    }
}
