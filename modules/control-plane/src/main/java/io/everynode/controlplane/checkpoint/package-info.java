/** Checkpoints of the catalog, so that a start need not fold the whole journal (docs/adr/0044). */
package io.everynode.controlplane.checkpoint;
