package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Containers, init containers and ephemeral containers of one Pod spec (core validation validateContainers,
 * validateInitContainers, validateContainerCommon), in upstream's order.
 */
final class ContainerValidation {

    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> RESIZABLE = List.of("cpu", "memory");
    private static final List<String> RESIZE_POLICIES = List.of("NotRequired", "RestartContainer");
    static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final String SIDECAR_ONLY = "may not be set for init containers without restartPolicy=Always";

    private final JsonNode spec;
    private final Map<String, JsonNode> volumes;
    private final Set<String> claims;
    private final long graceSeconds;
    private final Causes causes;

    ContainerValidation(JsonNode spec, Map<String, JsonNode> volumes, Set<String> claims, Causes causes) {
        this.spec = spec;
        this.volumes = volumes;
        this.claims = claims;
        this.graceSeconds = Trees.number(spec, "terminationGracePeriodSeconds");
        this.causes = causes;
    }

    void validateAll(String field) {
        containers(field + ".containers");
        initContainers(field + ".initContainers");
        ephemeralContainers(field + ".ephemeralContainers");
    }

    private void containers(String field) {
        List<ObjectNode> containers = Trees.objects(spec, "containers");
        if (containers.isEmpty()) {
            causes.required(field);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            ObjectNode container = containers.get(i);
            String at = Trees.at(field, i);
            common(container, at);
            String name = Trees.text(container, "name");
            if (!names.add(name)) {
                causes.duplicate(at + ".name", name);
            }
            hooksAndProbes(container, at);
            restartPolicy(container, at);
        }
        hostPortConflicts(containers, field);
    }

    private void initContainers(String field) {
        Set<String> names = new HashSet<>();
        Trees.objects(spec, "containers").forEach(container -> names.add(Trees.text(container, "name")));
        int i = 0;
        for (ObjectNode container : Trees.objects(spec, "initContainers")) {
            String at = Trees.at(field, i++);
            common(container, at);
            restartPolicy(container, at);
            String name = Trees.text(container, "name");
            if (names.contains(name)) {
                causes.duplicate(at + ".name", name);
            } else if (!name.isEmpty()) {
                names.add(name);
            }
            // Init containers run one by one, so that only the ports of one of them can collide.
            hostPortConflicts(List.of(container), field);
            if (Trees.text(container, "restartPolicy").equals("Always")) {
                hooksAndProbes(container, at);
            } else {
                for (String part : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                    if (container.has(part)) {
                        causes.forbidden(at + "." + part, SIDECAR_ONLY);
                    }
                }
            }
        }
    }

