package dev.mokha.language.finetune;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.ChoiceExample;
import dev.mokha.language.task.Example;
import dev.mokha.language.task.Label;
import dev.mokha.language.task.LabelSet;
import dev.mokha.language.task.Place;
import dev.mokha.language.task.TaggedWords;
import dev.mokha.language.task.TextExample;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A BERT of two layers with twelve words, and tasks that its words decide.
final class Toy {
    static final Path FILE = Path.of("toy.tsv");

    private Toy() {}

    static Tokenizer tokenizer() {
        return Tokenizer.parse("""
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
               "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
               "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
               "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                 "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "good": 5, "bad": 6, "film": 7,
                 "a": 8, "the": 9, "##ly": 10, "sana": 11}}}
            """, "toy");
    }

    static EncoderFolder folder(Path at) {
        try (var model = new MaskedLanguageModel(
                BertConfig.tiny(12), Params.fresh(3), MaskedLanguageModel.Heads.MASKED_LANGUAGE)) {
            FolderWriter.write(at, model, EncoderParts.of(tokenizer()), DType.FLOAT32);
        }
        return EncoderFolder.open(at);
    }

    static TextExample text(String text, @Nullable String pair, Label label) {
        return new TextExample(new Place(FILE, 1), text, pair, label);
    }

    /// `good` is class 1, `bad` class 0; the other words say nothing.
    static TaskData sentiment() {
        List<Example> examples = new ArrayList<>();
        for (String frame : List.of("a %s film", "the film a %s", "%s", "%sly the film")) {
            examples.add(text(frame.formatted("good"), null, new Label.Category(1)));
            examples.add(text(frame.formatted("bad"), null, new Label.Category(0)));
        }
        return new TaskData(
                "sentiment",
                Kind.CLASSIFY,
                LabelSet.of(List.of("negative", "positive")),
                TaskData.metrics(Kind.CLASSIFY),
                examples,
                Map.of("dev", examples));
    }

    /// Pairs with one number for each good word.
    static TaskData similarity() {
        List<Example> examples = new ArrayList<>();
        for (String first : List.of("good", "bad")) {
            for (String second : List.of("good", "bad")) {
                double value = (first.equals("good") ? 1 : 0) + (second.equals("good") ? 1 : 0);
                examples.add(text("a " + first, "the " + second, new Label.Amount(value)));
            }
        }
        return new TaskData(
                "similarity", Kind.REGRESS, null, TaskData.metrics(Kind.REGRESS), examples, Map.of("dev", examples));
    }

    /// `sana` is a person.
    static TaskData names() {
        List<Example> examples = List.of(
                new TaggedWords(new Place(FILE, 1), List.of("a", "sana", "film"), List.of("O", "B-PER", "O")),
                new TaggedWords(new Place(FILE, 5), List.of("sana"), List.of("B-PER")),
                new TaggedWords(
                        new Place(FILE, 7), List.of("goodly", "bad", "sana", "a"), List.of("O", "O", "B-PER", "O")));
        return new TaskData(
                "names",
                Kind.TAG,
                LabelSet.of(List.of("O", "B-PER")),
                TaskData.metrics(Kind.TAG),
                examples,
                Map.of("dev", examples));
    }

    /// The good ending is right; one example has three.
    static TaskData endings() {
        List<Example> examples = List.of(
                new ChoiceExample(new Place(FILE, 1), "the film", List.of("good", "bad"), 0),
                new ChoiceExample(new Place(FILE, 2), "a film", List.of("bad", "good"), 1),
                new ChoiceExample(new Place(FILE, 3), "a", List.of("bad", "bad film", "the good"), 2));
        return new TaskData(
                "endings", Kind.CHOOSE, null, TaskData.metrics(Kind.CHOOSE), examples, Map.of("dev", examples));
    }

    /// A recipe quick enough for tests.
    static FineTune quick() {
        FineTune standard = FineTune.standard();
        return new FineTune(
                false,
                3e-3,
                30,
                4,
                0.1,
                0.01,
                1,
                true,
                16,
                42,
                standard.weights(),
                0,
                1,
                null,
                null,
                0,
                false,
                Fit.Precision.FLOAT32);
    }

    /// Hears nothing.
    static final Listener SILENT = new Listener() {
        @Override
        public void stage(int number, int of, String title, boolean alreadyDone) {}

        @Override
        public void say(String line) {}

        @Override
        public Progress training(String name) {
            return Progress.none();
        }
    };
}
