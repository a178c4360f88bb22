/** Who changed what, from where and how: pure parts of the audit. */
package io.everynode.core.audit;
