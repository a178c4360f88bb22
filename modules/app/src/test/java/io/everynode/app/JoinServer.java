package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.certificates.RequestedCertificate;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.Kubeconfig;
import io.everynode.nodes.join.AuthorityHashes;
import io.everynode.objects.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** A server with its doors closed, as it is by default, and its administrator. */
final class JoinServer implements AutoCloseable {

    static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    final Path directory;
    final PkiDirectory pki;
    final Path kubeconfig;
    final String address;
    private final Engine engine;
    private final ApiClient admin;

    JoinServer(Path directory) throws Exception {
        this.directory = directory;
        engine = Wiring.start(Settings.load(null, Map.of("everynode.api-server.port", 0)), directory);
        engine.open(what -> {});
        address = engine.address();
        pki = new PkiDirectory(directory.resolve("pki"), InstantSource.system());
        kubeconfig = Kubeconfig.write(directory, address, engine.administrator());
        admin = ApiClient.of(kubeconfig);
    }

    String hash() throws PkiException {
        return AuthorityHashes.text(pki.authority().certificate());
    }

    /** What a command prints. */
    String command(String... args) {
        return command(new StringWriter(), args);
    }

    /** @param err gets what it prints beside that */
    String command(StringWriter err, String... args) {
        StringWriter out = new StringWriter();
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--kubeconfig";
        all[args.length + 1] = kubeconfig.toString();
        if (Main.run(all, new PrintWriter(out, true), new PrintWriter(err, true)) != 0) {
            throw new IllegalStateException(err.toString());
        }
        return out.toString().strip();
    }

    String token() {
        return command("token", "create", "--for", "1h");
    }

    /** As the administrator. */
    JsonNode send(String method, String path, JsonNode body) throws Exception {
        ApiClient.Answer answer = admin.send(method, path, body);
        if (answer.code() >= 300) {
            throw new IllegalStateException(answer.code() + " " + answer.refusal());
        }
        return answer.body();
    }

    /** Decides about a certificate request. @param type Approved or Denied */
    void decide(String request, String type, String message) throws Exception {
        ObjectNode object = (ObjectNode) send("GET", REQUESTS + "/" + request, null);
        Json.child(object, "status")
                .withArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", "Test")
                .put("message", message);
        send("PUT", REQUESTS + "/" + request + "/approval", object);
    }

    /** As the API knows who asks: user and groups; the code when it does not. */
    static String whoAmI(ClusterAccess access) throws Exception {
        var answer = access.client()
                .build()
                .send(
                        access.request(URI.create(access.servers().get(0) + WHO))
                                .POST(BodyPublishers.ofString("{}"))
                                .build(),
                        BodyHandlers.ofByteArray());
        if (answer.statusCode() != 201) {
            return String.valueOf(answer.statusCode());
        }
        JsonNode user = Json.parse(answer.body()).at("/status/userInfo");
        return user.path("username").asText() + " " + user.path("groups");
    }

    /** For 127.0.0.1, as this node might ask for it. */
    KeyedCertificate endpointOf(String node, KeyPair keys) throws Exception {
        RequestedCertificate wanted = new RequestedCertificate(
                keys.getPublic(),
                "system:node:" + node,
                List.of("system:nodes"),
                false,
                new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
        X509Certificate made = pki.signForNode(wanted, List.of("server auth"), Duration.ofHours(1), Instant.MIN);
        return new KeyedCertificate(keys.getPrivate(), List.of(made));
    }

    /** As if a machine had joined then. */
    void keep(Path machine, String node, Instant begin, Duration valid) throws Exception {
        KeyPair keys = Keys.make();
        X509Certificate made = pki.authority()
                .client(
                        keys.getPublic(),
                        "system:node:" + node,
                        List.of("system:nodes"),
                        new BigInteger(100, new SecureRandom()),
                        begin,
                        valid);
        Kubeconfig.write(
                machine,
                address,
                Optional.of(new Kubeconfig.Credentials(
                        Pem.of(List.of(pki.authority().certificate())),
                        Pem.of(List.of(made)),
                        Pem.of(keys.getPrivate()))));
    }

    @Override
    public void close() {
        engine.stop();
    }
}
