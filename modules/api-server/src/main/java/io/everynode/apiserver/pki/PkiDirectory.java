package io.everynode.apiserver.pki;

import io.everynode.apiserver.certificates.RequestedCertificate;
import io.everynode.core.authorization.User;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory of keys and certificates, {@code DATA_DIR/pki}. What is missing is made; what is there, also put there
 * by an operator, is used. All files are their owner's alone (0600, the directory 0700) and replaced as a whole. Used
 * by one process at a time for writing.
 *
 * <pre>
 * ca.crt, ca.key          signs server and clients; the same in all members of a cluster
 * nodes.crt               by which what serves on nodes is known: ca.key by another name, made from it
 * server.crt, server.key  of this server's port; made anew before its end, or when names change
 * admin.crt, admin.key    of the administrator, for the kubeconfig that the server writes
 * accounts.key            signs ServiceAccounts' tokens, private and public half; further keys, public halves are
 *                         enough, are known, too; the same in all members
 * </pre>
 */
public final class PkiDirectory {

    private static final Duration AUTHORITY_VALID = Duration.ofDays(3650);
    private static final Duration SERVER_VALID = Duration.ofDays(365);
    private static final Duration CLIENT_VALID = Duration.ofDays(365);

    private static final Duration MEMBER_VALID = Duration.ofDays(30);

    private final Path path;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public PkiDirectory(Path path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
    }

    public Path authorityFile() {
        return path.resolve("ca.crt");
    }

    Path nodesFile() {
        return path.resolve("nodes.crt");
    }

    Path serverCertificateFile() {
        return path.resolve("server.crt");
    }

    Path serverKeyFile() {
        return path.resolve("server.key");
    }

    /** The authority that is there. */
    public CertificateAuthority authority() throws PkiException {
        return new CertificateAuthority(read(authorityFile(), path.resolve("ca.key")));
    }

    /** The authority, made if it is not there. */
    public CertificateAuthority authorityOrNew() throws PkiException {
        boolean certificate = Files.exists(authorityFile());
        boolean key = Files.exists(path.resolve("ca.key"));
        if (certificate != key) {
            throw new PkiException(
                    path + " has " + (key ? "ca.key" : "ca.crt") + ", but no " + (key ? "ca.crt" : "ca.key"));
        }
        if (!certificate) {
            BigInteger serial = serial();
            KeyedCertificate made = CertificateAuthority.found(
                    "everynode-ca-" + serial.toString(16).substring(0, 8),
                    Keys.make(),
                    serial,
                    clock.instant(),
                    AUTHORITY_VALID);
            // The certificate last: a start that is cut short in between says so, and does not trust half of it.
            write(path.resolve("ca.key"), Pem.of(made.key()));
            write(authorityFile(), Pem.of(made.chain()));
        }
        return authority();
    }

    /**
     * Sees to it that there is a certificate of the server with these names that ends in more than a third of its time
     * and is of this authority.
     */
    void ensureServer(CertificateAuthority authority, Collection<String> names) throws PkiException {
        if (isGood(serverCertificateFile(), serverKeyFile(), authority.certificate(), names)) {
            return;
        }
        KeyPair keys = Keys.make();
        X509Certificate made =
                authority.server(keys.getPublic(), List.copyOf(names), serial(), clock.instant(), SERVER_VALID);
        write(serverKeyFile(), Pem.of(keys.getPrivate()));
        write(serverCertificateFile(), Pem.of(List.of(made)));
    }

