package io.everynode.core.event;

/**
 * Who asked for a change.
 *
 * @param user such as "admin", "system:node:worker-1", "system:daemonset-controller"
 * @param client the program: a request's User-Agent, or "" for a part of the control plane
 */
public record Caller(String user, String client) {

    public static Caller controller(String name) {
        return new Caller("system:" + name, "");
    }
}
