package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Model;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Text to ids and back, as a Hugging Face `tokenizer.json` says. Immutable and safe to share between threads.
///
/// ```java
/// Tokenizer tokenizer = Tokenizer.load(folder);
/// int[] ids = tokenizer.encodeIds("Good morning");
/// String text = tokenizer.decode(ids, true);
/// ```
public final class Tokenizer {
    private final Model model;
    private final @Nullable Normalizer normalizer;
    private final @Nullable PreTokenizer preTokenizer;
    private final @Nullable PostProcessor postProcessor;
    private final @Nullable Decoder decoder;
    private final @Nullable Truncation truncation;
    private final @Nullable Padding padding;
    private final AddedTokens added;
    private final EncoderPool encoders;
    private final int size;
    private final int idBound;

    private Tokenizer(Builder builder) {
        this.model = builder.model;
        this.normalizer = builder.normalizer;
        this.preTokenizer = builder.preTokenizer;
        this.postProcessor = builder.postProcessor;
        this.decoder = builder.decoder;
        this.truncation = builder.truncation;
        this.padding = builder.padding;
        this.added = new AddedTokens(builder.addedTokens, model.vocab(), normalizer);
        this.encoders = new EncoderPool(model, normalizer, preTokenizer, added);
        int extra = 0;
        for (AddedToken token : added.byId().values()) {
            if (model.vocab().id(token.content()) < 0) {
                extra++;
            }
        }
        this.size = model.vocab().size() + extra;
        this.idBound = Math.max(
                        model.vocab().maxId(),
                        added.byId().isEmpty() ? -1 : added.byId().lastKey())
                + 1;
    }

    /// Reads a tokenizer.
    ///
    /// @param path a `tokenizer.json`, a WordPiece `vocab.txt`, or a folder that holds one of them
    /// @throws TokenizerFormatException when the file is malformed or holds a component of an unknown type
    public static Tokenizer load(Path path) {
        return TokenizerFiles.load(path);
    }

    /// Reads a tokenizer from the text of a `tokenizer.json`.
    ///
    /// @param name what to call the text in errors
    public static Tokenizer parse(String json, String name) {
        return new JsonReader(name).read(json);
    }

    /// Writes this tokenizer as a `tokenizer.json`; when `path` is a folder, into it.
    public void save(Path path) {
        TokenizerFiles.save(this, path);
    }

    /// {@return the text of the `tokenizer.json`, keys in the order in which Hugging Face writes them}
    public String toJson() {
        return JsonWriter.write(this);
    }

    /// A tokenizer from parts, the model first; what is not set is absent.
    public static Builder builder(Model model) {
        return new Builder(model);
    }

    /// {@return a builder that begins with the parts of this tokenizer}
    public Builder toBuilder() {
        var builder = new Builder(model);
        builder.normalizer = normalizer;
        builder.preTokenizer = preTokenizer;
        builder.postProcessor = postProcessor;
        builder.decoder = decoder;
        builder.truncation = truncation;
        builder.padding = padding;
        builder.addedTokens = addedTokens();
        return builder;
    }

    /// The ids of a text: the fast way when nothing else is wanted.
    ///
    /// @param addSpecialTokens whether the post-processor's special tokens go around it
    public int[] encodeIds(String text, boolean addSpecialTokens) {
        boolean plain = truncation == null && padding == null && (postProcessor == null || !addSpecialTokens);
        if (plain) {
            return encoders.ids(text);
        }
        if (truncation == null && padding == null && postProcessor != null) {
            int[] ids = encoders.ids(text);
            return SpecialTokens.around(ids, postProcessor);
        }
        return encode(text, addSpecialTokens).ids();
    }

    /// The ids of a text, special tokens included.
    public int[] encodeIds(String text) {
        return encodeIds(text, true);
    }

    /// A text with offsets, tokens and masks, special tokens included.
    public Encoding encode(String text) {
        return encode(text, true);
    }

    /// A text with offsets, tokens and masks.
    public Encoding encode(String text, boolean addSpecialTokens) {
        return finish(List.of(encoders.encoding(text, 0, this::token)), addSpecialTokens);
    }

    /// Two texts as one input.
    public Encoding encodePair(String first, String second, boolean addSpecialTokens) {
        return finish(
                List.of(encoders.encoding(first, 0, this::token), encoders.encoding(second, 1, this::token)),
                addSpecialTokens);
    }

    /// Texts one by one, filled up to equal length when there is {@link #padding}.
    public List<Encoding> encodeAll(List<String> texts, boolean addSpecialTokens) {
        var out = new ArrayList<Encoding>(texts.size());
        for (String text : texts) {
            out.add(unpadded(List.of(encoders.encoding(text, 0, this::token)), addSpecialTokens));
        }
        if (padding == null) {
            return out;
        }
        int longest = out.stream().mapToInt(Encoding::size).max().orElse(0);
        return out.stream().map(e -> e.pad(padding.length(longest), padding)).toList();
    }

    private Encoding finish(List<Encoding> texts, boolean addSpecialTokens) {
        var encoding = unpadded(texts, addSpecialTokens);
        return padding == null ? encoding : encoding.pad(padding.length(encoding.size()), padding);
    }

