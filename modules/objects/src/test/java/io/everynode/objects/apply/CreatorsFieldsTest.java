package io.everynode.objects.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What who creates an object is recorded to own: the fieldsV1 that a kube-apiserver answers for the same object. */
class CreatorsFieldsTest {

    static Stream<Arguments> created() {
        return Stream.of(
                Arguments.of(
                        Kinds.POD,
                        "{metadata: {labels: {run: nginx}}, spec: {containers: [{name: nginx, image: nginx}]}}",
                        "{'f:metadata':{'f:labels':{'.':{},'f:run':{}}},'f:spec':{'f:containers':{"
                                + "'k:{\\'name\\':\\'nginx\\'}':{'.':{},'f:image':{},'f:imagePullPolicy':{},'f:name':{},"
                                + "'f:resources':{},'f:terminationMessagePath':{},'f:terminationMessagePolicy':{}}},"
                                + "'f:dnsPolicy':{},'f:enableServiceLinks':{},'f:restartPolicy':{},'f:schedulerName':{},"
                                + "'f:securityContext':{},'f:terminationGracePeriodSeconds':{}}}"),
                Arguments.of(
                        Kinds.SERVICE,
                        "{spec: {ports: [{port: 80}], selector: {app: x}}}",
                        "{'f:spec':{'f:internalTrafficPolicy':{},'f:ports':{'.':{},"
                                + "'k:{\\'port\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:port':{},'f:protocol':{},"
                                + "'f:targetPort':{}}},'f:selector':{},'f:sessionAffinity':{},'f:type':{}}}"),
                Arguments.of(
                        Kinds.NAMESPACE,
                        "{}",
                        "{'f:metadata':{'f:labels':{'.':{},'f:kubernetes.io/metadata.name':{}}}}"),
                Arguments.of(Kinds.SECRET, "{stringData: {a: b}}", "{'f:data':{'.':{},'f:a':{}},'f:type':{}}"),
                Arguments.of(Kinds.SERVICE_ACCOUNT, "{}", ""),
                Arguments.of(
                        Kinds.CONFIG_MAP,
                        "{metadata: {finalizers: [e.io/f], ownerReferences: [{apiVersion: v1, kind: Node, name: n1,"
                                + " uid: u}], annotations: {}}, data: {a: b}}",
                        "{'f:data':{'.':{},'f:a':{}},'f:metadata':{'f:finalizers':{'.':{},'v:\\'e.io/f\\'':{}},"
                                + "'f:ownerReferences':{'.':{},'k:{\\'uid\\':\\'u\\'}':{}}}}"),
                Arguments.of(Kinds.LEASE, "{spec: {holderIdentity: me}}", ""),
                Arguments.of(
                        Kinds.CLUSTER_ROLE_BINDING,
                        "{roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: v}, subjects: ["
                                + "{kind: User, name: u}]}",
                        "{'f:roleRef':{},'f:subjects':{}}"),
                Arguments.of(
                        Kinds.NODE,
                        "{metadata: {labels: {l: x}}, spec: {taints: [{key: k, effect: NoSchedule}]}, status: {phase: x}}",
                        "{'f:metadata':{'f:labels':{'.':{},'f:l':{}}},'f:spec':{'f:taints':{}}}"));
    }

    @ParameterizedTest
    @MethodSource("created")
    void owns(Kind kind, String yaml, String fields) {
        ObjectNode submitted = ((Outcome.Done<ObjectNode>)
                        ObjectDecoder.check(kind, new OwnedObject(kind).whole(yaml), FieldValidation.STRICT))
                .value();
        ObjectNode object = FieldManager.created(kind, submitted, "", Instant.parse("2026-11-22T04:00:00.7Z"));

        if (fields.isEmpty()) {
            assertThat(ManagedFields.in(object).isMissingNode()).isTrue();
        } else {
            assertThat(ManagedFields.in(object)).hasSize(1);
            assertThat(ManagedFields.in(object).get(0).toString())
                    .isEqualTo("{\"apiVersion\":\"" + kind.apiVersion() + "\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":"
                            + fields.replace("\\'", "\\\"").replace("'", "\"")
                            + ",\"manager\":\"unknown\",\"operation\":\"Update\",\"time\":\"2026-11-22T04:00:00Z\"}");
        }
    }

    @Test
    void whatIsAlwaysThereIsInTheSchema() {
        for (String field : ValueForm.ALWAYS_THERE) {
            String[] parts = field.split("\\.");
            assertThat(Schemas.all().stream()
                            .filter(type -> type.shortName().equals(parts[0]))
                            .map(type -> type.field(parts[1]))
                            .flatMap(found -> found.stream())
                            .toList())
                    .as(field)
                    .hasSize(1);
        }
    }

    /** A list without a type would be taken as a whole, which upstream says of each that it is. */
    @Test
    void everyKindHasAFormForEachOfItsFields() {
        for (Kind kind : Kinds.all()) {
            ValueForm form = ValueForm.of(kind);
            ObjectType type = Schemas.of(kind);
            type.fields()
                    .forEach(field -> assertThat(form.member(field.name()))
                            .as(type.name() + "." + field.name())
                            .isNotNull());
            assertThat(form.member("nobodyKnows")).isNull();
        }
    }

    @Test
    void entriesAreSortedByOperationThenTime() {
        OwnedObject object = new OwnedObject(Kinds.CONFIG_MAP);
        object.update("z", "{data: {a: '1'}}");
        object.apply("m", "{data: {b: '1'}}", false);
        object.update("b", "{data: {a: '1', b: '1', c: '1'}}");
        object.apply("k", "{data: {d: '1'}}", false);

        assertThat(object.entries().findValuesAsText("manager")).containsExactly("m", "k", "z", "b");
        assertThat(Json.text(object.entries().get(3), "time")).isEqualTo("2026-11-22T03:00:02Z");
    }
}
