package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What {@code kubectl api-resources -o wide} shows, against the facts of Kubernetes 1.35. Everything that is served
 * must be in the table.
 */
class DiscoveryFactsTest {

    private static final String ALL = "create,delete,deletecollection,get,list,patch,update,watch";
    private static final String NO_COLLECTION = "create,delete,get,list,patch,update,watch";

    /** Name, short names, group and version, kind, N for namespaced, categories, verbs, subresources. */
    private static final String FACTS = """
            bindings                   |        | v1                           | Binding                   | N |     | create |
            configmaps                 | cm     | v1                           | ConfigMap                 | N |     | ALL |
            endpoints                  | ep     | v1                           | Endpoints                 | N |     | ALL |
            events                     | ev     | v1                           | Event                     | N |     | ALL |
            limitranges                | limits | v1                           | LimitRange                | N |     | ALL |
            namespaces                 | ns     | v1                           | Namespace                 |   |     | NO_COLLECTION | finalize,status
            nodes                      | no     | v1                           | Node                      |   |     | ALL | status
            persistentvolumeclaims     | pvc    | v1                           | PersistentVolumeClaim     | N |     | ALL | status
            persistentvolumes          | pv     | v1                           | PersistentVolume          |   |     | ALL | status
            pods                       | po     | v1                           | Pod                       | N | all | ALL | binding,eviction,log,status
            podtemplates               |        | v1                           | PodTemplate               | N |     | ALL |
            resourcequotas             | quota  | v1                           | ResourceQuota             | N |     | ALL | status
            secrets                    |        | v1                           | Secret                    | N |     | ALL |
            serviceaccounts            | sa     | v1                           | ServiceAccount            | N |     | ALL | token
            services                   | svc    | v1                           | Service                   | N | all | ALL | status
            controllerrevisions        |        | apps/v1                      | ControllerRevision        | N |     | ALL |
            daemonsets                 | ds     | apps/v1                      | DaemonSet                 | N | all | ALL | status
            selfsubjectreviews         |        | authentication.k8s.io/v1     | SelfSubjectReview         |   |     | create |
            tokenreviews               |        | authentication.k8s.io/v1     | TokenReview               |   |     | create |
            localsubjectaccessreviews  |        | authorization.k8s.io/v1      | LocalSubjectAccessReview  | N |     | create |
            selfsubjectaccessreviews   |        | authorization.k8s.io/v1      | SelfSubjectAccessReview   |   |     | create |
            selfsubjectrulesreviews    |        | authorization.k8s.io/v1      | SelfSubjectRulesReview    |   |     | create |
            subjectaccessreviews       |        | authorization.k8s.io/v1      | SubjectAccessReview       |   |     | create |
            certificatesigningrequests | csr    | certificates.k8s.io/v1       | CertificateSigningRequest |   |     | ALL | approval,status
            leases                     |        | coordination.k8s.io/v1       | Lease                     | N |     | ALL |
            events                     | ev     | events.k8s.io/v1             | Event                     | N |     | ALL |
            runtimeclasses             |        | node.k8s.io/v1               | RuntimeClass              |   |     | ALL |
            poddisruptionbudgets       | pdb    | policy/v1                    | PodDisruptionBudget       | N |     | ALL | status
            clusterrolebindings        |        | rbac.authorization.k8s.io/v1 | ClusterRoleBinding        |   |     | ALL |
            clusterroles               |        | rbac.authorization.k8s.io/v1 | ClusterRole               |   |     | ALL |
            rolebindings               |        | rbac.authorization.k8s.io/v1 | RoleBinding               | N |     | ALL |
            roles                      |        | rbac.authorization.k8s.io/v1 | Role                      | N |     | ALL |
            priorityclasses            | pc     | scheduling.k8s.io/v1         | PriorityClass             |   |     | ALL |
            csidrivers                 |        | storage.k8s.io/v1            | CSIDriver                 |   |     | ALL |
            csinodes                   |        | storage.k8s.io/v1            | CSINode                   |   |     | ALL |
            storageclasses             | sc     | storage.k8s.io/v1            | StorageClass              |   |     | ALL |
            volumeattachments          |        | storage.k8s.io/v1            | VolumeAttachment          |   |     | ALL | status
            """;

