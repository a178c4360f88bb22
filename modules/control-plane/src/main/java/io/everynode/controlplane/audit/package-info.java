/** Who changed what, when and how, told from the journal (docs/adr/0051). */
package io.everynode.controlplane.audit;
