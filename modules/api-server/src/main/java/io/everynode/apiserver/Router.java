package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.Credential;
import io.everynode.apiserver.authentication.Finding;
import io.everynode.apiserver.certificates.CertificateSigner;
import io.everynode.apiserver.http.Connections;
import io.everynode.apiserver.pki.AccountKeys;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.core.authorization.User;
import io.everynode.core.event.Caller;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to its answer: finds the handler by path and method, and turns every failure into a Status.
 * Thread-safe.
 */
final class Router {

    private static final HttpHeader CLOSE = RawHeader.create("Connection", "close");

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private static final List<String> GET = List.of("GET");
    private static final List<String> POST = List.of("POST");
    private static final List<String> GET_POST = List.of("GET", "POST");

    /** What is answered also while the control plane starts or ends. */
    private static final Set<String> ALWAYS = Set.of("healthz", "livez", "readyz", "version");

    private static final Map<ActionSubresource, PostedAction> ACTIONS = Map.of(
            ActionSubresource.BINDING, new BindingAction(),
            ActionSubresource.EVICTION, new EvictionAction());

    private final ActorSystem<?> system;
    private final ControlPlane controlPlane;
    private final OpenWatches open;
    private final OpenRequests requests;
    private final ApiServerSettings settings;
    private final InstantSource clock;
    private final Discovery discovery;
    private final OpenApiDocuments openApi = new OpenApiDocuments();
    private final Health health;
    private final Fairness fairness;
    private final MetricsDocument metrics;
    private final Executor executor;
    private final ServerIdentity identity;
    private final Authentication authentication;
    private final AccountTokens accountTokens;
    private final AccessGate gate;
    private final ReadHandler reads;
    private final WatchHandler watches;
    private final WriteHandler writes;
    private final DeleteHandler deletes;
    private final ActionHandler actions;
    private final PodLogHandler podLogs;
    private final PodStreamHandler podStreams;
    private final ReviewHandler reviews;
    private final TokenRequestHandler tokenRequests;
    private final ClusterStatusHandler clusterStatus;
    private final AccessRecords records;
    private final AuditHandler audit;

    Router(
            ActorSystem<?> system,
            ControlPlane controlPlane,
            ApiServerSettings settings,
            OpenWatches open,
            OpenRequests requests,
            List<ContainerLogs> logs,
            ServerIdentity identity,
            AccessRecords records,
            Connections connections,
            InstantSource clock) {
        this.identity = identity;
        this.records = records;
        this.system = system;
        this.open = open;
        this.requests = requests;
        this.controlPlane = controlPlane;
        this.settings = settings;
        this.clock = clock;
        this.executor = system.executionContext()::execute;
        Bodies bodies = new Bodies(system, settings.maxBodyBytes(), settings.bodyTimeout());
        this.gate = new AccessGate(settings.authorization().mode(), controlPlane);
        WriteGuard guard = new WriteGuard(
                gate, settings.authentication(), settings.authorization().checksReferences(), controlPlane);
        Writes toControlPlane = new Writes(guard, settings.writeDeadline(), clock);
        this.discovery = new Discovery(settings.host() + ":" + settings.port());
        this.health = new Health(controlPlane, open);
        this.fairness = new Fairness(
                settings.fairness(),
                new InFlightLimits(settings.maxReadOnlyInFlight(), settings.maxMutatingInFlight()));
        this.metrics = new MetricsDocument(fairness, open, connections);
        this.reads = new ReadHandler(controlPlane, clock);
        this.watches = new WatchHandler(controlPlane, settings, open, clock);
        this.writes = new WriteHandler(toControlPlane, bodies, executor, clock);
        this.deletes = new DeleteHandler(controlPlane, toControlPlane, bodies, system, executor, clock);
        this.actions = new ActionHandler(toControlPlane, bodies, executor);
        this.accountTokens =
                new AccountTokens(clock, new TokenKeys(identity.accountKeys().orElseGet(AccountKeys::make)));
        TokenChecks tokens = new TokenChecks(controlPlane, accountTokens, clock);
        this.authentication =
                new Authentication(settings.authentication(), identity.tls(), tokens, controlPlane, clock);
        this.reviews = new ReviewHandler(bodies, executor, clock, tokens, new AccessDecisions(gate));
        this.tokenRequests = new TokenRequestHandler(controlPlane, bodies, executor, clock, accountTokens, guard);
        this.clusterStatus = new ClusterStatusHandler(controlPlane);
        this.audit = new AuditHandler(controlPlane, records, clock);
        List<ContainerLogs> sources = new ArrayList<>(logs);
        KubeletTls kubelets = new KubeletTls(identity.authority(), settings.kubelet(), controlPlane::catalog, clock);
        sources.add(new KubeletLogs(system, settings.kubelet(), kubelets));
        this.podLogs = new PodLogHandler(controlPlane, sources, open);
        KubeletStreams streams = new KubeletStreams(system, settings.kubelet(), kubelets, open);
        this.podStreams = new PodStreamHandler(controlPlane, sources, open, streams, settings.kubelet());
    }

