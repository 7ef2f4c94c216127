package dev.mokha.text.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.SampleText;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.normal.Normalizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Our vocabularies against those that Hugging Face `tokenizers`' trainers learned from the same text
/// (`fixtures/bpe-training/make.py`).
class GoldenTrainingTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path ROOT = Path.of(System.getProperty("mokha.root"));
    private static final WordCounting TWO_THREADS = new WordCounting(2, 1_000_000);

    @Test
    void byteLevelMergesEqualThoseOfHuggingFace() throws IOException {
        JsonNode golden = golden("byteLevel");
        var training = new ByteLevelBpeTraining(
                limits(golden), List.of("<|endoftext|>"), PreTokenizerSplitter.gpt2(), TWO_THREADS);
        BpeVocabulary learned = training.train(corpus(), TrainingProgress.SILENT);
        assertThat(learned.merges()).isEqualTo(merges(golden));
        assertThat(learned.pieces()).isEqualTo(strings(golden.get("pieces")));
    }

    @Test
    void characterMergesEqualThoseOfHuggingFaceWithMetaspace() throws IOException {
        JsonNode golden = golden("metaspace");
        var lines = new ArrayList<String>();
        for (String document : corpus()) {
            document.lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(lines::add);
        }
        var training = new SentencePieceBpeTraining(
                limits(golden),
                List.of("<unk>"),
                1.0,
                false,
                new SentencePieceSplitter(false, false, false, true),
                TWO_THREADS);
        assertThat(training.train(lines, TrainingProgress.SILENT).merges()).isEqualTo(merges(golden));
    }

    @Test
    void wordPiecesEqualThoseOfHuggingFace() throws IOException {
        JsonNode golden = golden("wordPiece");
        var training = new WordPieceTraining(
                limits(golden),
                List.of("[UNK]"),
                Integer.MAX_VALUE,
                "##",
                new BertSplitter(new Normalizer.Lowercase()),
                TWO_THREADS);
        assertThat(training.train(corpus(), TrainingProgress.SILENT)).isEqualTo(strings(golden.get("pieces")));
    }

    private static TrainingLimits limits(JsonNode golden) {
        return TrainingLimits.of(golden.get("vocabSize").asInt())
                .withMinFrequency(golden.get("minFrequency").asInt());
    }

    private static List<Merge> merges(JsonNode golden) {
        var merges = new ArrayList<Merge>();
        golden.get("merges")
                .forEach(m -> merges.add(new Merge(m.get(0).asString(), m.get(1).asString())));
        return merges;
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(s -> strings.add(s.asString()));
        return strings;
    }

    private static JsonNode golden(String name) throws IOException {
        try (var in =
                new GZIPInputStream(Files.newInputStream(ROOT.resolve("fixtures/bpe-training/expected.json.gz")))) {
            return JSON.readTree(in).get(name);
        }
    }

    private static List<String> corpus() {
        var documents = new ArrayList<>(SampleText.read("arabic-held-out", "text"));
        documents.addAll(SampleText.read("english-held-out", "text"));
        return documents;
    }
}
