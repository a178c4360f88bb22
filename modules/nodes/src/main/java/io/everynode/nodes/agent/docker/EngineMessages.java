package io.everynode.nodes.agent.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import io.everynode.objects.Json;

/** What the Engine says of a failure, without the wrapping. */
final class EngineMessages {

    private EngineMessages() {}

    static String of(RuntimeException failure) {
        Throwable cause = failure;
        while (!(cause instanceof DockerException) && cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        int json = text.indexOf('{');
        if (json >= 0) {
            try {
                String message = Json.text(Json.mapper().readTree(text.substring(json)), "message");
                text = message.isEmpty() ? text : message;
            } catch (JsonProcessingException plain) {
                return text.strip();
            }
        }
        return text.strip();
    }
}
