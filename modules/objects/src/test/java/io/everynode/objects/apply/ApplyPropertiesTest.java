package io.everynode.objects.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.rules.ObjectRules;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any configurations that managers apply to one Pod in turns. */
class ApplyPropertiesTest {

    /** @param config the Pod's spec and labels */
    record Step(String manager, boolean force, ObjectNode config) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(Arbitraries.of("a", "b", "c"), Arbitraries.of(true, false), configs())
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    private static Arbitrary<ObjectNode> configs() {
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        Arbitraries.of("k", "l", "m"), Arbitraries.of("1", "2"))
                .ofMaxSize(3);
        Arbitrary<Map<String, List<String>>> containers = Arbitraries.maps(
                        Arbitraries.of("c", "d", "e"),
                        Arbitraries.of("image", "tty", "port", "env").list().uniqueElements())
                .ofMaxSize(3);
        Arbitrary<List<String>> tolerations = Arbitraries.of("t", "u").list().uniqueElements();
        return Combinators.combine(labels, containers, tolerations, Arbitraries.of("i:1", "i:2"))
                .as(ApplyPropertiesTest::config);
    }

    private static ObjectNode config(
            Map<String, String> labels, Map<String, List<String>> containers, List<String> tolerations, String image) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("name", "x").put("namespace", "n");
        new TreeMap<>(labels)
                .forEach((key, value) -> metadata.withObject("/labels").put(key, value));
        ObjectNode spec = pod.putObject("spec");
        containers.forEach((name, fields) -> {
            ObjectNode container = spec.withArray("/containers").addObject().put("name", name);
            for (String field : fields) {
                switch (field) {
                    case "image" -> container.put("image", image);
                    case "tty" -> container.put("tty", true);
                    case "port" -> container.putArray("ports").addObject().put("containerPort", 80);
                    default ->
                        container.putArray("env").addObject().put("name", "E").put("value", image);
                }
            }
        });
        tolerations.forEach(key -> spec.withArray("/tolerations").addObject().put("key", key));
        return pod;
    }

    private static OwnedObject after(List<Step> steps) {
        OwnedObject object = new OwnedObject(Kinds.POD);
        for (Step step : steps) {
            if (object.apply(step.manager(), "", step.config(), step.force()) == null) {
                // As the server stores it, with the defaults that nobody owns.
                object.object = ObjectRules.defaulted(Kinds.POD, object.object);
            }
        }
        return object;
    }

    @Property(tries = 100)
    void appliedTwiceIsAppliedOnce(@ForAll("steps") List<Step> steps) {
        OwnedObject object = after(steps);
        Step last = steps.get(steps.size() - 1);
        object.apply(last.manager(), "", last.config(), true);
        ObjectNode once = ObjectRules.defaulted(Kinds.POD, object.object);
        object.object = once;

        assertThat(object.apply(last.manager(), "", last.config(), false))
                .as("no conflict with what it owns")
                .isNull();
        assertThat(FieldManager.sameButTimes(once, ObjectRules.defaulted(Kinds.POD, object.object)))
                .isTrue();
    }

    @Property(tries = 100)
    void whatIsAppliedIsOwnedAndThere(@ForAll("steps") List<Step> steps) {
        OwnedObject object = after(steps);
        Step last = steps.get(steps.size() - 1);

        assertThat(object.apply(last.manager(), "", last.config(), true))
                .as("force ends all conflicts")
                .isNull();
        ValueForm form = ValueForm.of(Kinds.POD);
        ManagedEntry entry = ManagedFields.stored(object.object).get(ManagerKey.apply(last.manager(), ""));
        FieldSet owned = entry == null ? new FieldSet() : entry.fields();
        FieldSet config = OwnedFields.of(form, last.config())
                .difference(FieldSet.ofFields("apiVersion", "kind", "metadata.name", "metadata.namespace"));
        assertThat(owned).isEqualTo(config);
        assertThat(config.difference(OwnedFields.of(form, object.object).withNamedFields(form))
                        .paths())
                .isEmpty();
        assertThat(Comparison.of(form, object.object, overlaid(form, object.object, last.config()))
                        .taken()
                        .paths())
                .as("the values are the configuration's")
                .isEmpty();
    }

    private static ObjectNode overlaid(ValueForm form, ObjectNode object, ObjectNode config) {
        return (ObjectNode) ConfigMerge.merge(form, FieldManager.bare(object), config);
    }

    @Property(tries = 100)
    void aRefusedApplyChangesNothing(@ForAll("steps") List<Step> steps) {
        OwnedObject object = after(steps);
        for (Step step : steps) {
            ObjectNode before = object.object == null ? null : object.object.deepCopy();
            if (object.apply(step.manager(), "", step.config(), false) != null) {
                assertThat(object.object).isEqualTo(before);
            }
        }
    }

    @Property(tries = 100)
    void nobodyOwnsWhatIsNotThere(@ForAll("steps") List<Step> steps) {
        OwnedObject object = after(steps);
        if (object.object == null) {
            return;
        }
        ValueForm form = ValueForm.of(Kinds.POD);
        FieldSet there = OwnedFields.of(form, FieldManager.bare(object.object)).withNamedFields(form);
        ManagedFields.stored(object.object)
                .forEach((key, entry) -> assertThat(
                                entry.fields().difference(there).paths())
                        .as(key.shown())
                        .isEmpty());
    }

    @Property(tries = 100)
    void fieldsV1IsReadAsItWasWritten(@ForAll("steps") List<Step> steps) {
        for (Step step : steps) {
            FieldSet set = OwnedFields.of(ValueForm.of(Kinds.POD), step.config());
            assertThat(FieldsV1.read(FieldsV1.write(set))).isEqualTo(set);
        }
    }
}
