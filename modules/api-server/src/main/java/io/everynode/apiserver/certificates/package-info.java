/** CertificateSigningRequests: which are approved, which are signed, and how (docs/adr/0050). */
package io.everynode.apiserver.certificates;
