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
import org.junit.jupiter.api.io.TempDir;

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
    void anEncoderIsPretrainedAndLearnsEveryKindOfTask(@TempDir Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("encoder");
        String model = out.resolve("model").toString();
        assertThat(run("PretrainEncoder.java", "samples/text/english-held-out.jsonl.gz", out.toString(), "3"))
                .contains("pieces: ", "loss after step 3: ")
                .endsWith(model + System.lineSeparator());

        StringBuilder reviews = new StringBuilder("review,stars\n");
        StringBuilder pairs = new StringBuilder("a,b,score\n");
        StringBuilder exam = new StringBuilder("question,A,B,C,right\n");
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            reviews.append(i % 2 == 0 ? "a good book," : "a sad book,").append(i % 2 == 0 ? "5\n" : "1\n");
            pairs.append("the sea,the ").append(i % 2 == 0 ? "sea,5\n" : "house,0.5\n");
            exam.append("who swims,a house,a whale,a door,B\n");
            names.append("Captain\tO\n")
                    .append(i % 2 == 0 ? "Ahab" : "Starbuck")
                    .append("\tB-PER\n\n");
        }
        assertThat(run("ClassifyTexts.java", model, write(folder, "r.csv", reviews), "review", "stars", to(folder, 1)))
                .contains("accuracy", "median of 3")
                .containsPattern("[15] \\[");
        assertThat(run("ScorePairs.java", model, write(folder, "p.csv", pairs), to(folder, 2)))
                .contains("pearson");
        assertThat(run("ChooseEndings.java", model, write(folder, "e.csv", exam), to(folder, 3)))
                .contains("accuracy");
        assertThat(run("TagWords.java", model, write(folder, "n.conll", names), to(folder, 4), "Captain Ahab"))
                .contains("f1", "Captain  ", "Ahab  ");
        String squad = """
                {"version": "1.1", "data": [{"title": "t", "paragraphs": [{"context": "Cairo is on the Nile.",
                 "qas": [{"id": "q", "question": "Where is Cairo?",
                          "answers": [{"text": "on the Nile", "answer_start": 9}]}]}]}]}
                """;
        assertThat(run(
                        "AnswerQuestions.java",
                        model,
                        write(folder, "q.json", squad),
                        to(folder, 5),
                        "Where is Cairo?",
                        "Cairo is on the Nile."))
                .contains("exact_match", "answer: ", "from character ");
        assertThat(run("EmbedTexts.java", model, "the whale swam", "the whale swam", "tea with sugar")
                        .lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("1.000");
    }

    private static String write(Path folder, String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String to(Path folder, int number) {
        return folder.resolve("out" + number).toString();
    }

    @Test
    void everyExampleHasATest() throws IOException {
        try (Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
            assertThat(examples.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java")))
                    .containsExactlyInAnyOrder(
                            "MergedVocabulary.java",
                            "Generate.java",
                            "PretrainEncoder.java",
                            "ClassifyTexts.java",
                            "ScorePairs.java",
                            "ChooseEndings.java",
                            "TagWords.java",
                            "AnswerQuestions.java",
                            "EmbedTexts.java");
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
