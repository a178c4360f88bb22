package io.everynode.controlplane.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A key and a certificate that signs itself, in PEM files, made by the JDK's keytool. */
record PemFiles(Path key, Path certificate) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    static PemFiles make(Path directory, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        return make(directory, name, "everynode");
    }

    /** @param host whose certificate it is to be */
    static PemFiles make(Path directory, String name, String host)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path store = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "member",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "BC=ca:true",
                        "-ext",
                        "SAN=dns:" + host,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Path key = directory.resolve(name + ".key");
        Path certificate = directory.resolve(name + ".crt");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key, pem("PRIVATE KEY", keys.getKey("member", PASSWORD).getEncoded()));
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("member").getEncoded()));
        return new PemFiles(key, certificate);
    }

    private static String pem(String type, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    /** The settings of a member that uses them and trusts whoever has them. */
    String settings() {
        return "tls { key-file = \"%s\", cert-file = \"%s\", ca-cert-file = \"%s\" }"
                .formatted(key, certificate, certificate);
    }
}
