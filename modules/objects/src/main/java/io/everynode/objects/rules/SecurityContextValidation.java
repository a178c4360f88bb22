package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Security settings of Pods and containers (core validation validatePodSpecSecurityContext, ValidateSecurityContext).
 */
final class SecurityContextValidation {

    private static final List<String> PROFILES = List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final List<String> PROC_MOUNTS = List.of("Default", "Unmasked");
    private static final List<String> GROUP_CHANGES = List.of("Always", "OnRootMismatch");
    private static final List<String> GROUP_POLICIES = List.of("Merge", "Strict");

    private static final String SYSCTL = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    private static final Pattern SYSCTL_SEGMENT = Pattern.compile("[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?");
    private static final Set<String> IPC_SYSCTLS = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private SecurityContextValidation() {}

    static void pod(JsonNode spec, String field, Causes causes) {
        JsonNode context = spec.path("securityContext");
        for (String id : List.of("fsGroup", "runAsUser", "runAsGroup")) {
            unixId(context, id, field, causes);
        }
        int i = 0;
        for (JsonNode group : context.path("supplementalGroups")) {
            String at = Trees.at(field + ".supplementalGroups", i++);
            Formats.unixId(group.asLong()).forEach(wrong -> causes.invalid(at, group.asLong(), wrong));
        }
        if (Trees.isTrue(spec, "shareProcessNamespace") && Trees.isTrue(spec, "hostPID")) {
            causes.invalid(
                    field + ".shareProcessNamespace",
                    spec.path("shareProcessNamespace"),
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(spec, field + ".sysctls", causes);
        oneOf(context, "fsGroupChangePolicy", GROUP_CHANGES, field, causes);
        seccomp(context.path("seccompProfile"), field + ".seccompProfile", causes);
        appArmor(context.path("appArmorProfile"), field + ".appArmorProfile", causes);
        oneOf(context, "supplementalGroupsPolicy", GROUP_POLICIES, field, causes);
    }

    static void container(JsonNode context, String field, boolean hostUsers, Causes causes) {
        unixId(context, "runAsUser", field, causes);
        unixId(context, "runAsGroup", field, causes);
        oneOf(context, "procMount", PROC_MOUNTS, field, causes);
        if (hostUsers && Trees.text(context, "procMount").equals("Unmasked")) {
            causes.invalid(field + ".procMount", "Unmasked", "`hostUsers` must be false to use `Unmasked`");
        }
        seccomp(context.path("seccompProfile"), field + ".seccompProfile", causes);
        if (context.has("allowPrivilegeEscalation") && !Trees.isTrue(context, "allowPrivilegeEscalation")) {
            if (Trees.isTrue(context, "privileged")) {
                causes.invalid(
                        field, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            if (Trees.texts(context.path("capabilities"), "add").contains("CAP_SYS_ADMIN")) {
                causes.invalid(
                        field,
                        context,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
        appArmor(context.path("appArmorProfile"), field + ".appArmorProfile", causes);
    }

    private static void unixId(JsonNode context, String name, String field, Causes causes) {
        if (context.has(name)) {
            long id = Trees.number(context, name);
            Formats.unixId(id).forEach(wrong -> causes.invalid(field + "." + name, id, wrong));
        }
    }

    private static void oneOf(JsonNode owner, String name, List<String> supported, String field, Causes causes) {
        if (owner.has(name) && !supported.contains(Trees.text(owner, name))) {
            causes.notSupported(field + "." + name, Trees.text(owner, name), supported);
        }
    }

    private static void sysctls(JsonNode spec, String field, Causes causes) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode sysctl : Trees.objects(spec.path("securityContext"), "sysctls")) {
            String at = Trees.at(field, i++) + ".name";
            String name = Trees.text(sysctl, "name");
            if (name.isEmpty()) {
                causes.required(at);
            } else if (!isSysctl(name)) {
                causes.invalid(at, name, "must have at most 253 characters and match regex " + SYSCTL);
            } else if (!names.add(name)) {
                causes.duplicate(at, name);
            }
            String dotted = name.replace('/', '.');
            if (Trees.isTrue(spec, "hostNetwork") && dotted.startsWith("net.")) {
                causes.invalid(at, name, "may not be specified when 'hostNetwork' is true");
            } else if (Trees.isTrue(spec, "hostIPC")
                    && (IPC_SYSCTLS.contains(dotted) || dotted.startsWith("fs.mqueue."))) {
                causes.invalid(at, name, "may not be specified when 'hostIPC' is true");
            }
        }
    }

    private static boolean isSysctl(String name) {
        if (name.length() > 253) {
            return false;
        }
        for (String segment : name.split("[./]", -1)) {
            if (!SYSCTL_SEGMENT.matcher(segment).matches()) {
                return false;
            }
        }
        return true;
    }

    private static void seccomp(JsonNode profile, String field, Causes causes) {
        if (!profile.isObject()) {
            return;
        }
        String type = Trees.text(profile, "type");
        if (type.isEmpty()) {
            causes.required(field + ".type", "type is required when seccompProfile is set");
        } else if (!PROFILES.contains(type)) {
            causes.notSupported(field + ".type", type, PROFILES);
        }
        String local = field + ".localhostProfile";
        if (type.equals("Localhost")) {
            if (!profile.has("localhostProfile")) {
                causes.required(local, "must be set when seccomp type is Localhost");
            } else {
                PathRules.descending(Trees.text(profile, "localhostProfile"), local, causes);
            }
        } else if (profile.has("localhostProfile")) {
            causes.invalid(local, profile, "can only be set when seccomp type is Localhost");
        }
    }

    private static void appArmor(JsonNode profile, String field, Causes causes) {
        if (!profile.isObject()) {
            return;
        }
        String type = Trees.text(profile, "type");
        String name = Trees.text(profile, "localhostProfile");
        String local = field + ".localhostProfile";
        if (type.isEmpty()) {
            causes.required(field + ".type", "type is required when appArmorProfile is set");
        } else if (!PROFILES.contains(type)) {
            causes.notSupported(field + ".type", type, PROFILES);
        } else if (!type.equals("Localhost")) {
            if (profile.has("localhostProfile")) {
                causes.invalid(local, name, "can only be set when AppArmor type is Localhost");
            }
        } else if (name.isEmpty()) {
            causes.required(local, "must be set when AppArmor type is Localhost");
        } else if (!name.equals(name.strip())) {
            causes.invalid(local, name, "must not be padded with whitespace");
        } else if (Formats.bytes(name) > 4095) {
            causes.tooLong(local, 4095);
        }
    }
}
