/** Who waits for whom: levels of requests, and turns of the users within a level. */
package io.everynode.core.fairness;
