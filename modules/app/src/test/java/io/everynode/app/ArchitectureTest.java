package io.everynode.app;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The arrows between the modules, and what keeps decisions pure. Think before changing a rule here: each one is a
 * promise of docs/architecture.md or docs/invariants.md (I9), and code that breaks it usually has a better place.
 * load-test and faults are not on this class path; that they see only objects, and load-test the nodes that it plays,
 * stands in their poms.
 */
@AnalyzeClasses(packages = "io.everynode", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWNWARDS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy("io.everynode.app..")
            .layer("api-server")
            .definedBy("io.everynode.apiserver..")
            .layer("nodes")
            .definedBy("io.everynode.nodes..")
            .layer("control-plane")
            .definedBy("io.everynode.controlplane..")
            .layer("core")
            .definedBy("io.everynode.core..")
            .layer("objects")
            .definedBy("io.everynode.objects..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api-server")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("nodes")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("control-plane")
            .mayOnlyBeAccessedByLayers("app", "api-server", "nodes")
            .whereLayer("core")
            .mayOnlyBeAccessedByLayers("app", "api-server", "nodes", "control-plane");

    @ArchTest
    static final ArchRule NO_ACTORS_AND_NO_DATABASE_IN_DECISIONS = noClasses()
            .that()
            .resideInAnyPackage("io.everynode.objects..", "io.everynode.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pekko..", "java.sql..", "javax.sql..", "java.net.http..", "org.slf4j..");

    @ArchTest
    static final ArchRule NO_CLOCK_IN_DECISIONS = noClasses()
            .that()
            .resideInAnyPackage("io.everynode.objects..", "io.everynode.core..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule NO_CHANCE_AND_NO_THREADS_IN_DECISIONS = noClasses()
            .that()
            .resideInAnyPackage("io.everynode.objects..", "io.everynode.core..")
            .should()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class, Thread.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ExecutorService");

    /** What somebody shows is compared with what is kept in a time that tells nothing of how much of it is right. */
    @ArchTest
    static final ArchRule SECRETS_ARE_COMPARED_IN_CONSTANT_TIME = classes()
            .that()
            .haveFullyQualifiedName("io.everynode.apiserver.authentication.TokenSecret")
            .or()
            .haveFullyQualifiedName("io.everynode.apiserver.AccountTokens")
            .should()
            .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class);

    @ArchTest
    static final ArchRule TOKENS_ARE_COMPARED_SO = classes()
            .that()
            .haveSimpleName("BootstrapTokens")
            .or()
            .haveSimpleName("UserTokens")
            .should()
            .callMethodWhere(target(name("same")).and(target(owner(simpleName("TokenSecret")))));

    @ArchTest
    static final ArchRule AND_NOT_OTHERWISE = noClasses()
            .that()
            .resideInAPackage("io.everynode.apiserver.authentication")
            .or()
            .haveFullyQualifiedName("io.everynode.apiserver.AccountTokens")
            .should()
            .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
            .orShould()
            .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
            .orShould()
            .callMethod(Arrays.class, "mismatch", byte[].class, byte[].class);
}
