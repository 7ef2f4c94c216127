package dev.mokha.language.pretrain;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Next-token prediction on packed rows: the loss is the mean over every token but the first of each row.
///
/// @param model what is trained
/// @param heldOut measures it on held-out text; gives null when there is none
public record DecoderTask(Decoder model, Supplier<@Nullable Evaluation> heldOut) implements ModelTask<TokenBatch> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(TokenBatch batch) {
        return model.loss(batch, batch.ids());
    }

    @Override
    public double weight(TokenBatch batch) {
        return (double) batch.ids().size(0) * (batch.ids().size(1) - 1);
    }

    @Override
    public long tokens(TokenBatch batch) {
        return batch.ids().count();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        return heldOut.get();
    }
}