    private static TreeSet<String> facts() {
        TreeSet<String> facts = new TreeSet<>();
        for (String line : FACTS.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            String verbs = cells[6].strip().equals("ALL")
                    ? ALL
                    : cells[6].strip().equals("NO_COLLECTION") ? NO_COLLECTION : cells[6].strip();
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                parts.add(i == 6 ? verbs : cells[i].strip());
            }
            facts.add(String.join("|", parts));
        }
        return facts;
    }

    /** The second door to Events is served or not; all else is. */
    private static TreeSet<String> wanted() {
        TreeSet<String> wanted = facts();
        boolean second = Kinds.all().stream().anyMatch(kind -> kind.group().equals("events.k8s.io"));
        wanted.removeIf(line -> !second && line.contains("|events.k8s.io/v1|"));
        return wanted;
    }

    private static String texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return String.join(",", texts);
    }

    @Test
    void theAggregatedDocumentsTellThem() {
        TreeSet<String> told = new TreeSet<>();
        for (boolean core : List.of(true, false)) {
            for (JsonNode group : DiscoveryDocuments.aggregated(core, "v2").path("items")) {
                String name = group.path("metadata").path("name").asText("");
                for (JsonNode version : group.path("versions")) {
                    String apiVersion = (name.isEmpty() ? "" : name + "/")
                            + version.path("version").asText();
                    assertThat(version.path("freshness").asText()).isEqualTo("Current");
                    for (JsonNode resource : version.path("resources")) {
                        List<String> parts = resource.path("subresources").findValuesAsText("subresource");
                        told.add(String.join(
                                "|",
                                resource.path("resource").asText(),
                                texts(resource.path("shortNames")),
                                apiVersion,
                                resource.at("/responseKind/kind").asText(),
                                resource.path("scope").asText().equals("Namespaced") ? "N" : "",
                                texts(resource.path("categories")),
                                texts(resource.path("verbs")),
                                String.join(",", parts)));
                        assertThat(resource.path("singularResource").asText())
                                .isEqualTo(resource.at("/responseKind/kind")
                                        .asText()
                                        .toLowerCase());
                    }
                }
            }
        }
        assertThat(told).isEqualTo(wanted());
    }

    @Test
    void thePlainDocumentsTellTheSame() {
        TreeSet<String> told = new TreeSet<>();
        DiscoveryDocuments.groups()
                .values()
                .forEach(versions -> versions.values().forEach(kinds -> {
                    JsonNode list = DiscoveryDocuments.resources(kinds);
                    for (JsonNode resource : list.path("resources")) {
                        String name = resource.path("name").asText();
                        if (name.contains("/")) {
                            continue;
                        }
                        List<String> parts = new ArrayList<>();
                        for (JsonNode part : list.path("resources")) {
                            if (part.path("name").asText().startsWith(name + "/")) {
                                parts.add(part.path("name").asText().substring(name.length() + 1));
                            }
                        }
                        told.add(String.join(
                                "|",
                                name,
                                texts(resource.path("shortNames")),
                                list.path("groupVersion").asText(),
                                resource.path("kind").asText(),
                                resource.path("namespaced").asBoolean() ? "N" : "",
                                texts(resource.path("categories")),
                                texts(resource.path("verbs")),
                                String.join(",", parts)));
                    }
                }));
        assertThat(told).isEqualTo(wanted());
    }

    @Test
    void groupsComeInTheOrderThatClientsLookThemUp() {
        List<String> names = new ArrayList<>(DiscoveryDocuments.groups().keySet());
        names.remove("events.k8s.io");
        assertThat(names)
                .containsExactly(
                        "",
                        "apps",
                        "authentication.k8s.io",
                        "authorization.k8s.io",
                        "certificates.k8s.io",
                        "policy",
                        "rbac.authorization.k8s.io",
                        "storage.k8s.io",
                        "scheduling.k8s.io",
                        "coordination.k8s.io",
                        "node.k8s.io");
    }

    @Test
    void everyKindIsInOneTableOnly() {
        List<Kind> both = new ArrayList<>(Kinds.all());
        both.retainAll(PostedKinds.all());
        assertThat(both).isEmpty();
    }
}
