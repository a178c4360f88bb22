package io.everynode.app;

import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code everynode certificate revoke}: counts on all members within a quarter of a second, also for what is open. */
@Command(
        name = "revoke",
        description = "Revokes certificates of clients, by serial number, by file, or all of a user up to now.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CertificateRevokeCommand implements Callable<Integer> {

    private static final Pattern IN_KUBECONFIG = Pattern.compile("client-certificate-data: *\"?([A-Za-z0-9+/=]+)");

    @Parameters(
            arity = "0..*",
            paramLabel = "SERIAL",
            description = "Serial number in hexadecimal digits, as openssl x509 -serial prints it.")
    private List<String> serials = List.of();

    @Option(names = "--file", paramLabel = "FILE", description = "The certificate of this kubeconfig or PEM file.")
    private List<Path> files = List.of();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "All certificates of this user that began until now; later ones count.")
    private List<String> users = List.of();

    @Mixin
    private RevocationStore store;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        if (serials.isEmpty() && files.isEmpty() && users.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give a SERIAL, --file or --user");
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (String serial : serials) {
            String digits = serial.toLowerCase(Locale.ROOT)
                    .replaceFirst("^(serial=)?(0x)?", "")
                    .replace(":", "");
            if (!digits.matches("[0-9a-f]{1,40}")) {
                throw new ParameterException(spec.commandLine(), "no serial number of a certificate: " + serial);
            }
            numbers.add(new BigInteger(digits, 16));
        }
        if (users.stream().anyMatch(String::isBlank)) {
            throw new ParameterException(spec.commandLine(), "--user names nobody");
        }
        List<X509Certificate> read = new ArrayList<>();
        for (Path file : files) {
            read.add(certificate(file));
        }
        for (BigInteger number : numbers) {
            store.add(RevokedCertificates.object(number, ""));
            spec.commandLine().getOut().println("revoked " + number.toString(16));
        }
        for (X509Certificate each : read) {
            store.add(RevokedCertificates.object(each.getSerialNumber(), RevokedCertificates.user(each)));
            spec.commandLine()
                    .getOut()
                    .println("revoked " + each.getSerialNumber().toString(16));
        }
        for (String user : users) {
            store.add(
                    RevokedCertificates.object(user, Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS)));
            spec.commandLine().getOut().println("revoked all certificates of " + user);
        }
        return 0;
    }

    private static X509Certificate certificate(Path file) throws StartFailure {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Matcher embedded = IN_KUBECONFIG.matcher(text);
            String pem = embedded.find()
                    ? new String(Base64.getDecoder().decode(embedded.group(1)), StandardCharsets.US_ASCII)
                    : text;
            return Pem.certificates(pem).get(0);
        } catch (IOException | PkiException | IllegalArgumentException e) {
            throw new StartFailure("no certificate in " + file, e);
        }
    }
}
