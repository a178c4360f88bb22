/**
 * Who may do what: roles and bindings, nodes, and what a writer of roles may grant. Pure decisions without a clock or
 * I/O.
 */
package io.everynode.core.authorization;
