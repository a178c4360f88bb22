package io.everynode.apiserver;

import io.everynode.core.lifecycle.LeaseRenewal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line for each request, written when its last byte is on its way: reads at debug level, writes at info. Renewals
 * of node Leases, which change nothing that is kept, are told as reads: with many nodes they would be most of the log.
 */
final class AccessLog {

    private static final String NODE_LEASE =
            "/apis/coordination.k8s.io/v1/namespaces/" + LeaseRenewal.NAMESPACE + "/leases/";

    private static final Logger LOG = LoggerFactory.getLogger("io.everynode.access");

    private AccessLog() {}

    static HttpResponse record(Call call, HttpResponse response) {
        Level level = isWrite(call) ? Level.INFO : Level.DEBUG;
        if (!LOG.isEnabledForLevel(level)) {
            return response;
        }
        int code = response.status().intValue();
        if (response.entity() instanceof HttpEntity.Strict strict) {
            line(level, call, code, strict.getData().size());
            return response;
        }
        AtomicLong bytes = new AtomicLong();
        Flow<ByteString, ByteString, NotUsed> counted = Flow.of(ByteString.class)
                .map(piece -> {
                    bytes.addAndGet(piece.size());
                    return piece;
                })
                .watchTermination((value, end) -> {
                    end.whenComplete((done, failure) -> line(level, call, code, bytes.get()));
                    return value;
                });
        return response.transformEntityDataBytes(counted);
    }

    private static boolean isWrite(Call call) {
        return switch (call.request().method().value()) {
            case "POST", "DELETE" -> true;
            case "PUT", "PATCH" -> !call.request().getUri().path().startsWith(NODE_LEASE);
            default -> false;
        };
    }

    private static void line(Level level, Call call, int code, long bytes) {
        LOG.atLevel(level)
                .log(
                        "method={} path={} agent={} code={} ms={} bytes={} user={}{} id={}",
                        call.request().method().value(),
                        quoted(target(call)),
                        quoted(call.caller().client()),
                        code,
                        Duration.between(call.received(), Instant.now()).toMillis(),
                        bytes,
                        call.caller().user(),
                        call.sender().isEmpty() ? "" : " by=" + call.sender(),
                        call.id());
    }

    private static String target(Call call) {
        String path = call.request().getUri().path();
        if (StreamingSubresource.isOne(path)) {
            // Commands may hold passwords.
            return path;
        }
        return call.request().getUri().rawQueryString().map(q -> path + "?" + q).orElse(path);
    }

    /** So that no client can write lines of its own. */
    private static String quoted(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                safe.append('\\');
            }
            safe.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return safe.append('"').toString();
    }
}
