package dev.mokha.language.gguf;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A decoder in a GGUF file: its shape, tokenizer and chat template, and its parameters by the names of Hugging
/// Face checkpoints, as stored.
///
/// ```java
/// try (var model = GgufModel.open(Path.of("model-q4_k_m.gguf"))) {
///     GgufWeight query = model.weight("model.layers.0.self_attn.q_proj.weight");
///     MemorySegment row = query.row(7); // still in blocks of Q4_K
/// }
/// ```
///
/// Read are `llama` (Llama, Mistral and Mixtral), `qwen2`, `qwen3`, `qwen2moe` and `qwen3moe`. What would be
/// computed otherwise than llama.cpp does is refused, by name.
public final class GgufModel implements AutoCloseable {
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String SAMPLING = "general.sampling.";

    /// Tokens that end a turn, by their texts in published chat templates; few files name them all in keys.
    private static final Set<String> ENDS = Set.of(
            "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>", "<end_of_turn>");

    private final GgufFile file;
    private final TokenizerReader tokens;
    private final DecoderConfig config;
    private final Map<String, GgufWeight> weights;

    private GgufModel(GgufFile file, TokenizerReader tokens, DecoderConfig config, Map<String, GgufWeight> weights) {
        this.file = file;
        this.tokens = tokens;
        this.config = config;
        this.weights = weights;
    }

