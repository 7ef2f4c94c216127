package dev.mokha.language.decoder;

import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A decoder that finds one number for a text, how good people would find it: a linear map of the residual
/// stream at the last token, [Ouyang et al. 2022, §3.5](https://arxiv.org/abs/2203.02155).
///
/// Parameters carry the names of the Hugging Face classes such as `LlamaForSequenceClassification` with one
/// label: the decoder's without its head, and `score.weight` `[1, hidden]`. As there, the last token is the
/// last that is not `pad_token_id`.
public final class RewardModel implements AutoCloseable {
    /// The head, as a pattern of names: what a decoder's folder has not.
    public static final String HEAD = "^score\\.weight$";

    private final DecoderConfig config;
    private final Params params;
    private final DecoderStack stack;
    private final Projection score;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public RewardModel(DecoderConfig config, Params params) {
        Params root = params.with(Init.normal(config.initializerRange()));
        this.config = config;
        this.params = params;
        this.stack = new DecoderStack(config, root.at("model"));
        this.score = root.linear("score", config.hiddenSize(), 1, false);
        params.ignore("^lm_head\\.weight$"); // of the decoder that it begins as
        params.finish();
    }

    /// {@return the shape of this model}
    public DecoderConfig config() {
        return config;
    }

    /// {@return the parameters, for optimisers and for saving}
    public Params params() {
        return params;
    }

    /// Scores texts.
    ///
    /// @param texts token ids, each of one token at least
    /// @return `[texts]`
    public Tensor scores(List<int[]> texts) {
        int time = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        int[] ids = new int[texts.size() * time]; // filled up on the right, where a causal model does not look
        int[] last = new int[texts.size()];
        for (int i = 0; i < last.length; i++) {
            int[] text = texts.get(i);
            if (text.length == 0) {
                throw new IllegalArgumentException("text " + (i + 1) + " has no tokens to score");
            }
            System.arraycopy(text, 0, ids, i * time, text.length);
            last[i] = i * time + last(text);
        }
        TokenBatch batch = TokenBatch.of(Tensors.of(ids, texts.size(), time));
        Tensor rows = Tensors.of(last, last.length).to(params.device());
        Tensor ends = stack.hidden(batch, null).flatten(0, 1).indexSelect(0, rows); // [texts, hidden]
        return score.forward(ends).flatten(0, 1);
    }

    /// The place of the last token that is not padding; 0 of a text of nothing else.
    private int last(int[] text) {
        @Nullable Integer pad = config.special().pad();
        int at = text.length - 1;
        while (pad != null && at > 0 && text[at] == pad) {
            at--;
        }
        return at;
    }

    /// Releases the parameters, the checkpoint they came from, and the rotary table.
    @Override
    public void close() {
        stack.close();
        params.close();
    }
}
