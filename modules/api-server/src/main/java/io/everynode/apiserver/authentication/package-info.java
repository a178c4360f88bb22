/** Who sends a request: what each kind of credential shows, decided without clock, chance or I/O (docs/adr/0050). */
package io.everynode.apiserver.authentication;
