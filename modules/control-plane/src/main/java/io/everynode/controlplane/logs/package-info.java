/** What containers have written: how the API server asks for it, and who answers. */
package io.everynode.controlplane.logs;
