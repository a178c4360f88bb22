package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The subresource log of Pods (pkg/registry/core/pod/rest/log.go): finds the container and its node, and passes the log
 * on from where the node's logs are. Open logs count as open watches: they are bounded and ended with them.
 */
final class PodLogHandler {

    static final String SUBRESOURCE = "log";

    private static final int RETRY_AFTER_SECONDS = 5;
    private static final ContentType TEXT = MediaTypes.TEXT_PLAIN.toContentTypeWithMissingCharset();

    private final ControlPlane controlPlane;
    private final List<ContainerLogs> sources;
    private final OpenWatches open;

    /** @param sources the first that serves a node is asked */
    PodLogHandler(ControlPlane controlPlane, List<ContainerLogs> sources, OpenWatches open) {
        this.controlPlane = controlPlane;
        this.sources = List.copyOf(sources);
        this.open = open;
    }

    CompletionStage<HttpResponse> read(Call call, ResourcePath path) {
        PodLogOptions asked = PodLogOptions.parse(call.query(), path.name());
        if (open.isClosed()) {
            throw new ApiFailure(ApiStatus.unavailable("the server is stopping", RETRY_AFTER_SECONDS));
        }
        OpenWatches.Opening opening = open.of(call);
        opening.requireRoom("watches and logs");
        return controlPlane.currentCatalog().thenCompose(catalog -> read(catalog, path, asked, opening));
    }

    private CompletionStage<HttpResponse> read(
            Catalog catalog, ResourcePath path, PodLogOptions asked, OpenWatches.Opening opening) {
        StoredObject pod = catalog.get(Kinds.POD, path.namespace(), path.name())
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(Kinds.POD, path.name())));
        String container = LoggedContainer.of(pod.tree(), asked.container());
        String nodeName = Json.text(pod.tree(), "spec", "nodeName");
        if (nodeName.isEmpty()) {
            return CompletableFuture.completedFuture(HttpResponse.create().withStatus(204));
        }
        StoredObject node = catalog.get(Kinds.NODE, "", nodeName)
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(Kinds.NODE, nodeName)));
        ContainerLogRequest request = new ContainerLogRequest(pod, node, container, asked.options());
        return sources.stream()
                .filter(source -> source.serves(request))
                .findFirst()
                .orElseThrow()
                .read(request)
                .thenApply(ApiFailure::unwrap)
                .thenApply(log -> HttpResponse.create()
                        .withStatus(200)
                        .withEntity(HttpEntities.createChunked(TEXT, bounded(log, opening))));
    }

    private static Source<ByteString, NotUsed> bounded(Source<ByteString, NotUsed> log, OpenWatches.Opening opening) {
        Source<ByteString, UniqueKillSwitch> endable =
                log.takeWithin(opening.left()).viaMat(KillSwitches.single(), Keep.right());
        return endable.watchTermination((killSwitch, done) -> {
            Runnable ending = killSwitch::shutdown;
            opening.opened(ending);
            done.whenComplete((ended, failure) -> opening.ended(ending));
            return NotUsed.getInstance();
        });
    }
}
