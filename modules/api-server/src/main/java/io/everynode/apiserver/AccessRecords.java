package io.everynode.apiserver;

import io.everynode.apiserver.audit.AccessFiles;
import io.everynode.apiserver.audit.AccessRecord;
import io.everynode.apiserver.audit.AccessTable;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.core.audit.RequestCause;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this server keeps of requests that the journal does not have: those that were refused (401, 403), those that
 * were shown a Secret, and those that wrote what Pod Security audits. Bounded, whatever clients do. Thread-safe.
 */
final class AccessRecords implements AutoCloseable {

    private static final int LONGEST_PATH = 300;
    private static final int LONGEST_USER = 256;
    private static final int LONGEST_VIOLATIONS = 1_000;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** A watch over a WebSocket. */
    private static final int SWITCHING = 101;

    private static final Logger LOG = LoggerFactory.getLogger(AccessRecords.class);

    /** What is told of whom nobody knows, and of whatever is not served. */
    private static final String UNKNOWN = "(unknown)";

    private static final String NODES = "system:nodes";
    private static final Set<String> RESOURCES =
            Kinds.all().stream().map(Kind::plural).collect(Collectors.toUnmodifiableSet());
    private static final Set<String> PATHS =
            Set.of("api", "apis", "openapi", "openid", "everynode", "healthz", "livez", "readyz", "version", "metrics");
    private static final Set<String> REVIEWS = Set.of(
            "tokenreviews",
            "selfsubjectreviews",
            "subjectaccessreviews",
            "selfsubjectaccessreviews",
            "localsubjectaccessreviews",
            "selfsubjectrulesreviews");
    private static final Set<String> VERBS = Set.of(
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "head",
            "options",
            "post",
            "put");

    private static final Map<String, String> VERBS_OF_METHODS =
            Map.of("POST", "create", "PUT", "update", "PATCH", "patch");

    private final AccessTable refused;
    private final AccessTable secretReads;
    private final AccessTable podSecurity;
    private final InstantSource clock;
    private final AutoCloseable files;

    private AccessRecords(
            AccessTable refused,
            AccessTable secretReads,
            AccessTable podSecurity,
            InstantSource clock,
            AutoCloseable files) {
        this.refused = refused;
        this.secretReads = secretReads;
        this.podSecurity = podSecurity;
        this.clock = clock;
        this.files = files;
    }

    static AccessRecords open(AuditSettings settings, InstantSource clock) {
        AccessTable refused =
                new AccessTable(settings.maxRefused(), settings.keep().toMillis());
        AccessTable reads =
                new AccessTable(settings.maxSecretReads(), settings.keep().toMillis());
        AccessTable podSecurity =
                new AccessTable(settings.maxPodSecurity(), settings.keep().toMillis());
        Map<String, AccessTable> tables = new LinkedHashMap<>();
        tables.put("refused.jsonl", refused);
        tables.put("secret-reads.jsonl", reads);
        tables.put("pod-security.jsonl", podSecurity);
        AutoCloseable files = settings.directory()
                .<AutoCloseable>map(directory -> new AccessFiles(directory, tables, settings.saveInterval(), clock))
                .orElse(() -> {});
        return new AccessRecords(refused, reads, podSecurity, clock, files);
    }

    /** @param call as that of whom it was for, as far as that was known when it was answered */
    void finished(Call call, int code) {
        try {
            add(call, code);
        } catch (RuntimeException e) {
            // No answer may fail by it.
            LOG.error("request {} is not on record", call.id(), e);
        }
    }

    private void add(Call call, int code) {
        if (code == UNAUTHORIZED || code == FORBIDDEN) {
            refused.add(refusal(call, code), clock.millis(), sample(call));
        } else if ((code / 100 == 2 || code == SWITCHING)
                && call.request().getUri().path().contains("/secrets")) {
            AccessRequest request = request(call);
            if (request.resource().equals(Kinds.SECRET.plural())
                    && request.group().isEmpty()) {
                secretReads.add(read(call, request), clock.millis(), sample(call));
            }
        }
    }

