package dev.mokha.language.decoder;

import dev.mokha.nn.Init;
import dev.mokha.nn.Linear;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A causal language model of the Llama kind, [Touvron et al. 2023](https://arxiv.org/abs/2302.13971): RMS
/// norms before each block, rotary positions, gated feed-forward. What [Family] it is comes from the
/// [DecoderConfig].
///
/// Parameters carry the names of the Hugging Face checkpoints, so one loads unchanged. Points for a probe,
/// beside each layer's `self_attn.probs`: `model.embed_tokens.output`, `model.layers.N.self_attn.output`,
/// `model.layers.N.mlp.output`, `model.layers.N.output` (the residual stream) and `model.norm.output`; and what
/// projections see: `input_layernorm.output`, `self_attn.o_proj.input`, `post_attention_layernorm.output` and
/// `mlp.down_proj.input` of each layer.
///
/// We differ from transformers in one point: `attention_dropout`, 0 in every published decoder, is refused in
/// training.
public final class Decoder implements AutoCloseable {
    /// The projections of every layer, as a pattern of the ends of their names: what adapters are usually
    /// put on.
    public static final String PROJECTIONS = "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj|w1|w2|w3";

    private final DecoderConfig config;
    private final Params params;
    private final DecoderStack stack;
    private final Projection head;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public Decoder(DecoderConfig config, Params params) {
        Params root = params.with(Init.normal(config.initializerRange()));
        this.config = config;
        this.params = params;
        this.stack = new DecoderStack(config, root.at("model"));
        this.head = config.tieWordEmbeddings()
                ? stack.embedding().asHead()
                : root.linear("lm_head", config.hiddenSize(), config.vocabSize(), false);
        if (config.tieWordEmbeddings()) {
            params.ignore("^lm_head\\.weight$"); // some folders repeat the table
        }
        params.finish();
    }

    /// A model with weights drawn from a seed, for training.
    public static Decoder fresh(DecoderConfig config, long seed) {
        return new Decoder(config, Params.fresh(seed));
    }

    /// A model of a checkpoint's weights, which it closes when it is closed.
    public static Decoder from(DecoderConfig config, Weights weights, Loading loading) {
        return new Decoder(config, Params.from(weights, loading));
    }

    /// {@return the shape of this model}
    public DecoderConfig config() {
        return config;
    }

    /// {@return the parameters, for optimisers and for saving}
    public Params params() {
        return params;
    }

    /// {@return the logits of every position, `[batch, time, vocab]`}
    public Tensor forward(TokenBatch batch) {
        return head.forward(hidden(batch, null));
    }

    /// Reads more positions behind those in the cache and adds them to it.
    ///
    /// @return the logits of the last position alone, `[batch, vocab]`
    public Tensor next(TokenBatch batch, KeyValueCache cache) {
        Tensor hidden = hidden(batch, cache); // [batch, time, hidden]
        return head.forward(hidden.select(1, hidden.size(1) - 1));
    }

    /// {@return the residual stream after the last norm, the head's input, `[batch, time, hidden]`}
    public Tensor hidden(TokenBatch batch) {
        return hidden(batch, null);
    }

    private Tensor hidden(TokenBatch batch, @Nullable KeyValueCache cache) {
        return stack.hidden(batch, cache);
    }

    /// Mean negative log-likelihood, in nats a token, of each label after the first under the logits one
    /// position earlier: what transformers returns for the same `labels`. Of a mixture of experts in
    /// training, `routerAuxLossCoef` times the load-balancing loss is added, and outside training where
    /// `outputRouterLogits` asks for it.
    ///
    /// @param labels 64-bit integers `[batch, time]`, usually the ids; -100 leaves a position out
    /// @return a scalar; NaN when nothing counts
    public Tensor loss(TokenBatch batch, Tensor labels) {
        requireNoDropout();
        @Nullable LoadBalance balance = balance(batch);
        Tensor x = stack.hidden(batch, null, balance).flatten(0, 1); // [batch · time, hidden]
        Tensor targets = targets(labels.to(params.device()));
        Tensor counts = targets.ge(0);
        if (fewCount(counts)) {
            Tensor rows = Tensors.range(0, targets.size(0), params.device()).maskedSelect(counts);
            x = x.indexSelect(0, rows);
            targets = targets.indexSelect(0, rows);
        }
        Tensor loss = head instanceof Linear linear && linear.bias() == null
                ? Functional.linearCrossEntropy(x, linear.weight(), targets)
                : Functional.crossEntropy(head.forward(x).to(DType.FLOAT32), targets, 0);
        Experts experts = config.experts();
        return balance == null || experts == null
                ? loss
                : loss.add(balance.loss().to(loss.dtype()).mul(experts.routerAuxLossCoef()));
    }

    /// {@return where the loss of experts is gathered; null where it does not count}
    private @Nullable LoadBalance balance(TokenBatch batch) {
        Experts experts = config.experts();
        if (experts == null) {
            return null;
        }
        boolean counts = experts.routerAuxLossCoef() > 0
                && (experts.outputRouterLogits() || params.mode() == Mode.TRAIN)
                && IntStream.range(0, config.numHiddenLayers()).anyMatch(experts::in);
        return counts ? new LoadBalance(experts.numExperts(), batch.attentionMask()) : null;
    }

    /// Negative log-likelihood of each label under the logits one position earlier, without the mean: for
    /// evaluation.
    ///
    /// @param labels 64-bit integers `[batch, time]`; -100 leaves a position out
    /// @return `[batch, time − 1]`, float32, or float64 of a model in that: entry t is about label t + 1, 0
    ///     where that is left out
    public Tensor losses(TokenBatch batch, Tensor labels) {
        long time = labels.size(1);
        Tensor x = hidden(batch).narrow(1, 0, time - 1).flatten(0, 1); // [batch · (time − 1), hidden]
        Tensor targets = labels.to(params.device()).narrow(1, 1, time - 1).reshape(-1);
        Tensor counts = targets.ge(0);
        Tensor losses;
        if (fewCount(counts)) {
            Tensor rows = Tensors.range(0, targets.size(0), params.device()).maskedSelect(counts);
            Tensor some = lossesOf(x.indexSelect(0, rows), targets.indexSelect(0, rows));
            losses = Tensors.full(0, some.dtype(), params.device(), targets.size(0))
                    .indexAdd(0, rows, some);
        } else {
            losses = lossesOf(x, targets);
        }
        return losses.view(labels.size(0), time - 1);
    }

    /// @param x `[rows, hidden]`
    /// @return `[rows]`
    private Tensor lossesOf(Tensor x, Tensor targets) {
        Tensor logits = head.forward(x);
        Tensor exact = logits.dtype() == DType.FLOAT64 ? logits : logits.to(DType.FLOAT32);
        return Functional.crossEntropyPerRow(exact, targets);
    }

    /// {@return whether so few positions count that the head need not see the others}
    private static boolean fewCount(Tensor counts) {
        return 4 * counts.sum().itemLong() < 3 * counts.size(0);
    }

    /// How likely tokens are, at chosen positions only: for evaluation.
    ///
    /// @param logLikelihoods `[targets]`, float32, or float64 of a model in that
    /// @param likeliest the likeliest token at each position, 64-bit integers `[positions]`
    public record Likelihoods(Tensor logLikelihoods, Tensor likeliest) {}

    /// The log-likelihoods of tokens behind some positions. The head sees those positions only, which of a
    /// large vocabulary is most of the work.
    ///
    /// @param cache what stands before the batch, to which the batch is added; null for nothing
    /// @param positions which of the batch's `batch · time` positions
    /// @param targets tokens
    /// @param at behind which of the positions, by its place among them, each target is to stand
    public Likelihoods likelihoods(
            TokenBatch batch, @Nullable KeyValueCache cache, int[] positions, int[] targets, int[] at) {
        Tensor rows = Tensors.of(positions, positions.length).to(params.device());
        Tensor logits = logits(batch, cache, rows);
        Tensor exact = logits.dtype() == DType.FLOAT64 ? logits : logits.to(DType.FLOAT32);
        long[] cells = new long[targets.length];
        Arrays.setAll(cells, i -> at[i] * exact.size(1) + targets[i]);
        Tensor chosen = exact.flatten(0, 1)
                .indexSelect(0, Tensors.of(cells, cells.length).to(params.device()));
        Tensor norms = exact.logSumExp(1, false)
                .indexSelect(0, Tensors.of(at, at.length).to(params.device()));
        return new Likelihoods(chosen.sub(norms), exact.argmax(1));
    }

    /// The logits of chosen positions only, `[positions, vocab]`: the head does not see the others.
    ///
    /// @param positions which of the batch's `batch · time` positions, 64-bit integers `[positions]`
    public Tensor logits(TokenBatch batch, Tensor positions) {
        requireNoDropout();
        return logits(batch, null, positions.to(params.device()));
    }

    /// The logits of the wanted rows of a server's step, `[wanted, vocab]`. The rows' keys and values lie
    /// elsewhere, and nothing waits for the device but where a mixture's router sends rows.
    public Tensor step(StepBatch rows, StepAttention attention) {
        return head.forward(stack.hidden(rows, attention).flatten(0, 1));
    }

    private Tensor logits(TokenBatch batch, @Nullable KeyValueCache cache, Tensor positions) {
        return head.forward(hidden(batch, cache).flatten(0, 1).indexSelect(0, positions));
    }

    /// For each position the label of the next; nothing follows the last. `[batch · time]`
    private Tensor targets(Tensor labels) {
        long batch = labels.size(0);
        Tensor nothing = Tensors.full(-100, DType.INT64, params.device(), batch, 1);
        return Tensors.cat(List.of(labels.narrow(1, 1, labels.size(1) - 1), nothing), 1)
                .flatten(0, 1);
    }

    private void requireNoDropout() {
        if (config.attentionDropout() > 0 && params.mode() == Mode.TRAIN) {
            throw new IllegalStateException("attention_dropout is " + config.attentionDropout()
                    + " in the configuration; training with it is not computed here: set it to 0");
        }
    }

    /// {@return an empty cache for `batch` rows, with memory for `capacity` positions each}
    public KeyValueCache cache(int batch, long capacity) {
        return new KeyValueCache(
                config, batch, capacity, stack.embedding().weight().dtype(), params.device());
    }

    /// Releases the parameters, the checkpoint they came from, and the rotary table.
    @Override
    public void close() {
        stack.close();
        params.close();
    }
}
