package io.everynode.nodes.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * A node's endpoint over processes of this machine, for scripts/streams-test: {@code ProcessNodeMain PORT ECHO_PORT
 * PEM}. At the second port whatever comes is sent back; the file has its certificate and then its key (P-256).
 */
final class ProcessNodeMain {

    private ProcessNodeMain() {}

    public static void main(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        NodeEndpoint endpoint =
                NodeEndpoint.start(EndpointSettings.loopback(Integer.parseInt(args[0])), new ProcessRuntime());
        String pem = Files.readString(Path.of(args[2]));
        Certificate own = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        String key = pem.substring(pem.indexOf("-----BEGIN PRIVATE KEY-----")).replaceAll("-----.*-----|\\s", "");
        endpoint.use(
                KeyFactory.getInstance("EC")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
                List.of((X509Certificate) own));
        ServerSocket echo = new ServerSocket(Integer.parseInt(args[1]), 50, InetAddress.getLoopbackAddress());
        new Thread(() -> sendBack(echo)).start();
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        System.out.println("Everynode ready " + endpoint.address().getPort());
        Thread.currentThread().join();
    }

    private static void sendBack(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                new Thread(() -> {
                            try (socket) {
                                socket.getInputStream().transferTo(socket.getOutputStream());
                            } catch (IOException e) {
                                // The other side has gone.
                            }
                        })
                        .start();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