    /** Empty without an authority. */
    Optional<CertificateSigner> signer() {
        return identity.authority()
                .map(directory -> new CertificateSigner(
                        controlPlane, request -> gate.decide(request).allowed(), directory, clock));
    }

    /** Empty without TLS: these tokens have no end, and their key has to outlive the process. */
    Optional<AccountSecrets> accountSecrets() {
        return identity.tls().map(tls -> new AccountSecrets(controlPlane, accountTokens, tls::authority, clock));
    }

    /** Never fails, never throws. */
    CompletionStage<HttpResponse> handle(HttpRequest request) {
        String id = UUID.randomUUID().toString();
        Call bare = new Call(
                request,
                id,
                Query.parse(""),
                Callers.user(),
                Callers.of(request),
                clock.instant(),
                "",
                Credential.NONE);
        // Who it is is known later.
        AtomicReference<Call> known = new AtomicReference<>(bare);
        AtomicReference<Seat> seat = new AtomicReference<>(Seat.NONE);
        CompletableFuture<HttpResponse> answer;
        try {
            Query query = Query.parse(request.getUri().rawQueryString().orElse(""));
            answer = authenticated(bare.with(query), known, seat).toCompletableFuture();
        } catch (RuntimeException e) {
            seat.get().leave();
            answer = drained(request, e);
        }
        if (!answer.isDone()) {
            // A copy: what the handler works on must not be completed from here.
            answer = answer.copy().orTimeout(settings.requestDeadline().toMillis(), TimeUnit.MILLISECONDS);
            requests.add(answer);
        }
        return answer.whenComplete((response, failure) -> seat.get().answered(failure != null))
                .exceptionally(failure -> refusal(known.get(), known.get() != bare, failure))
                .thenApply(response -> finish(known.get(), response));
    }

    /** Refused before anyone read the body. It is drained first: an answer sent meanwhile would be lost with HTTP/2. */
    private CompletableFuture<HttpResponse> drained(HttpRequest request, RuntimeException refusal) {
        return request.discardEntityBytes(system)
                .completionStage()
                .handle((done, ignored) -> done)
                .<HttpResponse>thenCompose(done -> CompletableFuture.failedFuture(refusal))
                .toCompletableFuture();
    }

