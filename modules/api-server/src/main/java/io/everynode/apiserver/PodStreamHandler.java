package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.logs.ContainerLogOptions;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The subresources exec, attach and portforward of Pods (pkg/registry/core/pod/rest/subresources.go and
 * pkg/registry/core/pod/strategy.go): checks what is asked, finds the node, and connects the client to its kubelet.
 */
final class PodStreamHandler {

    private static final int RETRY_AFTER_SECONDS = 5;
    private static final int MAX_PORT = 65_535;
    private static final ContainerLogOptions NO_LOG =
            new ContainerLogOptions(false, false, false, null, null, null, null, false);

    private final ControlPlane controlPlane;
    private final List<ContainerLogs> nodes;
    private final OpenWatches open;
    private final KubeletStreams kubelets;
    private final KubeletSettings settings;

    /** @param nodes the first that serves a node tells whether there are processes on it */
    PodStreamHandler(
            ControlPlane controlPlane,
            List<ContainerLogs> nodes,
            OpenWatches open,
            KubeletStreams kubelets,
            KubeletSettings settings) {
        this.controlPlane = controlPlane;
        this.nodes = List.copyOf(nodes);
        this.open = open;
        this.kubelets = kubelets;
        this.settings = settings;
    }

    CompletionStage<HttpResponse> connect(Call call, StreamingSubresource asked) {
        String ports = asked.subresource().equals("portforward") ? ports(call.query()) : "";
        if (open.isClosed()) {
            throw new ApiFailure(ApiStatus.unavailable("the server is stopping", RETRY_AFTER_SECONDS));
        }
        open.of(call).requireRoom("watches, logs and streams");
        return controlPlane.currentCatalog().thenCompose(catalog -> connect(catalog, call, asked, ports));
    }

    private CompletionStage<HttpResponse> connect(
            Catalog catalog, Call call, StreamingSubresource asked, String ports) {
        StoredObject pod = catalog.get(Kinds.POD, asked.namespace(), asked.pod())
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(Kinds.POD, asked.pod())));
        boolean forward = asked.subresource().equals("portforward");
        String container =
                forward ? "" : LoggedContainer.of(pod.tree(), call.query().text("container"));
        String nodeName = Json.text(pod.tree(), "spec", "nodeName");
        if (nodeName.isEmpty()) {
            throw new ApiFailure(ApiStatus.badRequest("pod " + asked.pod() + " does not have a host assigned"));
        }
        StoredObject node = catalog.get(Kinds.NODE, "", nodeName)
                .orElseThrow(() -> new ApiFailure(ApiStatus.notFound(Kinds.NODE, nodeName)));
        requireProcesses(new ContainerLogRequest(pod, node, container, NO_LOG), asked.subresource());
        KubeletEndpoint kubelet = ApiFailure.unwrap(KubeletEndpoint.of(node.tree(), settings.addressTypes()));
        KubeletStreams.requireUpgrade(call);
        String pathOfPod = asked.namespace() + "/" + asked.pod();
        String path = forward
                ? "/portForward/" + pathOfPod + ports
                : "/" + asked.subresource() + "/" + pathOfPod + "/" + container + parameters(call.query(), asked);
        return kubelets.connect(call, nodeName, kubelet, path);
    }

    private void requireProcesses(ContainerLogRequest request, String subresource) {
        boolean there = nodes.stream()
                .filter(source -> source.serves(request))
                .findFirst()
                .map(ContainerLogs::hasProcesses)
                .orElse(true);
        if (!there) {
            throw new ApiFailure(ApiStatus.badRequest(
                    "pods/" + subresource + ": hollow nodes run no containers that one could connect to"));
        }
    }

    /** In the kubelet's words, the parameters sorted, as Go encodes them. */
    private static String parameters(Query query, StreamingSubresource asked) {
        StringBuilder text = new StringBuilder();
        if (asked.subresource().equals("exec")) {
            for (String word : query.texts("command")) {
                text.append("&command=").append(URLEncoder.encode(word, StandardCharsets.UTF_8));
            }
        }
        text.append(query.flag("stderr") ? "&error=1" : "");
        text.append(query.flag("stdin") ? "&input=1" : "");
        text.append(query.flag("stdout") ? "&output=1" : "");
        text.append(query.flag("tty") ? "&tty=1" : "");
        return text.isEmpty() ? "" : "?" + text.substring(1);
    }

    /** Only clients over WebSockets name ports here; others do within the stream. */
    private static String ports(Query query) {
        StringBuilder ports = new StringBuilder();
        for (String values : query.texts("ports")) {
            for (String value : values.split(",")) {
                long port;
                try {
                    port = Long.parseLong(value);
                } catch (NumberFormatException e) {
                    throw new ApiFailure(
                            ApiStatus.badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax"));
                }
                if (port < 1 || port > MAX_PORT) {
                    throw new ApiFailure(ApiStatus.badRequest("port \"" + port + "\" must be from 1 to " + MAX_PORT));
                }
                ports.append(ports.isEmpty() ? "?port=" : "%2C").append(port);
            }
        }
        return ports.toString();
    }
}
