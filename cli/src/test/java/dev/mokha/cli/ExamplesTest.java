package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The programs in `examples/` compile and run, as a reader would run them.
class ExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("mokha.root"));

    @Test
    void fertilityOfArabicFallsAndThatOfEnglishStays() throws IOException, InterruptedException {
        assertThat(run("MergedVocabulary.java"))
                .contains("added 2048 pieces")
                .containsPattern("arabic: 10\\.\\d+ tokens a word before, 2\\.\\d+ after")
                .containsPattern("english: (\\d\\.\\d+) tokens a word before, \\1 after");
    }

    @Test
    void aTextIsCompleted() throws IOException, InterruptedException {
        assertThat(run("Generate.java", "samples/base", "The whale").strip()).hasSizeGreaterThan(20);
    }

    @Test
    void everyExampleHasATest() throws IOException {
        try (Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
            assertThat(examples.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java")))
                    .containsExactlyInAnyOrder("MergedVocabulary.java", "Generate.java");
        }
    }

    private static String run(String example, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dmokha.threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "examples/" + example));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(0);
        return output;
    }
}
