package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Probes and lifecycle hooks (core validation validateProbe, validateHandler). */
final class ProbeValidation {

    private static final List<String> SCHEMES = List.of("HTTP", "HTTPS");
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");

    private ProbeValidation() {}

    /** @param name which probe: those for liveness and start need one success, that for readiness kills nothing */
    static void probe(JsonNode probe, String name, long graceSeconds, String field, Causes causes) {
        handler(probe, graceSeconds, field, causes);
        for (String number : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            causes.nonNegative(field + "." + number, Trees.number(probe, number));
        }
        String grace = field + ".terminationGracePeriodSeconds";
        boolean graceful = probe.has("terminationGracePeriodSeconds");
        if (graceful && Trees.number(probe, "terminationGracePeriodSeconds") <= 0) {
            causes.invalid(grace, Trees.number(probe, "terminationGracePeriodSeconds"), "must be greater than 0");
        }
        if (name.equals("readinessProbe")) {
            if (graceful) {
                causes.invalid(
                        grace,
                        Trees.number(probe, "terminationGracePeriodSeconds"),
                        "must not be set for readinessProbes");
            }
        } else if (Trees.number(probe, "successThreshold") != 1) {
            causes.invalid(field + ".successThreshold", Trees.number(probe, "successThreshold"), "must be 1");
        }
    }

    static void handler(JsonNode owner, long graceSeconds, String field, Causes causes) {
        boolean found = false;
        for (String type : HANDLERS) {
            if (!owner.has(type)) {
                continue;
            }
            if (found) {
                causes.forbidden(field + "." + type, "may not specify more than 1 handler type");
            } else {
                found = true;
                action(type, owner.path(type), graceSeconds, field + "." + type, causes);
            }
        }
        if (!found) {
            causes.required(field, "must specify a handler type");
        }
    }

    private static void action(String type, JsonNode action, long graceSeconds, String field, Causes causes) {
        switch (type) {
            case "exec" -> {
                if (action.path("command").isEmpty()) {
                    causes.required(field + ".command");
                }
            }
            case "httpGet" -> httpGet(action, field, causes);
            case "sleep" -> {
                long seconds = Trees.number(action, "seconds");
                if (seconds < 0 || seconds > graceSeconds) {
                    causes.invalid(
                            field,
                            seconds,
                            "must be non-negative and less than terminationGracePeriodSeconds (" + graceSeconds + ")");
                }
            }
            default -> port(action.path("port"), field + ".port", causes);
        }
    }

    private static void httpGet(JsonNode action, String field, Causes causes) {
        if (Trees.text(action, "path").isEmpty()) {
            causes.required(field + ".path");
        }
        port(action.path("port"), field + ".port", causes);
        String scheme = Trees.text(action, "scheme");
        if (!SCHEMES.contains(scheme)) {
            causes.notSupported(field + ".scheme", scheme, SCHEMES);
        }
        for (ObjectNode header : Trees.objects(action, "httpHeaders")) {
            String name = Trees.text(header, "name");
            causes.invalid(field + ".httpHeaders", name, Formats.headerName(name));
        }
    }

    /** A port by number or by name; absent is number 0, which is none. */
    static void port(JsonNode port, String field, Causes causes) {
        if (port.isTextual()) {
            causes.invalid(field, port.asText(), Formats.portName(port.asText()));
        } else {
            Formats.portNumber(port.asLong()).forEach(wrong -> causes.invalid(field, port.asLong(), wrong));
        }
    }
}
