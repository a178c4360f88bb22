package io.everynode.nodes.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * How a session ended, as the error stream tells it: a meta/v1 Status in the protocols from v4 on, before only a text
 * when it failed (k8s.io/kubelet/pkg/cri/streaming/remotecommand). Pure.
 *
 * @param status what v4 and later say
 * @param text what earlier ones say; "" for success
 */
record ExitStatus(ObjectNode status, String text) {

    static ExitStatus of(int exitCode) {
        if (exitCode == 0) {
            return new ExitStatus(status("Success"), "");
        }
        String message = "command terminated with non-zero exit code: exit status " + exitCode;
        ObjectNode status = status("Failure").put("message", message).put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", String.valueOf(exitCode));
        return new ExitStatus(status, message);
    }

    static ExitStatus failed(String message) {
        ObjectNode status = status("Failure")
                .put("message", "Internal error occurred: " + message)
                .put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", message);
        status.put("code", 500);
        return new ExitStatus(status, message);
    }

    private static ObjectNode status(String status) {
        ObjectNode object = Json.object();
        object.putObject("metadata");
        return object.put("status", status);
    }
}
