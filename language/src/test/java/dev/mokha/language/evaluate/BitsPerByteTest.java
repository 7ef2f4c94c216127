package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.evaluate.BitsPerByte.Window;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BitsPerByteTest {
    private static final List<Document> DOCUMENTS = List.of(
            new Document("a", "Ab"),
            new Document("b", "سلام عليكم"),
            new Document("c", "x"),
            new Document("d", "a text that is longer than any window of the test"),
            new Document("e", ""));

    /// Float32 sums in another order.
    private static final double SUMS = 1e-4;

    @Test
    void aUniformModelNeedsTheLogarithmOfItsVocabularyForEachTokenHoweverTextIsCut() {
        try (Decoder model = uniform(257)) {
            long bytes = bytesOf(DOCUMENTS);
            for (int context = 2; context < 60; context += 3) {
                var found = BitsPerByte.of(model, BitsPerByteTest::bytes, 256, DOCUMENTS, new Window(context, 3));
                assertThat(found.bytes()).isEqualTo(bytes);
                assertThat(found.tokens()).isEqualTo(bytes + DOCUMENTS.size());
                assertThat(found.bits()).isCloseTo(found.tokens() * Math.log(257) / Math.log(2), within(SUMS * 1000));
                assertThat(found.perplexity()).isCloseTo(257, within(0.01));
            }
        }
    }

    @Test
    void itIsWhatPlainJavaCounts() {
        try (Decoder model = Decoder.fresh(DecoderConfig.tiny().withVocabSize(257), 3)) {
            for (int context : new int[] {5, 16, 64}) {
                double bits = 0;
                for (Document document : DOCUMENTS) {
                    bits += counted(model, bytes(document.text()), context);
                }
                var found = BitsPerByte.of(model, BitsPerByteTest::bytes, 256, DOCUMENTS, new Window(context, 2));
                assertThat(found.bits()).isCloseTo(bits, within(SUMS * bits));
                assertThat(found.value()).isEqualTo(found.bits() / found.bytes());
            }
        }
    }

    @Test
    void theBatchDoesNotMatter() {
        try (Decoder model = Decoder.fresh(DecoderConfig.tiny().withVocabSize(257), 3)) {
            double one = BitsPerByte.of(model, BitsPerByteTest::bytes, 256, DOCUMENTS, new Window(12, 1))
                    .bits();
            for (int batch : new int[] {2, 3, 100}) {
                assertThat(BitsPerByte.of(model, BitsPerByteTest::bytes, 256, DOCUMENTS, new Window(12, batch))
                                .bits())
                        .isCloseTo(one, within(SUMS * one));
            }
        }
    }

    @Test
    void uniformModelsOfTwoTokenizersAgreeWherePerplexitiesDoNot() {
        List<Document> text = List.of(DOCUMENTS.get(3));
        long bytes = bytesOf(text);
        try (Decoder whole = uniform(256);
                Decoder half = uniform(16)) {
            var wide = BitsPerByte.of(whole, BitsPerByteTest::bytes, 0, text, new Window(16, 2));
            var narrow = BitsPerByte.of(half, BitsPerByteTest::halves, 0, text, new Window(16, 2));
            // The end of the text is one more token, of 8 and of 4 bits.
            assertThat(wide.value()).isCloseTo(8 + 8.0 / bytes, within(1e-4));
            assertThat(narrow.value()).isCloseTo(8 + 4.0 / bytes, within(1e-4));
            assertThat(wide.perplexity()).isCloseTo(256, within(0.01));
            assertThat(narrow.perplexity()).isCloseTo(16, within(0.01));
        }
    }

    @Test
    void theModelsModeIsAsBefore() {
        try (Decoder model = Decoder.fresh(Toys.config(), 1)) {
            model.params().mode(Mode.TRAIN);
            BitsPerByte.of(model, BitsPerByteTest::bytes, 256, DOCUMENTS, new Window(8, 2));
            assertThat(model.params().mode()).isEqualTo(Mode.TRAIN);
        }
    }

    @Test
    void withoutTextThereIsNothingToMeasure() {
        try (Decoder model = uniform(257)) {
            assertThatThrownBy(() -> BitsPerByte.of(
                            model, BitsPerByteTest::bytes, 256, List.of(new Document("e", "")), new Window(8, 2)))
                    .hasMessageContaining("no text");
        }
        assertThatThrownBy(() -> new Window(1, 1)).hasMessageContaining("at least 2");
    }

    /// The definition: every token after the first, under the logits of the position before in its window.
    private static double counted(Decoder model, int[] ids, int context) {
        int[] whole = new int[ids.length + 2];
        Arrays.fill(whole, 256);
        System.arraycopy(ids, 0, whole, 1, ids.length);
        double bits = 0;
        int begin = 0;
        for (int token = 1; token < whole.length; token++) {
            if (token - begin == context) {
                begin = token - 1; // a new window, from the last token of the one before
            }
            try (var _ = Scope.open("one token");
                    var _ = Gradients.off()) {
                float[] logits = model.forward(TokenBatch.of(Arrays.copyOfRange(whole, begin, token)))
                        .select(1, token - begin - 1)
                        .toFloats();
                double sum = 0;
                for (float logit : logits) {
                    sum += Math.exp(logit);
                }
                bits += (Math.log(sum) - logits[whole[token]]) / Math.log(2);
            }
        }
        return bits;
    }

    private static Decoder uniform(int vocab) {
        Decoder model = Decoder.fresh(DecoderConfig.tiny().withVocabSize(vocab), 1);
        try (var _ = Gradients.off()) {
            Toys.weight(model, "lm_head.weight").fillInPlace(0);
        }
        return model;
    }

    private static long bytesOf(List<Document> documents) {
        return documents.stream()
                .mapToLong(document -> document.text().getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private static int[] bytes(String text) {
        return bytes(text, 256);
    }

    private static int[] halves(String text) {
        return bytes(text, 16);
    }

    /// The bytes as digits of a number system.
    private static int[] bytes(String text, int base) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int each = base == 256 ? 1 : 2;
        int[] ids = new int[each * bytes.length];
        for (int i = 0; i < ids.length; i++) {
            int value = bytes[i / each] & 0xFF;
            ids[i] = each == 1 ? value : i % 2 == 0 ? value / 16 : value % 16;
        }
        return ids;
    }
}