    private void ephemeralContainers(String field) {
        Set<String> regular = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            Trees.objects(spec, list).forEach(container -> regular.add(Trees.text(container, "name")));
        }
        Set<String> names = new HashSet<>(regular);
        int i = 0;
        for (ObjectNode container : Trees.objects(spec, "ephemeralContainers")) {
            String at = Trees.at(field, i++);
            common(container, at);
            String name = Trees.text(container, "name");
            if (!names.add(name)) {
                causes.duplicate(at + ".name", name);
            }
            String target = Trees.text(container, "targetContainerName");
            if (!target.isEmpty() && !regular.contains(target)) {
                causes.notFound(at + ".targetContainerName", target);
            }
            for (String part : List.of("ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle")) {
                if (container.has(part)) {
                    causes.forbidden(at + "." + part, "cannot be set for an Ephemeral Container");
                }
            }
        }
    }

    private void common(ObjectNode container, String at) {
        String name = Trees.text(container, "name");
        if (name.isEmpty()) {
            causes.required(at + ".name");
        } else {
            causes.invalid(at + ".name", name, Formats.dnsLabel(name));
        }
        if (Trees.text(container, "image").isEmpty()) {
            causes.required(at + ".image");
        }
        PodSpecValidation.choice(container, "terminationMessagePolicy", MESSAGE_POLICIES, at, causes);
        ports(container, at + ".ports");
        EnvironmentValidation.variables(container, at + ".env", causes);
        EnvironmentValidation.sources(container, at + ".envFrom", causes);
        VolumeMountValidation.mounts(container, volumes, at + ".volumeMounts", causes);
        VolumeMountValidation.devices(container, volumes, at + ".volumeDevices", causes);
        PodSpecValidation.choice(container, "imagePullPolicy", PULL_POLICIES, at, causes);
        ResourceValidation.container(container.path("resources"), claims, at + ".resources", causes);
        resizePolicy(container, at + ".resizePolicy");
        boolean hostUsers = !spec.has("hostUsers") || Trees.isTrue(spec, "hostUsers");
        SecurityContextValidation.container(
                container.path("securityContext"), at + ".securityContext", hostUsers, causes);
    }

    private void hooksAndProbes(ObjectNode container, String at) {
        JsonNode lifecycle = container.path("lifecycle");
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                ProbeValidation.handler(lifecycle.path(hook), graceSeconds, at + ".lifecycle." + hook, causes);
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(probe)) {
                ProbeValidation.probe(container.path(probe), probe, graceSeconds, at + "." + probe, causes);
            }
        }
    }

    private void restartPolicy(ObjectNode container, String at) {
        String policy = Trees.text(container, "restartPolicy");
        if (container.has("restartPolicy") && !RESTART_POLICIES.contains(policy)) {
            causes.notSupported(at + ".restartPolicy", policy, RESTART_POLICIES);
        } else if (container.has("restartPolicyRules") && policy.isEmpty()) {
            causes.required(at + ".restartPolicy", "must specify restartPolicy when restart rules are used");
        }
    }

    private void ports(ObjectNode container, String field) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode port : Trees.objects(container, "ports")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(port, "name");
            if (!name.isEmpty()) {
                List<String> wrong = Formats.portName(name);
                causes.invalid(at + ".name", name, wrong);
                if (wrong.isEmpty() && !names.add(name)) {
                    causes.duplicate(at + ".name", name);
                }
            }
            long number = Trees.number(port, "containerPort");
            if (number == 0) {
                causes.required(at + ".containerPort");
            } else {
                Formats.portNumber(number).forEach(wrong -> causes.invalid(at + ".containerPort", number, wrong));
            }
            long host = Trees.number(port, "hostPort");
            if (host != 0) {
                Formats.portNumber(host).forEach(wrong -> causes.invalid(at + ".hostPort", host, wrong));
            }
            PodSpecValidation.choice(port, "protocol", PROTOCOLS, at, causes);
        }
    }

    private void hostPortConflicts(List<ObjectNode> containers, String field) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            int j = 0;
            for (ObjectNode port : Trees.objects(containers.get(i), "ports")) {
                String at = Trees.at(Trees.at(field, i) + ".ports", j++);
                long host = Trees.number(port, "hostPort");
                String claim = Trees.text(port, "protocol") + "/" + Trees.text(port, "hostIP") + "/" + host;
                if (host != 0 && !taken.add(claim)) {
                    causes.duplicate(at + ".hostPort", claim);
                }
            }
        }
    }

    private void resizePolicy(ObjectNode container, String field) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode policy : Trees.objects(container, "resizePolicy")) {
            String resource = Trees.text(policy, "resourceName");
            String restart = Trees.text(policy, "restartPolicy");
            if (!seen.add(resource)) {
                causes.duplicate(Trees.at(field, i), resource);
            }
            i++;
            oneOf(resource, RESIZABLE, field);
            oneOf(restart, RESIZE_POLICIES, field);
            if (Trees.text(spec, "restartPolicy").equals("Never") && !restart.equals("NotRequired")) {
                causes.invalid(field, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
    }

    private void oneOf(String value, List<String> supported, String field) {
        if (value.isEmpty()) {
            causes.required(field);
        } else if (!supported.contains(value)) {
            causes.notSupported(field, value, supported);
        }
    }
}
