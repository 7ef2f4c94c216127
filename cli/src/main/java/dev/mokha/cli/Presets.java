package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.EndOfText;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The configurations that have a name on the command line.
final class Presets {
    private Presets() {}

    /// {@return the configuration of a name or file, with as many rows as the tokenizer has ids}
    static DecoderConfig config(String nameOrFile, Tokenizer tokenizer) {
        int rows = tokenizer.idBound(); // none to spare: a merge puts new pieces behind the last
        DecoderConfig config = switch (nameOrFile) {
            case "tiny" -> DecoderConfig.llama(rows, 64, 160, 2, 4, 2);
            case "small" -> DecoderConfig.llama(rows, 256, 704, 6, 8, 4);
            case "base" -> DecoderConfig.llama(rows, 512, 1408, 6, 8, 4);
            case "llama-3.2-1b" -> DecoderConfig.llama32With1b().withVocabSize(rows);
            case "allam-7b" -> DecoderConfig.allam7b().withVocabSize(rows);
            default -> read(nameOrFile, tokenizer);
        };
        return config.special().eos().isEmpty()
                ? config.withSpecial(new SpecialIds(null, List.of(EndOfText.of(SpecialIds.none(), tokenizer)), null))
                : config;
    }

    private static DecoderConfig read(String file, Tokenizer tokenizer) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path) || !path.endsWith("config.json")) {
            throw new IllegalArgumentException("--config '" + file + "' is none of tiny, small, base, llama-3.2-1b,"
                    + " allam-7b, and no config.json");
        }
        JsonFiles.object(path); // a clear error for what is no JSON
        Path folder = path.toAbsolutePath().getParent();
        DecoderConfig config = ModelFolder.open(folder == null ? path : folder).config();
        if (tokenizer.idBound() > config.vocabSize()) {
            throw new IllegalArgumentException(file + " has vocab_size " + config.vocabSize() + ", the tokenizer needs "
                    + tokenizer.idBound() + " rows");
        }
        return config;
    }
}
