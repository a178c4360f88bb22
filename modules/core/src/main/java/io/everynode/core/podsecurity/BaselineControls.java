package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What baseline forbids: known ways from a container to its node. */
final class BaselineControls {

    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

    /** What a container runtime gives by itself. */
    private static final Set<String> CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final Set<String> SE_LINUX_TYPES = Set.of("", "container_t", "container_init_t", "container_kvm_t");

    /** From 1.31 on. */
    private static final String SE_LINUX_ENGINE = "container_engine_t";

    /** Each Pod has its own of these. */
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start");

    private static final Set<String> SYSCTLS_27 = Set.of("net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_29 = Set.of(
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_32 = Set.of("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

    static final List<Control> ALL = List.of(
            Control.baseline("appArmorProfile", 0, BaselineControls::appArmorProfile),
            Control.baseline("capabilities_baseline", 0, BaselineControls::capabilities),
            Control.baseline("hostNamespaces", 0, BaselineControls::hostNamespaces),
            Control.baseline("hostPathVolumes", 0, BaselineControls::hostPathVolumes),
            Control.baseline("hostPorts", 0, BaselineControls::hostPorts),
            Control.baseline("hostProbesAndHostLifecycle", 34, BaselineControls::hostsOfProbes),
            Control.baseline("privileged", 0, BaselineControls::privileged),
            Control.baseline("procMount_baseline", 0, BaselineControls::procMount),
            Control.baseline(
                    "procMount_baseline",
                    35,
                    pod -> pod.hasUserNamespace() ? Optional.empty() : BaselineControls.procMount(pod)),
            Control.baseline("seLinuxOptions", 0, pod -> seLinuxOptions(pod, SE_LINUX_TYPES)),
            Control.baseline("seLinuxOptions", 31, pod -> seLinuxOptions(pod, with(SE_LINUX_TYPES, SE_LINUX_ENGINE))),
            Control.baseline("seccompProfile_baseline", 0, SeccompControls::annotations),
            Control.baseline("seccompProfile_baseline", 19, SeccompControls::baseline),
            Control.baseline("sysctls", 0, pod -> sysctls(pod, List.of(SYSCTLS))),
            Control.baseline("sysctls", 27, pod -> sysctls(pod, List.of(SYSCTLS, SYSCTLS_27))),
            Control.baseline("sysctls", 29, pod -> sysctls(pod, List.of(SYSCTLS, SYSCTLS_27, SYSCTLS_29))),
            Control.baseline("sysctls", 32, pod -> sysctls(pod, List.of(SYSCTLS, SYSCTLS_27, SYSCTLS_29, SYSCTLS_32))),
            Control.baseline("windowsHostProcess", 0, BaselineControls::hostProcess));

    private BaselineControls() {}

    private static Set<String> with(Set<String> some, String more) {
        Set<String> all = new TreeSet<>(some);
        all.add(more);
        return all;
    }

    private static Optional<Violation> appArmorProfile(SecuredPod pod) {
        TreeSet<String> types = new TreeSet<>();
        List<String> setters = new ArrayList<>();
        if (isForbiddenProfile(pod.context("appArmorProfile"), types)) {
            setters.add("pod");
        }
        List<String> containers = pod.containersThat(
                container -> isForbiddenProfile(SecuredPod.context(container, "appArmorProfile"), types));
        if (!containers.isEmpty()) {
            setters.add(Violation.containers(containers));
        }
        TreeSet<String> annotations = new TreeSet<>();
        for (Map.Entry<String, JsonNode> entry : pod.annotations().properties()) {
            String profile = entry.getValue().asText();
            if (entry.getKey().startsWith(APP_ARMOR)
                    && !profile.isEmpty()
                    && !profile.equals("runtime/default")
                    && !profile.startsWith("localhost/")) {
                annotations.add(entry.getKey() + "=\"" + profile + "\"");
            }
        }
        if (!annotations.isEmpty()) {
            setters.add(Violation.plural("annotation", annotations));
        }
        List<String> values = new ArrayList<>(types);
        values.addAll(annotations);
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        Violation.plural("forbidden AppArmor profile", values),
                        String.join(" and ", setters) + " must not set AppArmor profile type to "
                                + Violation.quoted(values)));
    }

    private static boolean isForbiddenProfile(JsonNode profile, Collection<String> types) {
        String type = Json.text(profile, "type");
        boolean forbidden = SecuredPod.isSet(profile) && !type.equals("RuntimeDefault") && !type.equals("Localhost");
        if (forbidden) {
            types.add(type);
        }
        return forbidden;
    }

