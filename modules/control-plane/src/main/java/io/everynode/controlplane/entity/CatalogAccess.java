package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.FleetFeed;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What planning actors read.
 *
 * @param newest this JVM's catalog as it is
 * @param caughtUp completes once the catalog holds everything committed before the call
 * @param feed which nodes to look at again
 */
public record CatalogAccess(
        Supplier<CatalogVersion> newest, Supplier<CompletionStage<Long>> caughtUp, FleetFeed feed) {}
