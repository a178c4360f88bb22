package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import io.everynode.core.authorization.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * {@code /healthz}, {@code /livez}: the process answers. {@code /readyz}: it should get requests; if not, why not. Each
 * check has an address of its own, such as {@code /readyz/control-plane}; {@code ?verbose} tells of all of them,
 * {@code ?exclude=NAME} leaves one out (apiserver/pkg/server/healthz/healthz.go). Unlike upstream the reasons are told,
 * to all who say who they are.
 */
final class Health {

    private static final String PING = "ping";
    private static final String SHUTDOWN = "shutdown";
    private static final String CONTROL_PLANE = "control-plane";

    /** Why a check fails; empty when it passes. */
    private final Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();

    Health(ControlPlane controlPlane, OpenWatches open) {
        checks.put(PING, Optional::empty);
        checks.put(SHUTDOWN, () -> open.isClosed() ? Optional.of("the server is stopping") : Optional.empty());
        checks.put(CONTROL_PLANE, controlPlane::notReady);
    }

    /** Every address, sorted. */
    static List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (String endpoint : List.of("healthz", "livez", "readyz")) {
            paths.add("/" + endpoint);
            new TreeSet<>(names(endpoint)).forEach(name -> paths.add("/" + endpoint + "/" + name));
        }
        return paths;
    }

    private static List<String> names(String endpoint) {
        return endpoint.equals("readyz") ? List.of(PING, SHUTDOWN, CONTROL_PLANE) : List.of(PING);
    }

    /**
     * @param endpoint "healthz", "livez" or "readyz"
     * @param name of one check, "" for all
     * @return empty when there is no such check
     */
    Optional<HttpResponse> answer(Call call, String endpoint, String name) {
        if (name.isEmpty()) {
            return Optional.of(all(call, endpoint));
        }
        return names(endpoint).contains(name) ? Optional.of(one(call, name)) : Optional.empty();
    }

    private HttpResponse one(Call call, String name) {
        return checks.get(name)
                .get()
                .map(why -> text(500, "internal server error: " + shown(call, why) + "\n"))
                .orElseGet(() -> text(200, "ok"));
    }

    private HttpResponse all(Call call, String endpoint) {
        Set<String> excluded = new TreeSet<>(call.query().texts("exclude"));
        StringBuilder told = new StringBuilder();
        boolean failed = false;
        for (String name : names(endpoint)) {
            if (excluded.remove(name)) {
                told.append("[+]").append(name).append(" excluded: ok\n");
                continue;
            }
            Optional<String> wrong = checks.get(name).get();
            failed |= wrong.isPresent();
            told.append(wrong.map(why -> "[-]" + name + " failed: " + shown(call, why) + "\n")
                    .orElse("[+]" + name + " ok\n"));
        }
        excluded.remove("");
        if (!excluded.isEmpty()) {
            told.append("warn: some health checks cannot be excluded: no matches for \"")
                    .append(String.join("\",\"", excluded))
                    .append("\"\n");
        }
        if (failed) {
            return text(500, told + endpoint + " check failed\n");
        }
        return text(200, call.query().has("verbose") ? told + endpoint + " check passed\n" : "ok");
    }

    /** Reasons may name hosts. */
    private static String shown(Call call, String why) {
        return call.user().name().equals(User.ANONYMOUS) ? "reason withheld" : why;
    }

    private static HttpResponse text(int code, String body) {
        return HttpResponse.create()
                .withStatus(code)
                .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, body));
    }
}
