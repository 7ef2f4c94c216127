package dev.mokha.language.finetune;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderConfig;

/// How long a sequence an encoder has positions for.
final class Rooms {
    private Rooms() {}

    static int of(EncoderConfig config) {
        boolean offset = config instanceof BertConfig bert && bert.family() == BertFamily.ROBERTA;
        return config.maxPositionEmbeddings() - (offset ? config.padTokenId() + 1 : 0);
    }
}