    private static Optional<Violation> capabilities(SecuredPod pod) {
        TreeSet<String> added = new TreeSet<>();
        List<String> containers = pod.containersThat(container -> {
            boolean forbidden = false;
            for (JsonNode one : SecuredPod.context(container, "capabilities", "add")) {
                if (!CAPABILITIES.contains(one.asText())) {
                    added.add(one.asText());
                    forbidden = true;
                }
            }
            return forbidden;
        });
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "non-default capabilities",
                        Violation.containers(containers) + " must not include " + Violation.quoted(added)
                                + " in securityContext.capabilities.add"));
    }

    private static Optional<Violation> hostNamespaces(SecuredPod pod) {
        List<String> shared = List.of("hostNetwork", "hostPID", "hostIPC").stream()
                .filter(one -> SecuredPod.is(pod.spec().path(one), true))
                .map(one -> one + "=true")
                .toList();
        return shared.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation("host namespaces", String.join(", ", shared)));
    }

    private static Optional<Violation> hostPathVolumes(SecuredPod pod) {
        List<String> volumes = new ArrayList<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            if (SecuredPod.isSet(volume.path("hostPath"))) {
                volumes.add(SecuredPod.name(volume));
            }
        }
        return volumes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "hostPath volumes", Violation.plural("volume", volumes) + " " + Violation.quoted(volumes)));
    }

    private static Optional<Violation> hostPorts(SecuredPod pod) {
        TreeSet<String> ports = new TreeSet<>();
        List<String> containers = pod.containersThat(container -> {
            boolean forbidden = false;
            for (JsonNode port : container.path("ports")) {
                if (port.path("hostPort").asInt(0) != 0) {
                    ports.add(port.path("hostPort").asText());
                    forbidden = true;
                }
            }
            return forbidden;
        });
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "hostPort",
                        Violation.containers(containers) + uses(containers) + Violation.plural("hostPort", ports) + " "
                                + String.join(", ", ports)));
    }

    private static String uses(List<String> containers) {
        return containers.size() == 1 ? " uses " : " use ";
    }

    /** A kubelet would send its requests to any host, also to those that only the node reaches. */
    private static Optional<Violation> hostsOfProbes(SecuredPod pod) {
        TreeSet<String> hosts = new TreeSet<>();
        TreeSet<String> containers = new TreeSet<>(pod.containersThat(container -> {
            int before = hosts.size();
            TreeSet<String> own = new TreeSet<>();
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                addHosts(container.path(probe), own);
            }
            for (String handler : List.of("postStart", "preStop")) {
                addHosts(container.path("lifecycle").path(handler), own);
            }
            hosts.addAll(own);
            return hosts.size() > before || !own.isEmpty();
        }));
        List<String> names = List.copyOf(containers);
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "probe or lifecycle host",
                        Violation.containers(names) + uses(names) + Violation.plural("probe or lifecycle host", hosts)
                                + " " + Violation.quoted(hosts)));
    }

    private static void addHosts(JsonNode handler, Collection<String> hosts) {
        for (String way : List.of("httpGet", "tcpSocket")) {
            String host = Json.text(handler, way, "host");
            if (!host.isEmpty()) {
                hosts.add(host);
            }
        }
    }

    private static Optional<Violation> privileged(SecuredPod pod) {
        List<String> containers =
                pod.containersThat(container -> SecuredPod.is(SecuredPod.context(container, "privileged"), true));
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "privileged",
                        Violation.containers(containers) + " must not set securityContext.privileged=true"));
    }

    static Optional<Violation> procMount(SecuredPod pod) {
        TreeSet<String> types = new TreeSet<>();
        List<String> containers = pod.containersThat(container -> {
            JsonNode mount = SecuredPod.context(container, "procMount");
            boolean forbidden = SecuredPod.isSet(mount) && !mount.asText().equals("Default");
            if (forbidden) {
                types.add(mount.asText());
            }
            return forbidden;
        });
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "procMount",
                        Violation.containers(containers) + " must not set securityContext.procMount to "
                                + Violation.quoted(types)));
    }

    private static Optional<Violation> seLinuxOptions(SecuredPod pod, Set<String> allowed) {
        TreeSet<String> types = new TreeSet<>();
        TreeSet<String> fixed = new TreeSet<>();
        boolean ofPod = setsForbidden(pod.context("seLinuxOptions"), allowed, types, fixed);
        List<String> containers = pod.containersThat(
                container -> setsForbidden(SecuredPod.context(container, "seLinuxOptions"), allowed, types, fixed));
        List<String> set = new ArrayList<>();
        if (!types.isEmpty()) {
            set.add(Violation.plural("type", types) + " " + Violation.quoted(types));
        }
        for (String field : List.of("user", "role")) {
            if (fixed.contains(field)) {
                set.add(field + " may not be set");
            }
        }
        return set.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "seLinuxOptions",
                        Violation.setters(ofPod, containers) + " set forbidden securityContext.seLinuxOptions: "
                                + String.join("; ", set)));
    }

    private static boolean setsForbidden(
            JsonNode options, Set<String> allowed, Collection<String> types, Collection<String> fixed) {
        boolean forbidden = false;
        String type = Json.text(options, "type");
        if (!allowed.contains(type)) {
            types.add(type);
            forbidden = true;
        }
        for (String field : List.of("user", "role")) {
            if (!Json.text(options, field).isEmpty()) {
                fixed.add(field);
                forbidden = true;
            }
        }
        return forbidden;
    }

    private static Optional<Violation> sysctls(SecuredPod pod, List<Set<String>> allowed) {
        List<String> forbidden = new ArrayList<>();
        for (JsonNode sysctl : pod.context("sysctls")) {
            String name = SecuredPod.name(sysctl);
            if (allowed.stream().noneMatch(names -> names.contains(name))) {
                forbidden.add(name);
            }
        }
        return forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation("forbidden sysctls", String.join(", ", forbidden)));
    }

    private static Optional<Violation> hostProcess(SecuredPod pod) {
        boolean ofPod = SecuredPod.is(pod.context("windowsOptions", "hostProcess"), true);
        List<String> containers = pod.containersThat(
                container -> SecuredPod.is(SecuredPod.context(container, "windowsOptions", "hostProcess"), true));
        return !ofPod && containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "hostProcess",
                        Violation.setters(ofPod, containers)
                                + " must not set securityContext.windowsOptions.hostProcess=true"));
    }
}
