package io.everynode.core.podsecurity;

import io.everynode.objects.rules.PodSecurityLabels;

/**
 * A level as one version of Kubernetes defines it.
 *
 * @param minor of the version {@code v1.MINOR}; {@link #LATEST} for the newest that is known here
 */
public record SecurityStandard(SecurityLevel level, int minor) {

    public static final int LATEST = Integer.MAX_VALUE;

    public static final SecurityStandard PRIVILEGED = new SecurityStandard(SecurityLevel.PRIVILEGED, LATEST);

    /** @throws IllegalArgumentException for anything but {@code latest} and {@code v1.MINOR} */
    public static int minor(String version) {
        if (!PodSecurityLabels.isVersion(version)) {
            throw new IllegalArgumentException("must be \"latest\" or \"v1.x\", not " + version);
        }
        return version.equals(PodSecurityLabels.LATEST) ? LATEST : Integer.parseInt(version.substring("v1.".length()));
    }

    public boolean allowsAll() {
        return level == SecurityLevel.PRIVILEGED;
    }

    /** Such as {@code restricted:latest}. */
    @Override
    public String toString() {
        return level + ":" + (minor == LATEST ? PodSecurityLabels.LATEST : "v1." + minor);
    }
}
