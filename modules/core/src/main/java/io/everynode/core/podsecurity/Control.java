package io.everynode.core.podsecurity;

import java.util.Optional;
import java.util.function.Function;

/**
 * One control of the standards as it is from one minor version on, until the next rule of the same name.
 *
 * @param name upstream's id, by which controls are ordered
 * @param since minor version
 * @param replaces the control of the level below that it stands for where it applies; "" for none
 */
record Control(
        String name, SecurityLevel level, int since, String replaces, Function<SecuredPod, Optional<Violation>> check) {

    static Control baseline(String name, int since, Function<SecuredPod, Optional<Violation>> check) {
        return new Control(name, SecurityLevel.BASELINE, since, "", check);
    }

    static Control restricted(
            String name, int since, String replaces, Function<SecuredPod, Optional<Violation>> check) {
        return new Control(name, SecurityLevel.RESTRICTED, since, replaces, check);
    }
}
