package io.everynode.controlplane.catalog;

/**
 * All that a {@link CatalogFold} holds at one moment. Immutable.
 *
 * @param version the catalog
 * @param events the control plane's Events, and which of them are alike
 */
public record CatalogState(CatalogVersion version, CoreEventView.Held events) {}
