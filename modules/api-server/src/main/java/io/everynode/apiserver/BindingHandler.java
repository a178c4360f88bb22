package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The subresource binding of Pods and the collection bindings (pkg/registry/core/pod/storage/storage.go): has a waiting
 * Pod assigned to a node, for schedulers other than ours. Answers once the node has.
 */
final class BindingHandler implements PostedAction {

    private final Writes writes;
    private final Bodies bodies;
    private final Executor executor;

    BindingHandler(Writes writes, Bodies bodies, Executor executor) {
        this.writes = writes;
        this.bodies = bodies;
        this.executor = executor;
    }

    /** The path of a namespace's bindings, where the body alone names the Pod; null for any other. */
    static ResourcePath collection(String group, String version, List<String> rest) {
        return group.isEmpty()
                        && version.equals("v1")
                        && rest.size() == 3
                        && rest.get(0).equals("namespaces")
                        && rest.get(2).equals(ActionSubresource.BINDINGS)
                ? new ResourcePath(Kinds.POD, rest.get(1), "", ActionSubresource.BINDING.name())
                : null;
    }

    /** @param path without a name for the collection */
    @Override
    public CompletionStage<HttpResponse> post(Call call, ResourcePath path) {
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> binding = decode(call, body, options);
                            String name = checked(path, binding.value());
                            return bind(call, path, name, binding.value(), options.dryRun())
                                    .thenApply(
                                            result -> Answers.withWarnings(created(call, result), binding.warnings()));
                        },
                        executor);
    }

    private static Outcome.Done<ObjectNode> decode(Call call, byte[] body, WriteOptions options) {
        Outcome<ObjectNode> decoded = ObjectDecoder.decodeAction(
                ActionSubresource.BINDING, call.mediaType(), body, options.fieldValidation());
        if (decoded instanceof Outcome.Done<ObjectNode> done) {
            return done;
        }
        throw new ApiFailure(((Outcome.Refused<ObjectNode>) decoded).status());
    }

    /** The Pod's name. ValidatePodBinding of pkg/apis/core/validation. */
    private static String checked(ResourcePath path, ObjectNode binding) {
        WriteHandler.placeInNamespace(path, binding);
        String name = Json.text(binding, "metadata", "name");
        if (name.isEmpty() || !path.name().isEmpty() && !name.equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest("name in URL does not match name in Binding object"));
        }
        List<ApiStatus.Cause> causes = new ArrayList<>();
        String kind = Json.text(binding, "target", "kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            causes.add(ApiStatus.Cause.notSupported("target.kind", kind, List.of("Node", "<empty>")));
        }
        if (Json.text(binding, "target", "name").isEmpty()) {
            causes.add(ApiStatus.Cause.required("target.name", ""));
        }
        if (!causes.isEmpty()) {
            throw new ApiFailure(ApiStatus.invalid(ActionSubresource.BINDING.body(), name, causes));
        }
        return name;
    }

    private CompletionStage<WriteResult> bind(
            Call call, ResourcePath path, String name, ObjectNode binding, boolean dryRun) {
        ObjectNode metadata = Json.object();
        for (String field : List.of("labels", "annotations")) {
            if (!Json.at(binding, "metadata", field).isEmpty()) {
                metadata.set(field, Json.at(binding, "metadata", field));
            }
        }
        ObjectWrite bind = new ObjectWrite.Bind(
                new Precondition(Json.text(binding, "metadata", "uid"), 0),
                Json.text(binding, "target", "name"),
                metadata);
        ResourcePath pod = new ResourcePath(path.kind(), path.namespace(), name, "");
        return writes.write(call, pod, name, bind, 0, dryRun);
    }

    private static HttpResponse created(Call call, WriteResult result) {
        if (result instanceof WriteResult.Refused refused) {
            throw new ApiFailure(refused.status());
        }
        return Answers.created(call);
    }
}
