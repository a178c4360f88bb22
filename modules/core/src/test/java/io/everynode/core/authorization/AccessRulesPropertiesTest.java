package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.group;
import static io.everynode.core.authorization.Access.rule;
import static io.everynode.core.authorization.Access.user;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Over random roles, bindings and questions. */
class AccessRulesPropertiesTest {

    private static final List<String> VERBS = List.of("get", "list", "create", "*");
    private static final List<String> GROUPS = List.of("", "apps", "*");
    private static final List<String> RESOURCES = List.of("pods", "pods/log", "daemonsets", "*", "*/log");
    private static final List<String> NAMESPACES = List.of("a", "b");

    private static final class World {
        final Random random;
        final Access access = new Access();
        final List<String> places = new ArrayList<>();

        World(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 6; i++) {
                changeARole();
            }
        }

        <T> T one(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        void changeARole() {
            String rule = random.nextInt(4) == 0
                    ? rule(one(VERBS), one(GROUPS), one(RESOURCES), "n")
                    : rule(one(VERBS), one(GROUPS), one(RESOURCES));
            int number = random.nextInt(4);
            switch (random.nextInt(4)) {
                case 0 -> access.role(one(NAMESPACES) + "/r" + number, rule);
                case 1 -> access.role("r" + number, rule);
                case 2 -> access.labelled("r" + number, "sum", rule);
                default -> access.sum("s" + number, random.nextBoolean() ? "sum" : "", "sum");
            }
        }

        void bind() {
            String place = (random.nextBoolean() ? one(NAMESPACES) + "/" : "") + "b" + places.size();
            String role = (place.contains("/") && random.nextBoolean() ? "x/" : "")
                    + one(List.of("r", "s"))
                    + random.nextInt(4);
            access.bind(place, role, random.nextBoolean() ? user("ann") : group("dev"));
            places.add(place);
        }

        /** Everything that can be asked, as one answer. */
        List<Boolean> answers() {
            List<Boolean> answers = new ArrayList<>();
            for (String verb : List.of("get", "list", "create")) {
                for (String resource : List.of("pods", "pods/log", "daemonsets.apps", "nodes")) {
                    for (String place : List.of("", "a/", "a/n", "b/n")) {
                        User ann = User.of("ann", "dev");
                        answers.add(access.ask(ann, verb + " " + resource + " " + place)
                                .allowed());
                    }
                }
            }
            return answers;
        }
    }

    @Property(tries = 60)
    void aBindingMoreTakesNoRightAway(@ForAll long seed) {
        World world = new World(seed);
        List<Boolean> before = world.answers();
        for (int i = 0; i < 5; i++) {
            world.bind();
            List<Boolean> after = world.answers();
            for (int j = 0; j < before.size(); j++) {
                assertThat(after.get(j) || !before.get(j)).isTrue();
            }
            before = after;
        }
    }

    @Property(tries = 60)
    void aBindingThatComesAndGoesLeavesNothing(@ForAll long seed) {
        World world = new World(seed);
        world.bind();
        List<Boolean> before = world.answers();
        for (int i = 0; i < 4; i++) {
            world.bind();
        }
        for (int i = 4; i > 0; i--) {
            world.access.unbind(world.places.get(i));
        }
        assertThat(world.answers()).isEqualTo(before);
    }

    @Property(tries = 60)
    void whatIsHeldIsWhatIsAllowed(@ForAll long seed) {
        World world = new World(seed);
        for (int i = 0; i < 4; i++) {
            world.bind();
            world.changeARole();
        }
        User ann = User.of("ann", "dev");
        for (String what :
                List.of("get pods a/n", "list pods/log a/", "create daemonsets.apps b/", "get nodes", "get pods")) {
            AccessRequest request = Access.request(ann, what);
            boolean held = world.access.rules().held(ann, request.namespace()).rules().stream()
                    .anyMatch(rule -> rule.allows(request));
            assertThat(world.access.ask(ann, what).allowed()).isEqualTo(held);
        }
    }

    @Property(tries = 60)
    void whoCouldGrantARuleMayDoWhatItAllows(@ForAll long seed) {
        World world = new World(seed);
        for (int i = 0; i < 4; i++) {
            world.bind();
        }
        User ann = User.of("ann", "dev");
        AccessRules.Held held = world.access.rules().held(ann, "a");
        PolicyRule granted =
                PolicyRule.of(Access.json(rule(world.one(VERBS), world.one(GROUPS), world.one(RESOURCES))));
        if (MissingRights.of(ann, held, List.of(granted)).isEmpty()) {
            for (String what :
                    List.of("get pods a/n", "list pods/log a/", "create daemonsets.apps a/", "delete nodes")) {
                AccessRequest request = Access.request(ann, what);
                assertThat(!granted.allows(request) || held.rules().stream().anyMatch(rule -> rule.allows(request)))
                        .isTrue();
            }
        }
    }
}
