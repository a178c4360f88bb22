package io.everynode.core.podsecurity;

import io.everynode.objects.rules.PodSecurityLabels;
import java.util.Locale;

/** How much a Pod may ask of its node, from everything to as little as possible. */
public enum SecurityLevel {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    /** @throws IllegalArgumentException for anything but the three names in lower case */
    public static SecurityLevel of(String text) {
        if (!PodSecurityLabels.isLevel(text)) {
            throw new IllegalArgumentException("must be one of privileged, baseline, restricted, not " + text);
        }
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
