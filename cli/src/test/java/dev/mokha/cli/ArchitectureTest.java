package dev.mokha.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What holds between modules and packages. This module sees all others, so the rules are here.
final class ArchitectureTest {
    /// So many classes there are at least: a rule over nothing holds.
    private static final int FEWEST_CLASSES = 300;

    private static JavaClasses mokha;

    @BeforeAll
    static void scan() {
        mokha = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.mokha");
    }

    @Test
    void theRulesSeeEveryModule() {
        assertThat(mokha).hasSizeGreaterThan(FEWEST_CLASSES);
        Map<String, Long> modules = mokha.stream()
                .collect(Collectors.groupingBy(
                        type -> type.getPackageName().split("\\.", -1)[2], TreeMap::new, Collectors.counting()));
        assertThat(modules).containsKeys("tensor", "nn", "text", "language", "serve", "knowledge", "cli");
    }

    @Test
    void onlyTensorKnowsTheBinding() {
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.tensor..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.."));
    }

    @Test
    void tensorStandsAlone() {
        mayDependOn("tensor");
    }

    @Test
    void nnStandsOnTensor() {
        mayDependOn("nn", "tensor");
    }

    @Test
    void textIsPureJava() {
        mayDependOn("text");
    }

    @Test
    void languageStandsOnNnAndText() {
        mayDependOn("language", "nn", "tensor", "text");
    }

    @Test
    void theSchedulerAndTheCacheAreNumbersOnly() {
        String[] pure = {"dev.mokha.serve.cache..", "dev.mokha.serve.schedule.."};
        assertThat(mokha.stream().filter(resideInAnyPackage(pure))).hasSizeGreaterThan(30);
        holds(noClasses()
                .that()
                .resideInAPackage("dev.mokha.serve.simulate..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mokha..")
                        .and(not(resideInAnyPackage(
                                "dev.mokha.serve.cache..",
                                "dev.mokha.serve.schedule..",
                                "dev.mokha.serve.simulate..",
                                "dev.mokha.text.file..")))));
        holds(noClasses()
                .that()
                .resideInAnyPackage(pure)
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "dev.mokha.serve.cache..",
                        "dev.mokha.serve.schedule..",
                        "java.lang..",
                        "java.util..",
                        "java.nio",
                        "java.nio.charset",
                        "java.security",
                        "org.jspecify.."))));
    }

    @Test
    void serveStandsOnLanguageAndText() {
        mayDependOn("serve", "language", "nn", "tensor", "text");
    }

    @Test
    void knowledgeStandsOnNnAndText() {
        mayDependOn("knowledge", "nn", "tensor", "text");
    }

    @Test
    void triplesAndTheirStoreKnowNoTensors() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("dev.mokha.knowledge.triples..", "dev.mokha.knowledge.store..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.mokha..")
                        .and(not(resideInAnyPackage(
                                "dev.mokha.knowledge.triples..",
                                "dev.mokha.knowledge.store..",
                                "dev.mokha.text.file..")))));
    }

    @Test
    void graphsAndRanksAreNumbersWithoutTensors() {
        String[] plain = {
            "dev.mokha.knowledge.graph..",
            "dev.mokha.knowledge.rank..",
            "dev.mokha.knowledge.triples..",
            "dev.mokha.knowledge.store.."
        };
        for (String one : plain) {
            assertThat(mokha.stream().filter(resideInAPackage(one))).hasSizeGreaterThan(3);
        }
        holds(noClasses()
                .that()
                .resideInAnyPackage(plain)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mokha.tensor..", "dev.mokha.nn..", "org.bytedeco.."));
    }

    @Test
    void onlyTheReadersKnowRdfAndOnlyTheStoreKnowsSql() {
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.knowledge.triples..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.jena..", "com.apicatalog.."));
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.knowledge.store..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.sqlite.."));
    }

    @Test
    void onlyOnePackageKnowsTheWebServer() {
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.serve.http..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.helidon..", "io.micrometer.."));
    }

    @Test
    void nothingStandsOnTheCommandLine() {
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.cli..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.mokha.cli..", "picocli..", "org.jline.."));
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.mokha.(**)").should().beFreeOfCycles().check(mokha);
    }

    @Test
    void everyPackageSaysThatNothingIsNull() {
        var packages = mokha.stream()
                .map(JavaClass::getPackage)
                .filter(type -> type.getClasses().stream()
                        .anyMatch(inside -> !inside.getSimpleName().equals("package-info")))
                .collect(Collectors.toSet());
        assertThat(packages)
                .hasSizeGreaterThan(10)
                .allSatisfy(type -> assertThat(type.isAnnotatedWith(NullMarked.class))
                        .as(type.getName() + " has a package-info.java with @NullMarked")
                        .isTrue());
    }

    @Test
    void onlyTheCommandLineTouchesStandardStreams() {
        holds(noClasses()
                .that(not(resideInAPackage("dev.mokha.cli..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void chanceComesFromSeeds() {
        holds(noClasses()
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Collections.class, "shuffle", List.class));
    }

    @Test
    void accessorsHaveTheNameOfWhatTheyReturn() {
        holds(noMethods()
                .that()
                .areDeclaredInClassesThat()
                .areRecords()
                .should()
                .haveNameMatching("get[A-Z].*"));
    }

    @Test
    void classesAreFinalOrMadeToBeExtended() {
        holds(classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveSimpleName("package-info")
                .should(be(new com.tngtech.archunit.base.DescribedPredicate<JavaClass>("final or abstract") {
                    @Override
                    public boolean test(JavaClass type) {
                        return type.getModifiers().contains(JavaModifier.FINAL)
                                || type.getModifiers().contains(JavaModifier.ABSTRACT);
                    }
                })));
    }

    @Test
    void nothingIsInjectedIntoFields() {
        holds(noFields()
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("javax.inject.Inject"));
    }

    @Test
    void noPackageIsADrawerForLeftovers() {
        holds(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..impl..", "..helper..", "..manager.."));
    }

    /// Of our own packages, a module uses its own and those named.
    private static void mayDependOn(String module, String... others) {
        var allowed = new ArrayList<String>();
        allowed.add("dev.mokha." + module + "..");
        for (String other : others) {
            allowed.add("dev.mokha." + other + "..");
        }
        holds(noClasses()
                .that()
                .resideInAPackage("dev.mokha." + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.mokha..").and(not(resideInAnyPackage(allowed.toArray(String[]::new))))));
    }

    private static void holds(ArchRule rule) {
        rule.check(mokha);
    }
}
