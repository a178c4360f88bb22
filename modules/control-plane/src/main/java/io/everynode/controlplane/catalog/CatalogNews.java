package io.everynode.controlplane.catalog;

import java.util.function.Supplier;

/**
 * What changed, and a version of the catalog that shows it.
 *
 * @param changed as the feed names it; the version may show more, of which the feed will tell
 */
public record CatalogNews<C>(C changed, CatalogVersion version) {

    /**
     * Takes what a feed has. The feed is emptied before the version is read: a change that is published between the two
     * stays in the feed and is looked at again, whereas the other way round it would be taken and looked for in a
     * version without it, and nobody would look again.
     *
     * @param feed takes; told of a change only after the version that shows it can be read
     */
    public static <C> CatalogNews<C> take(Supplier<C> feed, Supplier<CatalogVersion> newest) {
        C changed = feed.get();
        return new CatalogNews<>(changed, newest.get());
    }
}
