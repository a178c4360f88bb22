/**
 * Keys and certificates: the files that hold them, the authority that signs them, and the TLS of the API's port
 * (docs/adr/0050).
 */
package io.everynode.apiserver.pki;