    /** A pair of which only half was written, when a process ended in between, is not. */
    private boolean isGood(Path certificate, Path key, X509Certificate authority, Collection<String> names) {
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return false;
        }
        try {
            X509Certificate present = read(certificate, key).certificate();
            Instant begin = present.getNotBefore().toInstant();
            Duration life = Duration.between(begin, present.getNotAfter().toInstant());
            boolean young =
                    clock.instant().isBefore(begin.plus(life.multipliedBy(2).dividedBy(3)));
            // A new one would end then, too.
            boolean last = present.getNotAfter().equals(authority.getNotAfter());
            return (young || last)
                    && present.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
                    && new ServerNames(present).covers(names);
        } catch (PkiException e) {
            return false;
        }
    }

    /** The keys of ServiceAccounts' tokens; one is made if there is none. */
    public AccountKeys accountKeys() throws PkiException {
        Path file = path.resolve("accounts.key");
        if (!Files.exists(file)) {
            KeyPair made = Keys.make();
            write(file, Pem.of(made.getPrivate()) + Pem.of(made.getPublic()));
        }
        return AccountKeys.open(file, clock);
    }

    /** Whom nothing is refused; kept from start to start, and made anew in the last third of its time. */
    public KeyedCertificate administrator(CertificateAuthority authority) throws PkiException {
        Path certificate = path.resolve("admin.crt");
        Path key = path.resolve("admin.key");
        if (!isGood(certificate, key, authority.certificate(), List.of())) {
            KeyedCertificate made = client(authority, "system:admin", List.of(User.MASTERS), CLIENT_VALID);
            write(key, Pem.of(made.key()));
            write(certificate, Pem.of(made.chain()));
        }
        return read(certificate, key);
    }

    /** A new key and certificate of a client, which are kept nowhere. */
    public KeyedCertificate client(CertificateAuthority authority, String user, List<String> groups, Duration valid) {
        KeyPair keys = Keys.makeForClient();
        return new KeyedCertificate(
                keys.getPrivate(),
                List.of(authority.client(keys.getPublic(), user, groups, serial(), clock.instant(), valid)));
    }

    /** A new key and certificate of this process as a member of the cluster, which are kept nowhere. */
    KeyedCertificate member() throws PkiException {
        KeyPair keys = Keys.make();
        return new KeyedCertificate(
                keys.getPrivate(),
                List.of(authority().member(keys.getPublic(), serial(), clock.instant(), MEMBER_VALID)));
    }

    /**
     * Signs what serves on nodes. Sees to it that {@code nodes.crt} has its certificate first, and behind it those that
     * were there of other keys that the authority's file still has.
     */
    public synchronized CertificateAuthority nodesAuthority() throws PkiException {
        CertificateAuthority wanted = authority().ofNodes();
        X509Certificate own = wanted.certificate();
        List<X509Certificate> present = Files.exists(nodesFile()) ? Pem.certificates(text(nodesFile())) : List.of();
        Set<PublicKey> others = new HashSet<>();
        Pem.certificates(text(authorityFile())).forEach(each -> others.add(each.getPublicKey()));
        others.remove(own.getPublicKey());
        List<X509Certificate> all = new ArrayList<>();
        all.add(present.isEmpty() || !isSame(present.get(0), own) ? own : present.get(0));
        present.stream().filter(each -> others.contains(each.getPublicKey())).forEach(all::add);
        if (!all.equals(present)) {
            write(nodesFile(), Pem.of(all));
        }
        return wanted;
    }

    /** Apart from the signature, which has chance in it. */
    private static boolean isSame(X509Certificate one, X509Certificate other) {
        return one.getSubjectX500Principal().equals(other.getSubjectX500Principal())
                && one.getPublicKey().equals(other.getPublicKey())
                && one.getNotAfter().equals(other.getNotAfter());
    }

    /** Who signs what serves on nodes, here and in other members, as the authority's file says now. */
    public Set<TrustAnchor> nodesAnchors() throws PkiException {
        Set<TrustAnchor> anchors = new HashSet<>();
        Pem.certificates(text(authorityFile())).forEach(each -> anchors.add(CertificateAuthority.nodesAnchor(each)));
        return anchors;
    }

    /** The authorities of any file. */
    public static Set<TrustAnchor> anchors(Path file) throws PkiException {
        Set<TrustAnchor> anchors = new HashSet<>();
        Pem.certificates(text(file)).forEach(each -> anchors.add(new TrustAnchor(each, null)));
        return anchors;
    }

    /** As {@link #sign}, of what serves on a node. */
    public X509Certificate signForNode(
            RequestedCertificate request, List<String> usages, Duration valid, Instant notBefore) throws PkiException {
        return nodesAuthority().requested(request, usages, serial(), clock.instant(), valid, notBefore);
    }

    /**
     * A certificate as somebody asks for it; that they may have it is decided.
     *
     * @param notBefore it does not begin earlier
     */
    public X509Certificate sign(RequestedCertificate request, List<String> usages, Duration valid, Instant notBefore)
            throws PkiException {
        return authority().requested(request, usages, serial(), clock.instant(), valid, notBefore);
    }

    static KeyedCertificate read(Path certificate, Path key) throws PkiException {
        try {
            List<X509Certificate> chain = new ArrayList<>(Pem.certificates(text(certificate)));
            PrivateKey own = Pem.privateKey(text(key));
            if (!Keys.fit(own, chain.get(0).getPublicKey())) {
                throw new PkiException("the key is not the certificate's");
            }
            return new KeyedCertificate(own, chain);
        } catch (PkiException e) {
            throw new PkiException(certificate + ", " + key + ": " + e.getMessage(), e);
        }
    }

    static String text(Path file) throws PkiException {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new PkiException("cannot read " + file, e);
        }
    }

    private void write(Path file, String text) throws PkiException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (!Files.isDirectory(path)) {
                if (posix) {
                    Files.createDirectories(path.toAbsolutePath().getParent());
                    Files.createDirectory(
                            path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectories(path);
                }
            }
            Files.deleteIfExists(draft);
            if (posix) {
                Files.createFile(
                        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PkiException("cannot write " + file, e);
        }
    }

    /** Positive, and nobody guesses the next one. */
    private BigInteger serial() {
        return new BigInteger(127, random).setBit(126);
    }
}