    /**
     * @param known gets the call as that of who sends it
     * @param seat gets what has to be given back
     */
    private CompletionStage<HttpResponse> authenticated(
            Call call, AtomicReference<Call> known, AtomicReference<Seat> seat) {
        List<String> segments = new ArrayList<>();
        call.request().getUri().pathSegments().forEach(segments::add);
        String first = segments.isEmpty() ? "" : segments.get(0);
        Optional<String> notServing = controlPlane.notServing();
        if (notServing.isPresent()) {
            if (!ALWAYS.contains(first)) {
                throw new ControlPlane.Unavailable(notServing.get());
            }
            // Roles are not known either; those of the start let everybody here.
            User user = authentication.withoutObjects(call.request());
            Call own = call.as(user, new Caller(user.name(), call.caller().client()), Credential.NONE);
            known.set(own);
            HttpResponse response = document(own, call.request().method().value(), first, segments);
            call.request().discardEntityBytes(system);
            return CompletableFuture.completedFuture(response);
        }
        Function<Finding.Known, CompletionStage<HttpResponse>> go = shown -> {
            User user = shown.user();
            Call own = call.as(user, new Caller(user.name(), call.caller().client()), shown.credential());
            known.set(own);
            return seated(own, segments, known, seat);
        };
        Optional<Finding.Known> shown = authentication.now(call.request(), first);
        if (shown.isPresent()) {
            return go.apply(shown.get());
        }
        return authentication
                .later(call.request())
                .handle((found, failure) -> {
                    try {
                        if (failure instanceof CompletionException wrapped
                                && wrapped.getCause() instanceof RuntimeException cause) {
                            throw cause;
                        }
                        return go.apply(found);
                    } catch (RuntimeException e) {
                        return drained(call.request(), e);
                    }
                })
                .thenCompose(answer -> answer);
    }

    /** Waits for the request's turn, unless there is a seat. */
    private CompletionStage<HttpResponse> seated(
            Call call, List<String> segments, AtomicReference<Call> known, AtomicReference<Seat> seat) {
        CompletableFuture<Seat> turn = fairness.enter(call, segments);
        if (turn.isDone() && !turn.isCompletedExceptionally()) {
            seat.set(turn.join());
            return route(turn.join().carriedBy(call), segments, known);
        }
        // On a thread of its own: it is the end of another request that gives the seat.
        return turn.handleAsync(
                        (given, failure) -> {
                            try {
                                if (failure != null) {
                                    throw failure.getCause() instanceof RuntimeException cause
                                            ? cause
                                            : new IllegalStateException(failure);
                                }
                                seat.set(given);
                                if (open.isClosed()) {
                                    throw new ControlPlane.Unavailable("the server is stopping");
                                }
                                return route(given.carriedBy(call), segments, known);
                            } catch (RuntimeException e) {
                                seat.get().leave();
                                return drained(call.request(), e);
                            }
                        },
                        executor)
                .thenCompose(answer -> answer);
    }

    private HttpResponse finish(Call call, HttpResponse response) {
        records.finished(call, response.status().intValue());
        HttpResponse complete = response.addHeader(RawHeader.create("Audit-Id", call.id()));
        if (complete.getHeader("Cache-Control").isEmpty()) {
            complete = complete.addHeader(RawHeader.create("Cache-Control", "no-cache, private"));
        }
        if (open.isClosed() && !call.request().protocol().value().startsWith("HTTP/2")) {
            // The client's next request goes to another server; with HTTP/2 the connection itself says so.
            complete = complete.addHeader(CLOSE);
        }
        return AccessLog.record(call, complete);
    }

