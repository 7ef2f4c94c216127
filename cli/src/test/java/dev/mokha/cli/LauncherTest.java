package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./mokha` itself, in a copy of the checkout's skeleton whose `mvnw` and JDK are stand-ins that say what
/// they were asked to do.
final class LauncherTest {
    @TempDir
    private Path temp;

    private Path root;
    private Path jdk;

    @BeforeEach
    void skeleton() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        root = Files.createDirectories(temp.resolve("a checkout"));
        Files.createDirectories(root.resolve(".mvn"));
        copy("mokha");
        copy(".mvn/find-jdk.sh");
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        for (String module : List.of("cli", "serve", "language", "text", "nn", "tensor")) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
        }
        script(root.resolve("mvnw"), """
                echo "[INFO] built"
                if [ -f "$(dirname "$0")/broken" ]; then echo "[ERROR] does not compile"; exit 1; fi
                cd "$(dirname "$0")"
                echo build >>builds
                for m in cli knowledge serve language text nn tensor; do mkdir -p $m/target; : >$m/target/mokha-$m-1.jar; done
                : >library.jar
                printf '%s' "$PWD/library.jar" >cli/target/classpath.txt
                """);
        jdk = Files.createDirectories(temp.resolve("some jdk"));
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(jdk.resolve("bin/javac"), "");
        script(jdk.resolve("bin/java"), """
                for a in "$@"; do case $a in -XX:AOTCacheOutput=*) : >"${a#*=}"; exit 0 ;; esac; done
                echo "pid $$ lc ${LC_ALL:-}"
                echo "malloc ${MALLOC_MMAP_THRESHOLD_:-}"
                for a in "$@"; do echo "<$a>"; done
                exit 7
                """);
    }

    @Test
    void buildsOnceThenStartsWithWhatItWasGiven() throws Exception {
        var first = start(root.resolve("mokha"), "generate", "two words", "مرحبا", "");
        assertThat(first.err()).contains("mokha: building");
        assertThat(first.err().lines()).hasSize(1);
        assertThat(first.code()).isEqualTo(7);
        assertThat(first.out())
                .contains("<dev.mokha.cli.Main>\n<generate>\n<two words>\n<مرحبا>\n<>\n")
                .contains("<--enable-native-access=ALL-UNNAMED>", "<-Dmokha.terminal=false>")
                .contains("lib/mokha-cli.jar:", root + "/library.jar>");

        var second = start(root.resolve("mokha"));
        assertThat(second.err()).isEmpty();
        assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(1);
    }

    @Test
    void newerSourcesAreBuiltAgain() throws Exception {
        start(root.resolve("mokha"));
        Files.writeString(root.resolve("text/src/main/New.java"), "class New {}");
        assertThat(start(root.resolve("mokha")).err()).contains("mokha: building");
        assertThat(start(root.resolve("mokha")).err()).isEmpty();
        Files.delete(root.resolve("library.jar"));
        assertThat(start(root.resolve("mokha")).err()).contains("mokha: building");
    }

    @Test
    void aSymlinkAndAnotherFolderMakeNoDifference() throws Exception {
        Path link = temp.resolve("linked");
        Files.createSymbolicLink(link, Path.of("a checkout/mokha"));
        assertThat(start(link).out()).contains("<-Dmokha.root=" + root.toRealPath() + ">");
    }

    @Test
    void aFailedBuildShowsWhyAndIsTriedAgain() throws Exception {
        Files.createFile(root.resolve("broken"));
        var run = start(root.resolve("mokha"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("[ERROR] does not compile", "build.log").doesNotContain("[INFO]");
        Files.delete(root.resolve("broken"));
        assertThat(start(root.resolve("mokha")).code()).isEqualTo(7);
    }

    @Test
    void javaOptionsReachTheJvmBeforeTheClass() throws Exception {
        var run = start(List.of("MOKHA_JAVA_OPTS=-Xmx8g -Dx=y"), root.resolve("mokha"));
        assertThat(run.out()).contains("<-Xmx8g>\n<-Dx=y>\n<-cp>");
    }

    @Test
    void onlyTheServerGetsTheVectorApiAndOnlyWhereItNeedsIt() throws Exception {
        assertThat(start(root.resolve("mokha"), "generate").out())
                .contains("<-XX:AOTCache=")
                .doesNotContain("jdk.incubator.vector");
        Path cpus = Path.of("/proc/cpuinfo");
        boolean needed = !Files.exists(cpus) || !Files.readString(cpus).contains("avx512_bf16");
        String serve = start(root.resolve("mokha"), "serve").out();
        assertThat(serve.contains("<--add-modules=jdk.incubator.vector>")).isEqualTo(needed);
        assertThat(serve.contains("<-XX:AOTCache=")).isEqualTo(!needed);
    }

    @Test
    void theServersHeapIsSmallAndItsMemoryGoesBackToTheSystem() throws Exception {
        String serve = start(List.of("MOKHA_JAVA_OPTS=-Xms1g"), root.resolve("mokha"), "serve")
                .out();
        assertThat(serve).contains("malloc \n").containsSubsequence("<-XX:MaxNewSize=16m>", "<-Xms1g>", "<-cp>");
        assertThat(start(root.resolve("mokha"), "generate").out())
                .contains("malloc 1073741824\n")
                .doesNotContain("MaxNewSize");
    }

    @Test
    void theCLocaleBecomesUtf8AndOthersStay() throws Exception {
        assertThat(start(root.resolve("mokha")).out()).contains("lc C.UTF-8");
        assertThat(start(List.of("LANG=ar_EG.UTF-8"), root.resolve("mokha")).out())
                .contains("lc \n");
    }

    @Test
    void theShellBecomesTheJvmSoThatSignalsArrive() throws Exception {
        start(root.resolve("mokha"));
        var process = process(List.of(), root.resolve("mokha")).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(out).startsWith("pid " + process.pid() + " ");
    }

    @Test
    void withoutAJdkTheFirstLineSaysSoAndTheNextWhatToInstall() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.2\"\n");
        // The usual folders of this machine would be found; look in folders that no machine has instead.
        Path finder = root.resolve(".mvn/find-jdk.sh");
        Files.writeString(finder, Files.readString(finder).replaceAll("(?<= )\"?/(usr|opt|Library|c)/", "/nowhere$0"));
        var run = start(root.resolve("mokha"));
        assertThat(run.code()).isEqualTo(1);
        var lines = run.err().lines().toList();
        assertThat(lines.getFirst()).contains("needs a JDK 25");
        assertThat(lines.get(1)).contains("apt install openjdk-25-jdk", "brew install", "JAVA_HOME");
        assertThat(run.out()).isEmpty();
    }

    private Run start(Path program, String... args) throws IOException, InterruptedException {
        return start(List.of(), program, args);
    }

    private Run start(List<String> environment, Path program, String... args) throws IOException, InterruptedException {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        var process = process(environment, program, args)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private ProcessBuilder process(List<String> environment, Path program, String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "-i",
                "PATH=/usr/bin:/bin",
                "HOME=" + Files.createDirectories(temp.resolve("home")),
                "JAVA_HOME=" + jdk));
        command.addAll(environment);
        command.add(program.toString());
        command.addAll(List.of(args));
        return new ProcessBuilder(command).directory(temp.toFile());
    }

    private void copy(String file) throws IOException {
        Files.copy(Run.ROOT.resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
