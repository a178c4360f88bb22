package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CertificateSigningRequests (pkg/registry/certificates/certificates/strategy.go, pkg/apis/certificates/validation).
 * The decision is made through the subresource approval, the certificate comes through status.
 */
final class CertificateSigningRequestRules implements KindRules {

    private static final int SHORTEST_SECONDS = 600;
    private static final List<String> ANY_STATUS = List.of("False", "True", "Unknown");
    private static final List<String> DECISIONS = List.of("Approved", "Denied");
    private static final List<String> FOR_EVER = List.of("Approved", "Denied", "Failed");
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    /** What was asked for stays; each endpoint writes its own part of the status alone. */
    @Override
    public void prepareUpdate(String subresource, ObjectNode request, ObjectNode current) {
        Trees.copy(request, "spec", current);
        switch (subresource) {
            case "status" -> {
                // Conditions and certificate may both be written; validation guards the decisions.
            }
            case "approval" -> {
                JsonNode conditions = request.path("status").get("conditions");
                Trees.copy(request, "status", current);
                ObjectNode status = Json.child(request, "status");
                if (conditions == null) {
                    status.remove("conditions");
                } else {
                    status.set("conditions", conditions);
                }
                if (status.isEmpty() && !current.has("status")) {
                    request.remove("status");
                }
            }
            default -> Trees.copy(request, "status", current);
        }
    }

    /** populateConditionTimestamps: a condition that says nothing about its times gets them. */
    @Override
    public void stampUpdate(String subresource, ObjectNode request, ObjectNode current, Instant now) {
        if (subresource.isEmpty()) {
            return;
        }
        String time = Timestamps.seconds(now);
        Map<List<String>, String> since = new HashMap<>();
        for (ObjectNode known : Trees.objects(current.path("status"), "conditions")) {
            if (known.has("lastTransitionTime")) {
                since.put(typeAndStatus(known), Trees.text(known, "lastTransitionTime"));
            }
        }
        for (ObjectNode condition : Trees.objects(request.path("status"), "conditions")) {
            Trees.textDefault(condition, "lastUpdateTime", time);
            Trees.textDefault(condition, "lastTransitionTime", since.getOrDefault(typeAndStatus(condition), time));
        }
    }

    private static List<String> typeAndStatus(ObjectNode condition) {
        return List.of(Trees.text(condition, "type"), Trees.text(condition, "status"));
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode request, Causes causes) {
        validate(request, null, causes);
    }

