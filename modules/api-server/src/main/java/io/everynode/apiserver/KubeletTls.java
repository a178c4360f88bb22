package io.everynode.apiserver;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** TLS to kubelets, whose certificates are verified or not (ADR 0032). Thread-safe. */
final class KubeletTls {

    private final SSLContext verifying;
    private final SSLContext trusting;

    KubeletTls() {
        try {
            verifying = SSLContext.getDefault();
            trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new TrustAnyCertificate()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /** For one connection. */
    SSLEngine engine(String host, int port, boolean verify) {
        SSLEngine engine = (verify ? verifying : trusting).createSSLEngine(host, port);
        engine.setUseClientMode(true);
        if (verify) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }
}
