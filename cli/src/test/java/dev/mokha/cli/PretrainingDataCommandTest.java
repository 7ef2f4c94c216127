package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.masking.ExampleFile;
import dev.mokha.language.masking.Masked;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PretrainingDataCommandTest {
    @TempDir
    private Path folder;

    private Path text;
    private Path tokenizer;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        text = folder.resolve("text.txt");
        var documents = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            documents.append("the cat saw a bird of number ").append(i).append("\n");
            documents
                    .append("it flew away at noon\nnobody knows where it went ")
                    .append(i * 7);
            documents.append("\n\n");
        }
        Files.writeString(text, documents);
        var training = WordPieceTraining.bert(120);
        training.tokenizer(training.train(List.of(documents.toString()), TrainingProgress.SILENT))
                .save(folder);
        tokenizer = folder.resolve("tokenizer.json");
        out = folder.resolve("made/examples.tfrecord");
    }

    @Test
    void theFileHoldsExamplesOfTheText() {
        var run = mokha("--whole-words");
        assertThat(run.err()).startsWith("30 documents, 90 sentences, ").contains("% with a random next");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo(out + "\n");
        List<Masked> examples = read(out);
        assertThat(examples).hasSizeGreaterThan(60).allSatisfy(example -> {
            assertThat(example.length()).isLessThanOrEqualTo(40);
            assertThat(example.positions()).hasSizeLessThanOrEqualTo(6);
        });
        var pieces = Tokenizer.load(tokenizer);
        assertThat(examples.stream().map(example -> pieces.decode(example.original(), true)))
                .anyMatch(decoded -> decoded.contains("the cat saw a bird of number"));
    }

    @Test
    void threadsDoNotChangeAByteAndTheSeedDoes() throws IOException {
        mokha("--threads", 1);
        byte[] one = Files.readAllBytes(out);
        mokha("--threads", 3);
        assertThat(out).hasBinaryContent(one);
        mokha("--seed", 5);
        assertThat(Files.readAllBytes(out)).isNotEqualTo(one);
    }

    @Test
    void besideItStandsHowItWasMadeAndNothingElse() throws IOException {
        mokha();
        try (Stream<Path> made = Files.list(out.getParent())) {
            assertThat(made.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("examples.tfrecord", "examples.tfrecord.run.json");
        }
        assertThat(out.resolveSibling("examples.tfrecord.run.json"))
                .content()
                .contains("\"--seed\" : \"12345\"")
                .contains("\"command\" : \"mokha pretraining-data\"");
    }

    @Test
    void examplesAreShownAsTheOfficialBuilderShowsThem() {
        var lines = mokha("--show", 2).out().lines().toList();
        assertThat(lines).hasSize(2 * 6 + 1);
        assertThat(lines.get(0)).startsWith("tokens: [CLS] ").endsWith(" [SEP]").contains("[MASK]");
        assertThat(lines.get(1)).matches("segment_ids: 0( 0)*( 1)+");
        assertThat(lines.get(2)).matches("is_random_next: (True|False)");
        assertThat(lines.get(3)).matches("masked_lm_positions: \\d+( \\d+)*");
        assertThat(lines.get(4)).startsWith("masked_lm_labels: ");
        assertThat(lines.get(5)).isEmpty();
        assertThat(lines.get(12)).isEqualTo(out.toString());
    }

    @Test
    void withoutPairsSentencesFollowOneAnother() {
        mokha("--no-pairs");
        assertThat(read(out)).isNotEmpty().allSatisfy(example -> {
            assertThat(example.randomNext()).isFalse();
            assertThat(example.firstLength()).isEqualTo(example.length());
        });
    }

    @Test
    void wrongWordsAreToldAndNothingIsWritten() throws IOException {
        Path gpt = Files.createDirectory(folder.resolve("gpt"));
        TinyModel.tokenizer().save(gpt);
        failed(1, "neither [CLS] nor <s>", "--tokenizer", gpt);
        failed(1, "there is no file or folder", "--data", folder.resolve("none.txt"));
        failed(1, "at least 5 tokens", "--max-length", 4);
        failed(1, "rate is above 0", "--masked-rate", 0);
        failed(1, "at least 1 copy", "--duplicates", 0);
        failed(1, "at least 1 thread", "--threads", 0);
        failed(2, "mutually exclusive", "--whole-words", "--spans");
        failed(1, "no language", "--sentences", "???");
    }

    private void failed(int code, String message, Object... options) throws IOException {
        var run = mokha(options);
        assertThat(run.err()).contains(message);
        assertThat(run.code()).isEqualTo(code);
        if (Files.exists(out.getParent())) {
            assertThat(out.getParent()).isEmptyDirectory();
        }
    }

    private Run mokha(Object... more) {
        var words = new ArrayList<Object>(List.of("pretraining-data", "--max-length", 40, "--max-predictions", 6));
        words.addAll(List.of("--duplicates", 2, "--sentences", "lines"));
        for (Object[] option : new Object[][] {{"--data", text}, {"--tokenizer", tokenizer}, {"--out", out}}) {
            if (!Arrays.asList(more).contains(option[0])) {
                words.addAll(Arrays.asList(option));
            }
        }
        for (int i = 0; i < more.length; i++) {
            int given = words.indexOf(more[i]);
            if (given >= 0 && more[i].toString().startsWith("--")) {
                words.set(given + 1, more[++i]);
            } else {
                words.add(more[i]);
            }
        }
        return Run.mokha(words.toArray());
    }

    private static List<Masked> read(Path file) {
        List<Masked> examples = new ArrayList<>();
        ExampleFile.forEach(file, examples::add);
        return examples;
    }
}