    private Encoding unpadded(List<Encoding> texts, boolean addSpecialTokens) {
        var parts = texts;
        if (truncation != null) {
            int room = truncation.maxLength();
            if (addSpecialTokens && postProcessor != null) {
                int n = postProcessor.added(texts.size() > 1);
                if (n > room) {
                    throw new IllegalArgumentException("truncation to " + room + " tokens leaves no room for the " + n
                            + " special tokens; raise max_length or encode without special tokens");
                }
                room -= n;
            }
            parts = SpecialTokens.truncate(texts, truncation, room);
        }
        return SpecialTokens.process(parts, postProcessor, addSpecialTokens);
    }

    /// The text of ids; an id outside the vocabulary counts for nothing.
    ///
    /// @param skipSpecial whether special tokens are left out
    public String decode(int[] ids, boolean skipSpecial) {
        var tokens = new ArrayList<String>(ids.length);
        for (int id : ids) {
            String token = decoded(id, skipSpecial);
            if (token != null) {
                tokens.add(token);
            }
        }
        return decoder == null ? String.join(" ", tokens) : String.join("", decoder.decode(tokens));
    }

    @Nullable
    String decoded(int id, boolean skipSpecial) {
        String token = token(id);
        return token == null || (skipSpecial && added.isSpecial(token)) ? null : token;
    }

    /// A decoder for tokens that come one by one.
    public StreamingDecoder streamingDecoder(boolean skipSpecial) {
        return new StreamingDecoder(this, skipSpecial);
    }

    /// {@return how many tokens there are, added ones included}
    public int vocabSize() {
        return size;
    }

    /// {@return the largest id plus one: how many rows an embedding needs}
    public int idBound() {
        return idBound;
    }

    /// {@return the id of a token, or -1}
    public int id(String token) {
        int id = added.id(token);
        return id >= 0 ? id : model.vocab().id(token);
    }

    /// {@return the token of an id, or null}
    public @Nullable String token(int id) {
        AddedToken token = added.token(id);
        return token != null ? token.content() : model.vocab().piece(id);
    }

    /// {@return whether an id is that of a special token}
    public boolean isSpecial(int id) {
        AddedToken token = added.token(id);
        return token != null && added.isSpecial(token.content());
    }

    /// {@return all tokens and their ids, added ones included, in the order of the ids}
    public Map<String, Integer> vocab() {
        var byId = new TreeMap<Integer, String>();
        model.vocab().toMap().forEach((token, id) -> byId.put(id, token));
        added.byId().forEach((id, token) -> byId.put(id, token.content()));
        var out = new LinkedHashMap<String, Integer>(byId.size() * 2);
        byId.forEach((id, token) -> out.put(token, id));
        return out;
    }

    /// {@return the model}
    public Model model() {
        return model;
    }

    /// {@return the normaliser, or null}
    public @Nullable Normalizer normalizer() {
        return normalizer;
    }

    /// {@return the pre-tokenizer, or null}
    public @Nullable PreTokenizer preTokenizer() {
        return preTokenizer;
    }

    /// {@return the post-processor, or null}
    public @Nullable PostProcessor postProcessor() {
        return postProcessor;
    }

    /// {@return the decoder, or null}
    public @Nullable Decoder decoder() {
        return decoder;
    }

    /// {@return how long encodings are cut, or null}
    public @Nullable Truncation truncation() {
        return truncation;
    }

    /// {@return how short encodings are filled up, or null}
    public @Nullable Padding padding() {
        return padding;
    }

    /// {@return the added tokens in the order of their ids}
    public List<AddedToken> addedTokens() {
        return List.copyOf(added.byId().values());
    }

    /// {@return the added tokens by id}
    public SortedMap<Integer, AddedToken> addedTokensById() {
        return Collections.unmodifiableSortedMap(added.byId());
    }

    /// Puts a tokenizer together.
    public static final class Builder {
        private final Model model;
        private @Nullable Normalizer normalizer;
        private @Nullable PreTokenizer preTokenizer;
        private @Nullable PostProcessor postProcessor;
        private @Nullable Decoder decoder;
        private @Nullable Truncation truncation;
        private @Nullable Padding padding;
        private List<AddedToken> addedTokens = List.of();

        private Builder(Model model) {
            this.model = Objects.requireNonNull(model);
        }

        /// Sets what rewrites text, or nothing.
        public Builder normalizer(@Nullable Normalizer value) {
            this.normalizer = value;
            return this;
        }

        /// Sets what cuts text into words, or nothing.
        public Builder preTokenizer(@Nullable PreTokenizer value) {
            this.preTokenizer = value;
            return this;
        }

        /// Sets what adds special tokens, or nothing.
        public Builder postProcessor(@Nullable PostProcessor value) {
            this.postProcessor = value;
            return this;
        }

        /// Sets the way back to text, or nothing.
        public Builder decoder(@Nullable Decoder value) {
            this.decoder = value;
            return this;
        }

        /// Sets how long encodings are cut, or nothing.
        public Builder truncation(@Nullable Truncation value) {
            this.truncation = value;
            return this;
        }

        /// Sets how short encodings are filled up, or nothing.
        public Builder padding(@Nullable Padding value) {
            this.padding = value;
            return this;
        }

        /// Sets the added tokens. One that the model knows keeps its id; the others follow after the
        /// vocabulary in order.
        public Builder addedTokens(List<AddedToken> values) {
            this.addedTokens = List.copyOf(values);
            return this;
        }

        /// {@return the tokenizer}
        public Tokenizer build() {
            return new Tokenizer(this);
        }
    }
}
