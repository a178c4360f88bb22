package io.everynode.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Client certificates that count no more, each revocation a ConfigMap of kube-system:
 * {@code revoked-certificate-SERIAL} for one, {@code revoked-certificates-of-HASH} for all that a user was given up to
 * a moment. Objects of the API, so that every member has them as soon as its catalog has, the journal knows who revoked
 * what, and they are backed up. Only masters write them. They hold no secret.
 */
public final class RevokedCertificates {

    public static final String NAMESPACE = "kube-system";

    /** Of the names of all of these objects. */
    public static final String NAME_PREFIX = "revoked-certificate";

    /** By which everything that is open by a certificate is found; the name of no object. */
    public static final ObjectAddress ANY = new ObjectAddress(Kinds.CONFIG_MAP, NAMESPACE, NAME_PREFIX);

    private static final String OF_SERIAL = "revoked-certificate-";
    private static final String OF_USER = "revoked-certificates-of-";

    /** The names of the objects that would revoke this one, which cost a hash; and when it began. */
    public record Marks(List<String> serials, String user, Instant begin) {

        public static Marks of(List<X509Certificate> chain, String user) {
            return new Marks(
                    chain.stream()
                            .map(each -> serialName(each.getSerialNumber()))
                            .toList(),
                    userName(user),
                    chain.get(0).getNotBefore().toInstant());
        }

        /** Whether neither the certificate, nor one that signed it, nor all of the user's of that time are revoked. */
        public boolean count(Catalog catalog) {
            for (String serial : serials) {
                if (catalog.get(Kinds.CONFIG_MAP, NAMESPACE, serial).isPresent()) {
                    return false;
                }
            }
            return catalog.get(Kinds.CONFIG_MAP, NAMESPACE, user)
                    .map(object -> begin.isAfter(before(object.tree())))
                    .orElse(true);
        }
    }

    private RevokedCertificates() {}

    /**
     * From when on a certificate of this user may begin, so that it counts.
     *
     * @return {@link Instant#MIN} when none were revoked
     */
    public static Instant firstBegin(String user, Catalog catalog) {
        return catalog.get(Kinds.CONFIG_MAP, NAMESPACE, userName(user))
                .map(object -> before(object.tree()))
                .filter(before -> before.isBefore(Instant.MAX))
                .map(before -> before.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                .orElse(Instant.MIN);
    }

    /** What cannot be read revokes all. */
    private static Instant before(ObjectNode object) {
        try {
            return OffsetDateTime.parse(Json.text(object, "data", "before")).toInstant();
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }

    /** The revocation of one certificate. @param user whose it is, for people; "" when it is not known */
    public static ObjectNode object(BigInteger serial, String user) {
        ObjectNode object = named(serialName(serial));
        ObjectNode data = object.putObject("data").put("serial", hex(serial));
        if (!user.isEmpty()) {
            data.put("user", user);
        }
        return object;
    }

    /** The revocation of all certificates of a user that begin at this moment or earlier. */
    public static ObjectNode object(String user, Instant before) {
        ObjectNode object = named(userName(user));
        object.putObject("data").put("user", user).put("before", before.toString());
        return object;
    }

    /** Whose a certificate is, for people; "" when it does not say. */
    public static String user(X509Certificate certificate) {
        return ClientCertificates.user(certificate);
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name).put("namespace", NAMESPACE);
        return object;
    }

    private static String serialName(BigInteger serial) {
        return OF_SERIAL + hex(serial);
    }

    /** In lower case, without leading zeros; a sign, which no good certificate has, as a letter that no number has. */
    private static String hex(BigInteger serial) {
        return serial.toString(16).toLowerCase(Locale.ROOT).replace("-", "n");
    }

    private static String userName(String user) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
            return OF_USER + HexFormat.of().formatHex(hash, 0, 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
