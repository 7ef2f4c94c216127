// Names in sentences: words in CoNLL columns, an encoder that learns their tags, tags for a sentence of one's own.
//
//     java --enable-native-access=ALL-UNNAMED -cp "$(cat .mokha/classpath)" \
//         examples/TagWords.java runs/encoder/model names.conll runs/names "Sana went to Mokha"

import dev.mokha.language.finetune.FineTune;
import dev.mokha.language.finetune.Finetuning;
import dev.mokha.language.finetune.Grid;
import dev.mokha.language.finetune.Kind;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TaskData;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.ConllFile;
import dev.mokha.language.task.Place;
import dev.mokha.language.task.TaggedWords;
import dev.mokha.nn.fit.StopSignal;

void main(String[] args) {
    Path out = Path.of(args[2]);

    // 1. A word a line with its tag, as B-PER, I-PER or O; a blank line between sentences.
    var sentences = ConllFile.of(Path.of(args[1])).read(BadRows.stop());
    var tags = ConllFile.tags(sentences);
    int held = sentences.size() / 5;
    var task = TaskData.of(
            "names", Kind.TAG, tags, sentences.subList(held, sentences.size()), sentences.subList(0, held));

    // 2. One run. What counts is the F1 of whole entities, not of tags.
    var recipe = FineTune.standard().at(1e-3, 8, 10, 42);
    var results = Finetuning.prepare(EncoderFolder.open(Path.of(args[0])), task, Grid.of(recipe), TooLong.CUT)
            .run(out, Listener.silent(), new StopSignal());
    results.table().forEach(row -> IO.println(String.join("  ", row)));

    // 3. A sentence that nobody has tagged.
    var sentence = new TaggedWords(new Place(Path.of("typed"), 1), List.of(args[3].split(" ")), List.of());
    try (var predictor = Predictor.open(EncoderFolder.open(out.resolve("model")), 0, TooLong.CUT)) {
        var answer = predictor.predict(List.of(sentence)).getFirst();
        for (int i = 0; i < sentence.words().size(); i++) {
            IO.println(sentence.words().get(i) + "  " + answer.labels().get(i));
        }
    }
}
