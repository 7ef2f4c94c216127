// How many tokens a word costs in two languages, before and after an Arabic vocabulary is learned and merged.
//
//     java -cp "$(cat .mokha/classpath)" examples/MergedVocabulary.java        (./mokha writes the class path when it builds)

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.text.fertility.Fertility;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.TrainingProgress;

static final Path TEXT = Path.of("samples/text");

void main() {
    Tokenizer base = ModelFolder.open(Path.of("samples/base")).tokenizer();
    var learned = ByteLevelBpeTraining.gpt2(4096).train(read("arabic-train"), TrainingProgress.SILENT);
    var merged = VocabularyMerge.arabic(2048).merge(base, learned);
    IO.println("added " + merged.added().size() + " pieces");
    for (String language : List.of("arabic", "english")) {
        List<String> held = read(language + "-held-out");
        IO.println("%s: %.2f tokens a word before, %.2f after"
                .formatted(
                        language,
                        Fertility.of(language, base, held).tokensPerWord(),
                        Fertility.of(language, merged.tokenizer(), held).tokensPerWord()));
    }
}

List<String> read(String name) {
    return TextSource.of(TEXT.resolve(name + ".jsonl.gz")).all().stream()
            .map(Document::text)
            .toList();
}
