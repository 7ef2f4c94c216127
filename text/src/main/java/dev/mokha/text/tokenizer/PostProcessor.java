package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.normal.PeerUnicode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What puts special tokens around one text or two. The record names are the types of `tokenizer.json`.
public sealed interface PostProcessor {
    /// {@return the parts of the finished encoding, in order}
    List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens);

    /// {@return how many tokens it adds to one text, or to two}
    int added(boolean pair);

    /// One after the other.
    record Sequence(List<PostProcessor> processors) implements PostProcessor {
        /// Copies the list.
        public Sequence {
            processors = List.copyOf(processors);
        }

        @Override
        public List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens) {
            var out = encodings;
            for (PostProcessor processor : processors) {
                out = processor.process(out, addSpecialTokens);
            }
            return out;
        }

        @Override
        public int added(boolean pair) {
            return processors.stream().mapToInt(p -> p.added(pair)).sum();
        }
    }

    /// Leaves the space at a token's ends out of its offsets.
    record ByteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) implements PostProcessor {
        @Override
        public List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens) {
            return trimOffsets
                    ? encodings.stream().map(e -> trim(e, addPrefixSpace)).toList()
                    : encodings;
        }

        @Override
        public int added(boolean pair) {
            return 0;
        }
    }

    /// A special token by its name in a template: usually one id, but there may be more.
    record SpecialToken(String id, List<Integer> ids, List<String> tokens) {
        /// Copies the lists.
        public SpecialToken {
            if (ids.size() != tokens.size()) {
                throw new IllegalArgumentException("special token \"" + id + "\" has " + ids.size() + " ids and "
                        + tokens.size() + " tokens; give as many of each");
            }
            ids = List.copyOf(ids);
            tokens = List.copyOf(tokens);
        }

        /// One token with its id.
        public static SpecialToken of(String token, int id) {
            return new SpecialToken(token, List.of(id), List.of(token));
        }
    }

    /// A place in a template.
    sealed interface Piece {
        /// The first text (`A`) or the second.
        record Text(boolean second, int typeId) implements Piece {}

        /// A special token of the template's list.
        record Special(String id, int typeId) implements Piece {}
    }

    /// Texts and special tokens in the order of a template.
    record TemplateProcessing(List<Piece> single, List<Piece> pair, Map<String, SpecialToken> specialTokens)
            implements PostProcessor {
        /// Copies, and checks that each special token is known.
        public TemplateProcessing {
            single = List.copyOf(single);
            pair = List.copyOf(pair);
            specialTokens = Map.copyOf(specialTokens);
            for (Piece piece : single) {
                check(piece, specialTokens);
                if (piece instanceof Piece.Text(boolean second, int _) && second) {
                    throw new IllegalArgumentException("the template for one text asks for a second one (B)");
                }
            }
            for (Piece piece : pair) {
                check(piece, specialTokens);
            }
        }

        private static void check(Piece piece, Map<String, SpecialToken> tokens) {
            if (piece instanceof Piece.Special(String id, int _) && !tokens.containsKey(id)) {
                throw new IllegalArgumentException(
                        "the template names \"" + id + "\", which is not among its special tokens " + tokens.keySet());
            }
        }

        @Override
        public List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens) {
            var out = new ArrayList<Encoding>();
            for (Piece piece : encodings.size() > 1 ? pair : single) {
                switch (piece) {
                    case Piece.Text(boolean second, int typeId) ->
                        out.add(encodings.get(second ? 1 : 0).withTypeId(typeId));
                    case Piece.Special(String id, int typeId) -> {
                        if (addSpecialTokens) {
                            out.add(special(Objects.requireNonNull(specialTokens.get(id)), typeId));
                        }
                    }
                }
            }
            return out;
        }

        @Override
        public int added(boolean two) {
            int n = 0;
            for (Piece piece : two ? pair : single) {
                if (piece instanceof Piece.Special(String id, int _)) {
                    n += Objects.requireNonNull(specialTokens.get(id)).ids().size();
                }
            }
            return n;
        }
    }

    /// `[CLS] A [SEP] B [SEP]`.
    record Bert(SpecialToken sep, SpecialToken cls) implements PostProcessor {
        @Override
        public List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens) {
            if (!addSpecialTokens) {
                return encodings;
            }
            var out = new ArrayList<>(List.of(special(cls, 0), encodings.getFirst(), special(sep, 0)));
            if (encodings.size() > 1) {
                out.add(encodings.get(1));
                out.add(special(sep, 1));
            }
            return out;
        }

        @Override
        public int added(boolean pair) {
            return pair ? 3 : 2;
        }
    }

    /// `<s> A </s></s> B </s>`, all of type 0.
    record Roberta(SpecialToken sep, SpecialToken cls, boolean trimOffsets, boolean addPrefixSpace)
            implements PostProcessor {
        @Override
        public List<Encoding> process(List<Encoding> encodings, boolean addSpecialTokens) {
            var texts = encodings.stream()
                    .map(e -> (trimOffsets ? trim(e, addPrefixSpace) : e).withTypeId(0))
                    .toList();
            if (!addSpecialTokens) {
                return texts;
            }
            var out = new ArrayList<>(List.of(special(cls, 0), texts.getFirst(), special(sep, 0)));
            if (texts.size() > 1) {
                out.addAll(List.of(special(sep, 0), texts.get(1), special(sep, 0)));
            }
            return out;
        }

        @Override
        public int added(boolean pair) {
            return pair ? 4 : 2;
        }
    }

    private static Encoding special(SpecialToken token, int typeId) {
        return Encoding.ofSpecial(
                token.ids().stream().mapToInt(Integer::intValue).toArray(),
                token.tokens().toArray(String[]::new),
                typeId);
    }

    private static boolean isSpace(int c) {
        return c == Alphabet.of(' ') || PeerUnicode.isWhitespace(c);
    }

    private static Encoding trim(Encoding encoding, boolean addPrefixSpace) {
        int n = encoding.size();
        var starts = new int[n];
        var ends = new int[n];
        var tokens = encoding.tokens();
        for (int i = 0; i < n; i++) {
            String token = tokens.get(i);
            int leading = 0;
            while (leading < token.length() && isSpace(token.charAt(leading))) {
                leading++;
            }
            int trailing = 0;
            while (trailing < token.length() && isSpace(token.charAt(token.length() - 1 - trailing))) {
                trailing++;
            }
            int start = encoding.start(i);
            int end = encoding.end(i);
            boolean added = (i == 0 || start == 0) && addPrefixSpace && leading == 1;
            if (leading > 0 && !added) {
                start = Math.min(start + leading, end);
            }
            if (trailing > 0 && end >= trailing) {
                end = Math.max(end - trailing, start);
            }
            starts[i] = start;
            ends[i] = end;
        }
        return encoding.withOffsets(starts, ends)
                .withOverflowing(encoding.overflowing().stream()
                        .map(o -> trim(o, addPrefixSpace))
                        .toList());
    }
}
