package dev.mokha.language;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StepReport;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Small things that tests of training share: a tokenizer over bytes, a tiny model, sentences of few words.
public final class Toys {
    /// Ends a text.
    public static final int END_OF_TEXT = 0;

    private static final List<String> SPECIAL = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    private static final List<String> ENGLISH =
            List.of("the", "cat", "sat", "on", "a", "mat", "and", "saw", "two", "dogs", "run", "far", "away");
    private static final List<String> ARABIC =
            List.of("كتاب", "مدرسة", "بيت", "كبير", "جديد", "في", "من", "على", "مدينة", "قديمة", "شمس", "قمر");

    private Toys() {}

    /// {@return the three special tokens, then every byte}
    public static Tokenizer bytes() {
        var pieces = new ArrayList<>(SPECIAL);
        IntStream.range(0, 256).forEach(b -> pieces.add(String.valueOf(Alphabet.of(b))));
        return Tokenizer.builder(new Bpe(Vocab.inOrder(pieces), List.of(), BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new dev.mokha.text.tokenizer.Decoder.ByteLevel(true, true, true))
                .addedTokens(SPECIAL.stream().map(AddedToken::special).toList())
                .build();
    }

    /// {@return a decoder's shape for [#bytes]}
    public static DecoderConfig config() {
        return DecoderConfig.tiny()
                .withVocabSize(259)
                .withMaxPositionEmbeddings(256)
                .withSpecial(new SpecialIds(END_OF_TEXT, List.of(END_OF_TEXT, 2), END_OF_TEXT));
    }

    /// Writes a random model with its tokenizer.
    public static Path base(Path folder, DecoderConfig config) {
        try (Decoder fresh = Decoder.fresh(config, 11)) {
            FolderWriter.write(folder, fresh, FolderParts.of(bytes(), config.special()), DType.FLOAT32);
        }
        return folder;
    }

    /// {@return a document of English words}
    public static String english(long seed, int words) {
        return sentence(ENGLISH, seed, words);
    }

    /// {@return a document of Arabic words}
    public static String arabic(long seed, int words) {
        return sentence(ARABIC, seed, words);
    }

    private static String sentence(List<String> vocabulary, long seed, int words) {
        var random = new Random(seed);
        return IntStream.range(0, words)
                .mapToObj(_ -> vocabulary.get(random.nextInt(vocabulary.size())))
                .collect(Collectors.joining(" "));
    }

    /// {@return the bits of every weight by name}
    public static Map<String, List<Integer>> bits(Decoder model) {
        Map<String, List<Integer>> bits = new LinkedHashMap<>();
        model.params().named().forEach((name, weight) -> bits.put(name, bits(weight)));
        return bits;
    }

    /// {@return a weight, which has to be there}
    public static Tensor weight(Decoder model, String name) {
        return Objects.requireNonNull(model.params().named().get(name), name);
    }

    /// {@return the bits of a float32 tensor}
    public static List<Integer> bits(Tensor tensor) {
        var bits = new ArrayList<Integer>();
        for (float value : tensor.detach().toFloats()) {
            bits.add(Float.floatToRawIntBits(value));
        }
        return bits;
    }

    /// {@return what raises the signal when so many steps were taken}
    public static Progress stoppingAfter(long steps, StopSignal stop) {
        return new Progress() {
            @Override
            public void begin(long done, long total) {}

            @Override
            public void step(StepReport report) {
                if (report.step() == steps) {
                    stop.raise();
                }
            }

            @Override
            public void evaluated(long step, Map<String, Double> figures) {}

            @Override
            public void note(String message) {}

            @Override
            public void end(dev.mokha.nn.fit.Outcome outcome) {}
        };
    }
}
