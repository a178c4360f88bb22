package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Volumes, claims, and the kinds of the group storage.k8s.io. */
final class StorageTables {

    static final Printer PERSISTENT_VOLUMES = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Capacity", "Its size."),
                    Column.text("Access Modes", "Ways in which it can be mounted."),
                    Column.text("Reclaim Policy", "What becomes of it after its claim."),
                    Column.text("Status", "Whether it is bound."),
                    Column.text("Claim", "The claim that it is bound to or kept for."),
                    Column.text("StorageClass", "The storage class that it belongs to."),
                    Column.text("VolumeAttributesClass", "The class of its changeable attributes."),
                    Column.text("Reason", "Why it is in that state."),
                    Column.AGE,
                    Column.wide("VolumeMode", "Whether it is a file system or a raw device.")),
            StorageTables::volume);

    static final Printer PERSISTENT_VOLUME_CLAIMS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Status", "Whether it is bound."),
                    Column.text("Volume", "The volume that it is bound to."),
                    Column.text("Capacity", "Size of that volume."),
                    Column.text("Access Modes", "Ways in which that volume can be mounted."),
                    Column.text("StorageClass", "The storage class that it asks for."),
                    Column.text("VolumeAttributesClass", "The class of changeable attributes that it asks for."),
                    Column.AGE,
                    Column.wide("VolumeMode", "Whether it is a file system or a raw device.")),
            StorageTables::claim);

    static final Printer STORAGE_CLASSES = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Provisioner", "Who makes its volumes."),
                    Column.text("ReclaimPolicy", "What becomes of its volumes after their claims."),
                    Column.text("VolumeBindingMode", "When a volume is made for a claim."),
                    Column.text("AllowVolumeExpansion", "Whether its claims may grow."),
                    Column.AGE),
            StorageTables::storageClass);

    static final Printer CSI_DRIVERS = new Printer(
            List.of(
                    Column.NAME,
                    flag("AttachRequired", "Whether volumes are attached before they are mounted."),
                    flag("PodInfoOnMount", "Whether it is told about the Pod."),
                    flag("StorageCapacity", "Whether scheduling considers its free capacity."),
                    Column.text("TokenRequests", "Audiences of the tokens that it wants."),
                    flag("RequiresRepublish", "Whether it is called again for mounted volumes."),
                    Column.text("Modes", "Life cycles of volumes that it supports."),
                    Column.AGE),
            StorageTables::csiDriver);

    static final Printer CSI_NODES = new Printer(
            List.of(Column.NAME, Column.integer("Drivers", "How many drivers the node has."), Column.AGE),
            (node, now, cells) -> cells.add(Cells.name(node))
                    .add(Json.at(node, "spec", "drivers").size())
                    .add(Cells.age(node, now)));

    static final Printer VOLUME_ATTACHMENTS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Attacher", "The driver that attaches."),
                    Column.text("PV", "The volume."),
                    Column.text("Node", "The node."),
                    flag("Attached", "Whether it is attached."),
                    Column.AGE),
            (attachment, now, cells) -> cells.add(Cells.name(attachment))
                    .add(Json.text(attachment, "spec", "attacher"))
                    .add(Json.text(attachment, "spec", "source", "persistentVolumeName"))
                    .add(Json.text(attachment, "spec", "nodeName"))
                    .add(Json.at(attachment, "status", "attached").asBoolean())
                    .add(Cells.age(attachment, now)));

    private static final String UNSET = "<unset>";
    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final List<String> DEFAULT_MARKS =
            List.of("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class");

    private StorageTables() {}

    private static Column flag(String name, String description) {
        return new Column(name, "boolean", "", description, 0);
    }

    private static void volume(ObjectNode volume, Instant now, ArrayNode cells) {
        JsonNode spec = volume.path("spec");
        JsonNode claim = spec.path("claimRef");
        cells.add(Cells.name(volume))
                .add(amount(spec.path("capacity")))
                .add(modes(spec.path("accessModes")))
                .add(Json.text(spec, "persistentVolumeReclaimPolicy"))
                .add(phase(volume))
                .add(claim.isObject() ? Json.text(claim, "namespace") + "/" + Json.text(claim, "name") : "")
                .add(storageClassOf(volume))
                .add(Cells.or(Json.text(spec, "volumeAttributesClassName"), UNSET))
                .add(Json.text(volume, "status", "reason"))
                .add(Cells.age(volume, now))
                .add(Cells.or(Json.text(spec, "volumeMode"), UNSET));
    }

    private static void claim(ObjectNode claim, Instant now, ArrayNode cells) {
        JsonNode spec = claim.path("spec");
        String volume = Json.text(spec, "volumeName");
        boolean bound = !volume.isEmpty();
        cells.add(Cells.name(claim))
                .add(phase(claim))
                .add(volume)
                .add(bound ? amount(Json.at(claim, "status", "capacity")) : "")
                .add(bound ? modes(Json.at(claim, "status", "accessModes")) : "")
                .add(storageClassOf(claim))
                .add(Cells.or(Json.text(spec, "volumeAttributesClassName"), UNSET))
                .add(Cells.age(claim, now))
                .add(Cells.or(Json.text(spec, "volumeMode"), UNSET));
    }

    private static String phase(ObjectNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp")
                ? "Terminating"
                : Json.text(object, "status", "phase");
    }

    private static String amount(JsonNode amounts) {
        return amounts.path("storage").asText("0");
    }

    private static String storageClassOf(ObjectNode object) {
        JsonNode annotated = Json.at(object, "metadata", "annotations").path(CLASS);
        return annotated.isTextual() ? annotated.asText() : Json.text(object, "spec", "storageClassName");
    }

    /** In a fixed order, each once. */
    private static String modes(JsonNode modes) {
        List<String> given = Cells.texts(modes);
        List<String> shown = new ArrayList<>();
        for (List<String> mode : List.of(
                List.of("ReadWriteOnce", "RWO"),
                List.of("ReadOnlyMany", "ROX"),
                List.of("ReadWriteMany", "RWX"),
                List.of("ReadWriteOncePod", "RWOP"))) {
            if (given.contains(mode.get(0))) {
                shown.add(mode.get(1));
            }
        }
        return String.join(",", shown);
    }

    private static void storageClass(ObjectNode storageClass, Instant now, ArrayNode cells) {
        JsonNode annotations = Json.at(storageClass, "metadata", "annotations");
        boolean isDefault = DEFAULT_MARKS.stream()
                .anyMatch(mark -> annotations.path(mark).asText().equals("true"));
        cells.add(Cells.name(storageClass) + (isDefault ? " (default)" : ""))
                .add(Json.text(storageClass, "provisioner"))
                .add(Cells.or(Json.text(storageClass, "reclaimPolicy"), "Delete"))
                .add(Cells.or(Json.text(storageClass, "volumeBindingMode"), "Immediate"))
                .add(storageClass.path("allowVolumeExpansion").asBoolean())
                .add(Cells.age(storageClass, now));
    }

    private static void csiDriver(ObjectNode driver, Instant now, ArrayNode cells) {
        JsonNode spec = driver.path("spec");
        JsonNode tokens = spec.path("tokenRequests");
        cells.add(Cells.name(driver))
                .add(spec.path("attachRequired").asBoolean(true))
                .add(spec.path("podInfoOnMount").asBoolean())
                .add(spec.path("storageCapacity").asBoolean())
                .add(tokens.isArray() ? String.join(",", Cells.each(tokens, "audience")) : UNSET)
                .add(spec.path("requiresRepublish").asBoolean())
                .add(Cells.orNone(String.join(",", Cells.texts(spec.path("volumeLifecycleModes")))))
                .add(Cells.age(driver, now));
    }
}