    /** Whether it was done or refused: what the namespace audits is written down either way. Never throws. */
    void violated(AuditedViolation violation) {
        try {
            podSecurity.add(key(violation), clock.millis(), sample(violation));
        } catch (RuntimeException e) {
            // No write may fail by it.
            LOG.error("a violation of Pod Security is not on record", e);
        }
    }

    private static AccessRecord.Key key(AuditedViolation violation) {
        RequestCause cause = cause(violation);
        return new AccessRecord.Key(
                violation.refused() ? FORBIDDEN : 0,
                cut(violation.user(), LONGEST_USER),
                cause.address(),
                VERBS_OF_METHODS.getOrDefault(cause.method(), ""),
                violation.kind().plural(),
                violation.namespace(),
                violation.name());
    }

    private static AccessRecord.Sample sample(AuditedViolation violation) {
        RequestCause cause = cause(violation);
        return new AccessRecord.Sample(
                violation.client(),
                cut(cause.path(), LONGEST_PATH),
                cut(cause.sender(), LONGEST_USER),
                cut(violation.violations(), LONGEST_VIOLATIONS));
    }

    /** What the server does by itself is no request. */
    private static RequestCause cause(AuditedViolation violation) {
        return RequestCause.parse(violation.cause()).orElse(RequestCause.of(""));
    }

    List<AccessRecord> podSecurity() {
        return podSecurity.records(clock.millis());
    }

    List<AccessRecord> refused() {
        return refused.records(clock.millis());
    }

    List<AccessRecord> secretReads() {
        return secretReads.records(clock.millis());
    }

    /** By what cannot be made up at will: names of objects, and users whom nobody vouched for, are not told apart. */
    private static AccessRecord.Key refusal(Call call, int code) {
        AccessRequest request = request(call);
        boolean served = RESOURCES.contains(request.resource()) || REVIEWS.contains(request.resource());
        String first = request.isResource() ? "" : request.path().split("/", 3)[1];
        String what = request.isResource()
                ? served ? request.wholeResource() : UNKNOWN
                : PATHS.contains(first) ? "/" + first : "/" + UNKNOWN;
        return new AccessRecord.Key(
                code,
                code == UNAUTHORIZED ? UNKNOWN : cut(call.user().name(), LONGEST_USER),
                call.address(),
                VERBS.contains(request.verb()) ? request.verb() : UNKNOWN,
                known(what),
                "",
                "");
    }

    /** A subresource can be made up, too. */
    private static String known(String resource) {
        int slash = resource.indexOf('/');
        if (slash <= 0) {
            return resource;
        }
        String whole = resource.substring(0, slash);
        String part = resource.substring(slash + 1);
        boolean served = Kinds.all().stream()
                .anyMatch(kind ->
                        kind.plural().equals(whole) && kind.subresources().contains(part));
        boolean action = Set.of("exec", "attach", "portforward", "eviction", "binding", "token", "finalize", "approval")
                .contains(part);
        return served || action ? resource : whole + "/" + UNKNOWN;
    }

    /** Nodes read all the time what their Pods name: they count together, by namespace. */
    private static AccessRecord.Key read(Call call, AccessRequest request) {
        return call.user().isNode()
                ? new AccessRecord.Key(0, NODES, "", request.verb(), request.resource(), request.namespace(), "")
                : new AccessRecord.Key(
                        0,
                        cut(call.user().name(), LONGEST_USER),
                        call.address(),
                        request.verb(),
                        request.resource(),
                        request.namespace(),
                        request.name());
    }

    private static AccessRequest request(Call call) {
        List<String> segments = new ArrayList<>();
        call.request().getUri().pathSegments().forEach(segments::add);
        return RequestInfo.of(call.user(), call.request().method().value(), segments, call.query());
    }

    private static AccessRecord.Sample sample(Call call) {
        return new AccessRecord.Sample(
                call.caller().client(),
                cut(call.request().getUri().path(), LONGEST_PATH),
                cut(call.sender(), LONGEST_USER));
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    @Override
    public void close() {
        try {
            files.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