    /// Opens a file, which the caller closes.
    ///
    /// @throws GgufException when it cannot be read, or holds a model that is not computed here
    public static GgufModel open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return of(file);
        } catch (GgufException e) {
            file.close();
            throw e;
        } catch (IllegalArgumentException e) {
            file.close();
            throw new GgufException(path, "describes no model: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static GgufModel of(GgufFile file) {
        var tokens = new TokenizerReader(file.keys());
        var named = new LinkedHashMap<String, GgufTensor>();
        var reader = new ConfigReader(file);
        Family family = reader.mixtureOrLlama();
        for (GgufTensor tensor : file.tensors().values()) {
            TensorNames.@Nullable Stack stack = TensorNames.Stack.of(tensor.name());
            @Nullable String name = TensorNames.checkpoint(tensor.name(), family);
            if (stack != null) {
                experts(file, tensor, stack, family, named);
            } else if (name != null) {
                named.put(name, name.endsWith("shared_expert_gate.weight") ? asRow(tensor) : tensor);
            } else if (!tensor.name().equals(TensorNames.ROPE_FACTORS)) {
                throw new GgufException(
                        file.path(),
                        "is of the architecture '" + file.text("general.architecture") + "' and has a tensor '"
                                + tensor.name() + "', which is not computed here");
            }
        }
        DecoderConfig config = reader.read(named.keySet(), special(tokens));
        RowOrder heads = new RowOrder(reader.interleaved(config));
        var weights = new LinkedHashMap<String, GgufWeight>();
        named.forEach((name, tensor) -> {
            boolean turned = name.contains(".q_proj.") || name.contains(".k_proj.");
            if (tensor.shape().size() == 1 && tensor.type().isQuantized()) {
                throw new GgufException(
                        file.path(),
                        "has the vector '" + tensor.name() + "' in " + tensor.type() + "; only matrices are quantised");
            }
            RowOrder order = turned ? heads : RowOrder.asStored();
            if (!order.isAsStored() && tensor.shape().getFirst() % order.headDim() != 0) {
                throw new GgufException(
                        file.path(),
                        "has " + tensor.shape().getFirst() + " rows in '" + tensor.name()
                                + "', which are no whole heads of " + order.headDim());
            }
            weights.put(name, new GgufWeight(name, tensor, order, file.bytes(tensor)));
        });
        return new GgufModel(file, tokens, config, Collections.unmodifiableMap(weights));
    }

    /// Each expert's part of a tensor that holds those of all.
    private static void experts(
            GgufFile file, GgufTensor all, TensorNames.Stack stack, Family family, Map<String, GgufTensor> named) {
        List<Long> shape = all.shape();
        if (shape.size() != 3 || shape.getFirst() > Experts.MOST || !family.mixture()) {
            throw new GgufException(
                    file.path(),
                    "has experts of shape " + shape + " in '" + all.name() + "'; read are [experts, rows, columns], of"
                            + " llama, qwen2moe and qwen3moe files that say how many there are");
        }
        for (int i = 0; i < shape.getFirst(); i++) {
            long bytes = all.bytes() / shape.getFirst();
            named.put(
                    stack.checkpoint(family, i),
                    new GgufTensor(all.name(), shape.subList(1, 3), all.type(), all.offset() + i * bytes));
        }
    }

    /// A vector as the matrix of one row that it is in checkpoints.
    private static GgufTensor asRow(GgufTensor vector) {
        return new GgufTensor(vector.name(), List.of(1L, vector.count()), vector.type(), vector.offset());
    }

    private static SpecialIds special(TokenizerReader tokens) {
        List<Integer> ends = new ArrayList<>();
        for (String key : List.of("eos", "eot", "eom")) {
            addOnce(ends, tokens.id("tokenizer.ggml." + key + "_token_id"));
        }
        for (int id = 0; id < tokens.tokens().size(); id++) {
            if (ENDS.contains(tokens.tokens().get(id)) && tokens.type(id) == TokenType.CONTROL) {
                addOnce(ends, id);
            }
        }
        return new SpecialIds(tokens.id(TokenizerReader.BOS), ends, tokens.id("tokenizer.ggml.padding_token_id"));
    }

    private static void addOnce(List<Integer> ids, @Nullable Integer id) {
        if (id != null && !ids.contains(id)) {
            ids.add(id);
        }
    }

    /// {@return the file, for its metadata}
    public GgufFile file() {
        return file;
    }

    /// {@return the model's shape}
    public DecoderConfig config() {
        return config;
    }

    /// {@return how the model is meant to be sampled; greedy where the file does not say}
    public GenerationConfig generation() {
        GgufKeys keys = file.keys();
        @Nullable Double temperature = keys.number(SAMPLING + "temp");
        @Nullable Double topP = keys.number(SAMPLING + "top_p");
        boolean sampled = temperature == null ? topP != null : temperature > 0;
        return new GenerationConfig(
                config.special(),
                sampled,
                temperature,
                keys.has(SAMPLING + "top_k")
                        ? (Integer) Math.clamp(keys.whole(SAMPLING + "top_k"), 0, Integer.MAX_VALUE)
                        : null,
                topP,
                keys.number(SAMPLING + "min_p"),
                keys.number(SAMPLING + "penalty_repeat"),
                null,
                Map.of());
    }

    /// {@return whether the file has a tokenizer}
    public boolean hasTokenizer() {
        return !tokens.tokens().isEmpty();
    }

    /// Reads the tokenizer.
    ///
    /// @throws GgufException when the file has none, or one of a kind that is not read
    public Tokenizer tokenizer() {
        if (!hasTokenizer()) {
            throw new GgufException(file.path(), "has no tokenizer: no " + TokenizerReader.TOKENS);
        }
        return tokens.read();
    }

    /// {@return how a conversation becomes a prompt; null for a model that does not chat}
    public @Nullable ChatTemplate chatTemplate() {
        GgufKeys keys = file.keys();
        if (!keys.has(TEMPLATE)) {
            return null;
        }
        ChatTemplate template = ChatTemplate.parse(keys.text(TEMPLATE));
        for (String name : List.of("bos", "eos", "padding", "unknown")) {
            @Nullable Integer id = tokens.id("tokenizer.ggml." + name + "_token_id");
            if (id != null) {
                String variable = name.replace("padding", "pad").replace("unknown", "unk") + "_token";
                template = template.with(variable, tokens.tokens().get(id));
            }
        }
        return template;
    }

    /// {@return the parameters as stored, by their names in checkpoints, in the file's order}
    public Map<String, GgufWeight> weights() {
        return weights;
    }

    /// {@return a parameter as stored}
    /// @param name as checkpoints call it, such as `model.layers.0.self_attn.q_proj.weight`
    /// @throws GgufException when there is none
    public GgufWeight weight(String name) {
        @Nullable GgufWeight weight = weights.get(name);
        if (weight == null) {
            throw new GgufException(file.path(), "has no tensor that is '" + name + "'");
        }
        return weight;
    }

    /// {@return the type that the file's matrices have in memory, where no other is asked for: bfloat16 when
    /// all are stored so, else float32}
    public DType dtype() {
        boolean brain = weights.values().stream()
                .filter(weight -> weight.tensor().shape().size() > 1)
                .allMatch(weight -> weight.type() == GgufType.BF16);
        return brain ? DType.BFLOAT16 : DType.FLOAT32;
    }

    /// {@return the parameters as tensors of one type, made when they are asked for; this file stays open}
    public Weights tensors(DType dtype) {
        return new GgufWeights(this, dtype);
    }

    /// Makes the model of the file's numbers, quantised ones as what their blocks stand for. It holds nothing
    /// of the file.
    ///
    /// @throws IllegalArgumentException when weights are missing, left over or of another shape
    public Decoder decoder(Loading loading) {
        DType dtype = loading.dtype();
        return Decoder.from(config, tensors(dtype == null ? dtype() : dtype), loading);
    }

    @Override
    public void close() {
        file.close();
    }
}