    /** @param current null for a create; what was wrong in it before may stay so */
    private static void validate(ObjectNode request, ObjectNode current, Causes causes) {
        ObjectMetaRules.validate(request, false, NameRule.ANY, causes);
        JsonNode spec = request.path("spec");
        String submitted = Trees.text(spec, "request");
        if (current == null) {
            CertificateChecks.request(submitted).ifPresent(wrong -> causes.invalid("spec.request", submitted, wrong));
        }
        usages(spec, causes);
        signer(Trees.text(spec, "signerName"), causes);
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.asLong() < SHORTEST_SECONDS) {
            causes.invalid(
                    "spec.expirationSeconds",
                    seconds.asLong(),
                    "may not specify a duration less than 600 seconds (10 minutes)");
        }
        conditions(request.path("status"), causes);
        String certificate = Json.text(request, "status", "certificate");
        if (current == null || !certificate.equals(Json.text(current, "status", "certificate"))) {
            CertificateChecks.certificates(certificate)
                    .ifPresent(wrong -> causes.invalid("status.certificate", "<certificate data>", wrong));
        }
    }

    private static void usages(JsonNode spec, Causes causes) {
        List<String> usages = Trees.texts(spec, "usages");
        if (usages.isEmpty()) {
            causes.required("spec.usages");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            if (!USAGES.contains(usages.get(i))) {
                causes.notSupported(Trees.at("spec.usages", i), usages.get(i), USAGES);
            }
        }
        for (int i = 0; i < usages.size(); i++) {
            if (!seen.add(usages.get(i))) {
                causes.duplicate(Trees.at("spec.usages", i), usages.get(i));
            }
        }
    }

    /** ValidateSignerName of core validation. */
    private static void signer(String name, Causes causes) {
        String field = "spec.signerName";
        if (name.equals("kubernetes.io/legacy-unknown")) {
            causes.invalid(field, name, "the legacy signerName is not allowed via this API version");
            return;
        }
        if (name.isEmpty()) {
            causes.required(field);
            return;
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2) {
            causes.invalid(
                    field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (Formats.bytes(parts[0]) > 253) {
            causes.tooLong(field, 253);
        }
        String[] labels = parts[0].split("\\.", -1);
        for (String label : labels) {
            Formats.dnsLabel(label)
                    .forEach(wrong -> causes.invalid(field, parts[0], "validating label \"" + label + "\": " + wrong));
        }
        if (labels.length < 2) {
            causes.invalid(field, parts[0], "should be a domain with at least two segments separated by dots");
        }
        for (String label : parts[1].split("\\.", -1)) {
            Formats.dnsSubdomain(label)
                    .forEach(wrong -> causes.invalid(field, parts[1], "validating label \"" + label + "\": " + wrong));
        }
        if (Formats.bytes(name) > 253 + 1 + 253 + 63 + 1) {
            causes.tooLong(field, 253 + 1 + 253 + 63 + 1);
        }
    }

    private static void conditions(JsonNode status, Causes causes) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode condition : Trees.objects(status, "conditions")) {
            String at = Trees.at("status.conditions", i++);
            String type = Trees.text(condition, "type");
            if (type.isEmpty()) {
                causes.required(at + ".type");
            }
            String value = Trees.text(condition, "status");
            List<String> allowed = FOR_EVER.contains(type) ? List.of("True") : ANY_STATUS;
            if (value.isEmpty()) {
                causes.required(at + ".status");
            } else if (!allowed.contains(value)) {
                causes.notSupported(at + ".status", value, allowed);
            }
            if (DECISIONS.contains(type) && seen.contains(type.equals("Denied") ? "Approved" : "Denied")) {
                causes.invalid(at + ".type", type, "Approved and Denied conditions are mutually exclusive");
            }
            if (!seen.add(type)) {
                causes.duplicate(at + ".type", type);
            }
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode request, ObjectNode current, Causes causes) {
        validate(request, current, causes);
        for (String type : FOR_EVER) {
            if (named(request, type).size() < named(current, type).size()) {
                causes.forbidden("status.conditions", "updates may not remove a condition of type \"" + type + "\"");
            }
        }
        if (!subresource.equals("approval")) {
            DECISIONS.forEach(type -> decision(type, named(request, type), named(current, type), causes));
        }
        String before = Json.text(current, "status", "certificate");
        if (!before.equals(Json.text(request, "status", "certificate"))) {
            if (!subresource.equals("status")) {
                causes.forbidden("status.certificate", "updates may not set certificate content");
            } else if (!before.isEmpty()) {
                causes.forbidden("status.certificate", "updates may not modify existing certificate content");
            }
        }
        ObjectMetaRules.validateUpdate(request, current, causes);
    }

    private static void decision(String type, List<ObjectNode> after, List<ObjectNode> before, Causes causes) {
        if (after.size() > before.size()) {
            causes.forbidden("status.conditions", "updates may not add a condition of type \"" + type + "\"");
        } else if (after.size() == before.size() && !after.equals(before)) {
            causes.forbidden("status.conditions", "updates may not modify a condition of type \"" + type + "\"");
        }
    }

    private static List<ObjectNode> named(ObjectNode request, String type) {
        return Trees.objects(request.path("status"), "conditions").stream()
                .filter(condition -> Trees.text(condition, "type").equals(type))
                .toList();
    }
}
