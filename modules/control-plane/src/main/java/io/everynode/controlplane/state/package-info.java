/** States as bytes: for files that this very version of the program wrote, and that may be thrown away at any time. */
package io.everynode.controlplane.state;
