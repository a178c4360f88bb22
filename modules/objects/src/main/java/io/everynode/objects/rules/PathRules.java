package io.everynode.objects.rules;

import java.util.Arrays;

/** Paths within volumes and on hosts (core validation validateLocalDescendingPath and its kin). */
final class PathRules {

    private PathRules() {}

    /** No ".." anywhere. */
    static void noBacksteps(String path, String field, Causes causes) {
        if (hasBackstep(path)) {
            causes.invalid(field, path, "must not contain '..'");
        }
    }

    static boolean hasBackstep(String path) {
        return Arrays.asList(path.split("/", -1)).contains("..");
    }

    /** Relative and without "..". */
    static void descending(String path, String field, Causes causes) {
        if (path.startsWith("/")) {
            causes.invalid(field, path, "must be a relative path");
        }
        noBacksteps(path, field, causes);
    }

    /** Relative, without "..", and not one of the names that start with it, which kubelets use themselves. */
    static void notReserved(String path, String field, Causes causes) {
        descending(path, field, causes);
        if (path.startsWith("..") && !path.startsWith("../")) {
            causes.invalid(field, path, "must not start with '..'");
        }
    }
}
