/**
 * How a machine becomes a node and stays one: it asks for its certificates with a bootstrap token, and renews them
 * (docs/adr/0064).
 */
package io.everynode.nodes.join;
