package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What restricted asks for beyond baseline: the hardening that most programs can run with. */
final class RestrictedControls {

    /** What is not a way to the node's files or to somebody's storage by itself. */
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    /** Kinds of volumes that have names of their own here; others are told as unknown. */
    private static final Set<String> NAMED_VOLUMES = Set.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "gitRepo",
            "nfs",
            "iscsi",
            "glusterfs",
            "rbd",
            "flexVolume",
            "cinder",
            "cephfs",
            "flocker",
            "fc",
            "azureFile",
            "vsphereVolume",
            "quobyte",
            "azureDisk",
            "portworxVolume",
            "photonPersistentDisk",
            "scaleIO",
            "storageos");

    static final List<Control> ALL = List.of(
            Control.restricted("allowPrivilegeEscalation", 8, "", RestrictedControls::privilegeEscalation),
            Control.restricted(
                    "allowPrivilegeEscalation", 25, "", notForWindows(RestrictedControls::privilegeEscalation)),
            Control.restricted(
                    "capabilities_restricted", 22, "capabilities_baseline", RestrictedControls::capabilities),
            Control.restricted(
                    "capabilities_restricted",
                    25,
                    "capabilities_baseline",
                    notForWindows(RestrictedControls::capabilities)),
            Control.restricted("procMount_restricted", 35, "procMount_baseline", BaselineControls::procMount),
            Control.restricted("restrictedVolumes", 0, "hostPathVolumes", RestrictedControls::volumes),
            Control.restricted("runAsNonRoot", 0, "", RestrictedControls::runAsNonRoot),
            Control.restricted("runAsNonRoot", 35, "", notInUserNamespaces(RestrictedControls::runAsNonRoot)),
            Control.restricted("runAsUser", 23, "", RestrictedControls::runAsUser),
            Control.restricted("runAsUser", 35, "", notInUserNamespaces(RestrictedControls::runAsUser)),
            Control.restricted("seccompProfile_restricted", 19, "seccompProfile_baseline", SeccompControls::restricted),
            Control.restricted(
                    "seccompProfile_restricted",
                    25,
                    "seccompProfile_baseline",
                    notForWindows(SeccompControls::restricted)));

    private RestrictedControls() {}

    private static Function<SecuredPod, Optional<Violation>> notForWindows(
            Function<SecuredPod, Optional<Violation>> check) {
        return pod -> pod.isForWindows() ? Optional.empty() : check.apply(pod);
    }

    private static Function<SecuredPod, Optional<Violation>> notInUserNamespaces(
            Function<SecuredPod, Optional<Violation>> check) {
        return pod -> pod.hasUserNamespace() ? Optional.empty() : check.apply(pod);
    }

    private static Optional<Violation> privilegeEscalation(SecuredPod pod) {
        List<String> containers = pod.containersThat(
                container -> !SecuredPod.is(SecuredPod.context(container, "allowPrivilegeEscalation"), false));
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "allowPrivilegeEscalation != false",
                        Violation.containers(containers) + " must set securityContext.allowPrivilegeEscalation=false"));
    }

    private static Optional<Violation> capabilities(SecuredPod pod) {
        List<String> keeping = pod.containersThat(container -> {
            for (JsonNode one : SecuredPod.context(container, "capabilities", "drop")) {
                if (one.asText().equals("ALL")) {
                    return false;
                }
            }
            return true;
        });
        TreeSet<String> added = new TreeSet<>();
        List<String> adding = pod.containersThat(container -> {
            boolean forbidden = false;
            for (JsonNode one : SecuredPod.context(container, "capabilities", "add")) {
                if (!one.asText().equals("NET_BIND_SERVICE")) {
                    added.add(one.asText());
                    forbidden = true;
                }
            }
            return forbidden;
        });
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(Violation.containers(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(Violation.containers(adding) + " must not include " + Violation.quoted(added)
                    + " in securityContext.capabilities.add");
        }
        return details.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation("unrestricted capabilities", String.join("; ", details)));
    }

    private static Optional<Violation> volumes(SecuredPod pod) {
        List<String> volumes = new ArrayList<>();
        TreeSet<String> types = new TreeSet<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            TreeSet<String> sources = new TreeSet<>();
            for (Map.Entry<String, JsonNode> field : volume.properties()) {
                if (!field.getKey().equals("name") && SecuredPod.isSet(field.getValue())) {
                    sources.add(field.getKey());
                }
            }
            if (sources.stream().noneMatch(VOLUMES::contains)) {
                volumes.add(SecuredPod.name(volume));
                types.add(sources.stream()
                        .filter(NAMED_VOLUMES::contains)
                        .findFirst()
                        .orElse("unknown"));
            }
        }
        return volumes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "restricted volume types",
                        Violation.plural("volume", volumes) + " " + Violation.quoted(volumes)
                                + (volumes.size() == 1 ? " uses " : " use ")
                                + Violation.plural("restricted volume type", types) + " " + Violation.quoted(types)));
    }

    private static Optional<Violation> runAsNonRoot(SecuredPod pod) {
        JsonNode ofPod = pod.context("runAsNonRoot");
        List<String> asRoot =
                pod.containersThat(container -> SecuredPod.is(SecuredPod.context(container, "runAsNonRoot"), false));
        if (SecuredPod.is(ofPod, false) || !asRoot.isEmpty()) {
            return Optional.of(new Violation(
                    "runAsNonRoot != true",
                    Violation.setters(SecuredPod.is(ofPod, false), asRoot)
                            + " must not set securityContext.runAsNonRoot=false"));
        }
        List<String> silent =
                pod.containersThat(container -> !SecuredPod.isSet(SecuredPod.context(container, "runAsNonRoot")));
        return SecuredPod.is(ofPod, true) || silent.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "runAsNonRoot != true",
                        "pod or " + Violation.containers(silent) + " must set securityContext.runAsNonRoot=true"));
    }

    private static Optional<Violation> runAsUser(SecuredPod pod) {
        boolean ofPod = isRoot(pod.context("runAsUser"));
        List<String> containers = pod.containersThat(container -> isRoot(SecuredPod.context(container, "runAsUser")));
        return !ofPod && containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(
                        "runAsUser=0", Violation.setters(ofPod, containers) + " must not set runAsUser=0"));
    }

    private static boolean isRoot(JsonNode user) {
        return user.isNumber() && user.asLong() == 0;
    }
}
