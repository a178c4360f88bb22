package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;

/**
 * The subresource binding of Pods and the collection bindings (pkg/registry/core/pod/storage/storage.go): has a waiting
 * Pod assigned to a node, for schedulers other than ours. Answered once the node has.
 */
final class BindingAction implements PostedAction {

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

    @Override
    public ActionSubresource subresource() {
        return ActionSubresource.BINDING;
    }

    @Override
    public Asked asked(ResourcePath path, ObjectNode binding, Query query, WriteOptions options) {
        String name = checked(path, binding);
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
        return new Asked(name, bind, 0, options.dryRun());
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
}
