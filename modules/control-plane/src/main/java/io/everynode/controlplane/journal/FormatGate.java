package io.everynode.controlplane.journal;

import java.util.Collection;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Decides which formats of events may be written while members of different versions run. Each member announces the
 * highest format that it can read as a cluster role; an event of a newer format is written only once every member can
 * read it, as one that cannot would have to stop there.
 *
 * <p>Whoever watches the cluster's membership feeds {@link #members} with all members that are not removed yet, also
 * joining and unreachable ones. Until then nothing above format 0 may be written. Safe for several threads.
 */
public final class FormatGate {
    private static final String ROLE = "event-format-";

    private volatile int writable;

    /** The role by which a member announces that it reads all formats up to this one. */
    public static String role(int format) {
        if (format < 0) {
            throw new IllegalArgumentException("a format is not negative: " + format);
        }
        return ROLE + format;
    }

    /**
     * The highest format that all members can read. A member without such a role, or with one that is no number, counts
     * as 0; so does an empty cluster. Members with the same roles may be one element.
     */
    public static int writable(Set<Set<String>> rolesOfMembers) {
        return lowest(rolesOfMembers);
    }

    private static int lowest(Collection<Set<String>> rolesOfMembers) {
        return rolesOfMembers.stream().mapToInt(FormatGate::readable).min().orElse(0);
    }

    private static int readable(Set<String> roles) {
        OptionalInt highest = roles.stream()
                .filter(role -> role.startsWith(ROLE))
                .mapToInt(role -> number(role.substring(ROLE.length())))
                .max();
        return highest.orElse(0);
    }

    private static int number(String digits) {
        // Nine digits are in an int's range for certain.
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    /** Takes over what the cluster consists of now: the roles of each member. */
    public void members(Collection<Set<String>> rolesOfMembers) {
        writable = lowest(rolesOfMembers);
    }

    /** Whether an event of this format may be written now. */
    public boolean mayWrite(int formatOfEvent) {
        return formatOfEvent <= writable;
    }

    /** The highest format that may be written now. */
    public int writable() {
        return writable;
    }
}
