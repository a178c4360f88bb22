package io.everynode.controlplane.catalog;

import io.everynode.objects.Kind;

/**
 * Which changes a cursor sees; "" stands for any. Other conditions (label selectors, other fields) are the watcher's.
 *
 * @param node Pods only: spec.nodeName. A change is seen when the old or the new value is this one
 */
public record WatchSelection(Kind kind, String namespace, String name, String node) {

    public static WatchSelection all(Kind kind) {
        return new WatchSelection(kind, "", "", "");
    }
}
