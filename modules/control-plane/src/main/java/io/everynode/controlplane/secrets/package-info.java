/** Secrets are encrypted wherever they are kept: keys, where they come from, and when they go (docs/adr/0052). */
package io.everynode.controlplane.secrets;