    /** @param known whether it was found out who sends it */
    private HttpResponse refusal(Call call, boolean known, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof MethodNotAllowed refused) {
            return StatusResponses.of(call, refused.status()).addHeader(RawHeader.create("Allow", refused.allowed()));
        }
        if (cause instanceof ApiFailure refused) {
            return StatusResponses.of(call, refused.status());
        }
        if (cause instanceof ControlPlane.AuditBusy) {
            return StatusResponses.of(call, ApiStatus.tooManyRequests(String.valueOf(cause.getMessage()), 1));
        }
        if (cause instanceof ControlPlane.Unavailable) {
            // Reasons may name hosts; who is nobody is told none, here as at /readyz.
            boolean told = known
                    || !authentication.withoutObjects(call.request()).name().equals(User.ANONYMOUS);
            String why = told ? String.valueOf(cause.getMessage()) : "the server cannot serve this now";
            return StatusResponses.of(call, ApiStatus.unavailable(why, 1));
        }
        if (cause instanceof TimeoutException) {
            return StatusResponses.of(
                    call,
                    ApiStatus.timeout("Timeout: request did not complete within " + settings.requestDeadline(), 1));
        }
        LOG.error("request {} failed: {} {}", call.id(), call.request().method().value(), path(call), cause);
        return StatusResponses.of(
                call, ApiStatus.internal("request " + call.id() + " failed; the server's log tells more"));
    }

    private static String path(Call call) {
        return call.request().getUri().path();
    }

    /** @param known gets the call as that of whom it is for */
    private CompletionStage<HttpResponse> route(Call sent, List<String> segments, AtomicReference<Call> known) {
        String method = sent.request().method().value();
        String first = segments.isEmpty() ? "" : segments.get(0);
        int size = segments.size();
        if (first.equals(CaCertificate.PATH) && size == 1 && identity.tls().isPresent()) {
            requireVerb(method.equals("GET"), GET);
            sent.request().discardEntityBytes(system);
            return CompletableFuture.completedFuture(
                    CaCertificate.answer(identity.tls().get()));
        }
        Call call = gate.admit(sent, segments, known::set);
        if (first.equals("api") && size > 2) {
            return resource(call, method, "", segments.get(1), segments.subList(2, size));
        }
        if (first.equals("apis") && size > 3) {
            return resource(call, method, segments.get(1), segments.get(2), segments.subList(3, size));
        }
        if (ClusterStatusHandler.isPath(segments)) {
            requireVerb(method.equals("GET"), GET);
            call.request().discardEntityBytes(system);
            return clusterStatus.answer(call);
        }
        if (AuditHandler.isPath(segments)) {
            requireVerb(method.equals("GET"), GET);
            call.request().discardEntityBytes(system);
            return audit.answer(call, segments);
        }
        HttpResponse response = document(call, method, first, segments);
        // GETs may carry a body too; nobody reads it.
        call.request().discardEntityBytes(system);
        return CompletableFuture.completedFuture(response);
    }

    private HttpResponse document(Call call, String method, String first, List<String> segments) {
        boolean alone = segments.size() <= 1;
        boolean probe = List.of("healthz", "livez", "readyz").contains(first);
        boolean known = switch (first) {
            case "", "version", MetricsDocument.PATH -> alone;
            case "healthz", "livez", "readyz" -> segments.size() <= 2;
            case "api", "apis" -> true;
            case "openapi" -> !alone;
            case "openid", ".well-known" -> IssuerDocuments.isPath(segments);
            default -> false;
        };
        if (!known) {
            return StatusResponses.pageNotFound();
        }
        if (!method.equals("GET") && !(probe && method.equals("HEAD"))) {
            throw new MethodNotAllowed(probe ? List.of("GET", "HEAD") : GET);
        }
        return switch (first) {
            case "" -> Answers.json(call, 200, rootPaths());
            case MetricsDocument.PATH -> metrics.answer();
            case "version" ->
                Answers.json(
                        call,
                        200,
                        ByteString.fromArrayUnsafe(
                                Json.encode(settings.version().toJson())));
            case "healthz", "livez", "readyz" ->
                health.answer(call, first, alone ? "" : segments.get(1)).orElseGet(StatusResponses::pageNotFound);
            case "openapi" -> openApi.answer(call, String.join("/", segments.subList(1, segments.size())));
            case "openid", ".well-known" ->
                first.equals("openid")
                        ? IssuerDocuments.keys(accountTokens)
                        : IssuerDocuments.configuration(settings.host() + ":" + settings.port());
            default -> discovery.answer(call, String.join("/", segments));
        };
    }

    private static ByteString rootPaths() {
        ObjectNode root = Json.object();
        ArrayNode paths = root.putArray("paths");
        List<String> all = new ArrayList<>(Health.paths());
        all.addAll(List.of("/api", "/api/v1", "/apis", "/metrics", "/openapi/v2", "/openapi/v3", "/version"));
        all.addAll(IssuerDocuments.PATHS);
        all.stream().sorted().forEach(paths::add);
        return ByteString.fromArrayUnsafe(Json.encode(root));
    }

    private CompletionStage<HttpResponse> resource(
            Call call, String method, String group, String version, List<String> rest) {
        ResourcePath bindings = BindingAction.collection(group, version, rest);
        if (bindings != null) {
            requireVerb(method.equals("POST"), POST);
            return actions.post(ACTIONS.get(ActionSubresource.BINDING), call, bindings);
        }
        Optional<ResourcePath> review = ReviewHandler.collection(group, version, rest);
        if (review.isPresent()) {
            requireVerb(method.equals("POST"), POST);
            return reviews.post(call, review.get());
        }
        StaticDocument none = EmptyLists.find(call, group, version, rest);
        if (none != null) {
            HttpResponse response = EmptyLists.answer(call, none);
            call.request().discardEntityBytes(system);
            return CompletableFuture.completedFuture(response);
        }
        Optional<StreamingSubresource> stream = StreamingSubresource.find(group, version, rest);
        if (stream.isPresent()) {
            requireVerb(GET_POST.contains(method), GET_POST);
            CompletionStage<HttpResponse> answer = podStreams.connect(call, stream.get());
            call.request().discardEntityBytes(system);
            return answer;
        }
        if (DeprecatedWatchPath.isOne(rest)) {
            return deprecatedWatch(call, method, group, version, rest.subList(1, rest.size()));
        }
        ResourcePath path = ResourcePath.parse(group, version, rest)
                .orElseThrow(() -> new ApiFailure(StatusResponses.unknownPath()));
        Optional<ActionSubresource> action = ActionSubresource.find(path.kind(), path.subresource());
        if (action.isPresent()) {
            requireVerb(method.equals("POST"), POST);
            if (action.get().equals(ActionSubresource.TOKEN)) {
                return tokenRequests.post(call, path);
            }
            return actions.post(ACTIONS.get(action.get()), call, path);
        }
        boolean whole = path.subresource().isEmpty();
        List<String> verbs =
                whole ? DiscoveryDocuments.verbs(path.kind()) : DiscoveryDocuments.subresourceVerbs(path.subresource());
        List<String> allowed = allowed(path, whole, verbs);
        requireVerb(allowed.contains(method), allowed);
        return switch (method) {
            case "GET" -> {
                CompletionStage<HttpResponse> answer = !path.isCollection()
                        ? path.subresource().equals(PodLogHandler.SUBRESOURCE)
                                ? podLogs.read(call, path)
                                : reads.get(call, path)
                        : call.query().flag("watch") ? watches.watch(call, path) : reads.list(call, path);
                call.request().discardEntityBytes(system);
                yield answer;
            }
            case "POST" -> writes.create(call, path);
            case "PUT" -> writes.update(call, path);
            case "PATCH" -> writes.patch(call, path);
            case "DELETE" -> path.isCollection() ? deletes.deleteCollection(call, path) : deletes.delete(call, path);
            default -> throw new MethodNotAllowed(allowed);
        };
    }

    private CompletionStage<HttpResponse> deprecatedWatch(
            Call call, String method, String group, String version, List<String> rest) {
        ResourcePath path = ResourcePath.parse(group, version, rest)
                .filter(found -> found.subresource().isEmpty())
                .orElseThrow(() -> new ApiFailure(StatusResponses.unknownPath()));
        requireVerb(
                method.equals("GET") && DiscoveryDocuments.verbs(path.kind()).contains("watch"), GET);
        CompletionStage<HttpResponse> answer =
                watches.watch(DeprecatedWatchPath.call(call, path), DeprecatedWatchPath.collection(path));
        call.request().discardEntityBytes(system);
        return answer;
    }

    /** The methods that are served at a path. */
    private static List<String> allowed(ResourcePath path, boolean whole, List<String> verbs) {
        List<String> allowed = new ArrayList<>();
        boolean collection = path.isCollection();
        if (verbs.contains("get")) {
            allowed.add("GET");
        }
        if (whole && path.isCreatable()) {
            allowed.add("POST");
        }
        if (!collection && verbs.contains("update")) {
            allowed.add("PUT");
        }
        if (!collection && verbs.contains("patch")) {
            allowed.add("PATCH");
        }
        if (whole && (!collection || path.isCreatable() && verbs.contains("deletecollection"))) {
            allowed.add("DELETE");
        }
        return allowed;
    }

    private static void requireVerb(boolean served, List<String> allowed) {
        if (!served) {
            throw new MethodNotAllowed(allowed);
        }
    }
}
