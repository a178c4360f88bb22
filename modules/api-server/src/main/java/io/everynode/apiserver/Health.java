package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /healthz}, {@code /livez}: the process answers. {@code /readyz}: it should get requests; if not, why not. */
final class Health {

    private final ControlPlane controlPlane;
    private final OpenWatches open;

    Health(ControlPlane controlPlane, OpenWatches open) {
        this.controlPlane = controlPlane;
        this.open = open;
    }

    HttpResponse alive(Call call, String check) {
        return text(200, call.query().has("verbose") ? "[+]ping ok\n" + check + " check passed\n" : "ok");
    }

    HttpResponse ready(Call call) {
        Optional<String> notReady = controlPlane.notReady();
        if (notReady.isEmpty() && !open.isClosed()) {
            return text(
                    200,
                    call.query().has("verbose")
                            ? "[+]ping ok\n[+]shutdown ok\n[+]control-plane ok\nreadyz check passed\n"
                            : "ok");
        }
        return text(
                503,
                "[+]ping ok\n"
                        + (open.isClosed() ? "[-]shutdown failed: the server is stopping\n" : "[+]shutdown ok\n")
                        + notReady.map(why -> "[-]control-plane failed: " + why + "\n")
                                .orElse("[+]control-plane ok\n")
                        + "readyz check failed\n");
    }

    private static HttpResponse text(int code, String body) {
        return HttpResponse.create()
                .withStatus(code)
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, body));
    }
}
