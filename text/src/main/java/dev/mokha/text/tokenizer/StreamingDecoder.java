package dev.mokha.text.tokenizer;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Text as its tokens come: each {@link #push} gives what is certain so far, {@link #finish} the rest, and
/// all of it put together is what `decode` of all ids gives. A character whose bytes have not all come is
/// held back, so no half character and no U+FFFD in its place is ever given out early. For one stream and one
/// thread.
public final class StreamingDecoder {
    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    private final Stage first;
    private final StringBuilder out = new StringBuilder();

    StreamingDecoder(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
        Decoder decoder = tokenizer.decoder();
        this.first = decoder == null ? new Joined(out::append) : chain(List.of(decoder), out::append);
    }

    /// {@return the text that is certain after this token: often one word, sometimes nothing}
    public String push(int id) {
        String token = tokenizer.decoded(id, skipSpecial);
        if (token != null) {
            first.token(token);
        }
        return take();
    }

    /// {@return what was held back; the stream is over}
    public String finish() {
        first.end();
        return take();
    }

    private String take() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    /// A decoder that passes on what it is sure of.
    private sealed interface Stage {
        void token(String token);

        void end();
    }

    private static Stage chain(List<Decoder> decoders, Consumer<String> sink) {
        var flat = new ArrayList<Decoder>();
        flatten(decoders, flat);
        Stage next = new Last(sink);
        for (int i = flat.size() - 1; i >= 0; i--) {
            Decoder decoder = flat.get(i);
            boolean fuses = decoder instanceof Decoder.Fuse || decoder instanceof Decoder.ByteLevel;
            if (fuses && i + 1 < flat.size()) {
                // What follows sees one token. The ends of it can be stripped as it comes; for anything else, wait.
                var rest = flat.subList(i + 1, flat.size());
                if (rest.size() == 1 && rest.getFirst() instanceof Decoder.Strip strip) {
                    next = decoder instanceof Decoder.Fuse
                            ? new FusedStrip(strip, sink)
                            : new Bytes(new FusedStrip(strip, sink));
                } else {
                    next = new Waiting(flat.subList(i, flat.size()), sink);
                }
            } else {
                next = stage(decoder, next);
            }
        }
        return next;
    }

    private static void flatten(List<Decoder> decoders, List<Decoder> out) {
        for (Decoder decoder : decoders) {
            if (decoder instanceof Decoder.Sequence(List<Decoder> inner)) {
                flatten(inner, out);
            } else {
                out.add(decoder);
            }
        }
    }

    private static Stage stage(Decoder decoder, Stage next) {
        return switch (decoder) {
            case Decoder.ByteLevel _ -> new Bytes(next);
            case Decoder.ByteFallback _ -> new Fallback(next);
            case Decoder.Bpe bpe -> new OneLate(bpe, next);
            case Decoder.Ctc ctc -> new Each(new CtcStep(ctc), next);
            case Decoder.Metaspace metaspace -> new Each(metaspace::decode, next);
            case Decoder.WordPiece wordPiece -> new Each(wordPiece::decode, next);
            case Decoder.Replace replace -> new Each((token, _) -> replace.decode(token), next);
            case Decoder.Strip strip ->
                new Each((token, _) -> strip.decode(List.of(token)).getFirst(), next);
            case Decoder.Fuse _ -> next;
            case Decoder.Sequence _ -> throw new IllegalStateException("sequences were flattened");
        };
    }

    private interface Step {
        @Nullable
        String apply(String token, boolean first);
    }

    private static final class CtcStep implements Step {
        private final Decoder.Ctc ctc;
        private @Nullable String previous;

        CtcStep(Decoder.Ctc ctc) {
            this.ctc = ctc;
        }

        @Override
        public @Nullable String apply(String token, boolean first) {
            if (token.equals(previous)) {
                return null;
            }
            previous = token;
            var out = ctc.decode(List.of(token));
            return out.isEmpty() ? null : out.getFirst();
        }
    }

    private static final class Last implements Stage {
        private final Consumer<String> sink;

        Last(Consumer<String> sink) {
            this.sink = sink;
        }

        @Override
        public void token(String token) {
            sink.accept(token);
        }

        @Override
        public void end() {}
    }

    /// Without a decoder, tokens stand apart.
    private static final class Joined implements Stage {
        private final Consumer<String> sink;
        private boolean any;

        Joined(Consumer<String> sink) {
            this.sink = sink;
        }

        @Override
        public void token(String token) {
            sink.accept(any ? " " + token : token);
            any = true;
        }

        @Override
        public void end() {}
    }

    private static final class Each implements Stage {
        private final Step step;
        private final Stage next;
        private boolean any;

        Each(Step step, Stage next) {
            this.step = step;
            this.next = next;
        }

        @Override
        public void token(String token) {
            String text = step.apply(token, !any);
            any = true;
            if (text != null) {
                next.token(text);
            }
        }

        @Override
        public void end() {
            next.end();
        }
    }

    private static final class OneLate implements Stage {
        private final Decoder.Bpe bpe;
        private final Stage next;
        private @Nullable String held;

        OneLate(Decoder.Bpe bpe, Stage next) {
            this.bpe = bpe;
            this.next = next;
        }

        @Override
        public void token(String token) {
            if (held != null) {
                next.token(held.replace(bpe.suffix(), " "));
            }
            held = token;
        }

        @Override
        public void end() {
            if (held != null) {
                next.token(held.replace(bpe.suffix(), ""));
            }
            next.end();
        }
    }

    /// Gives out whole characters, keeps the bytes of an unfinished one.
    private static final class Bytes implements Stage {
        private final Stage next;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();

        Bytes(Stage next) {
            this.next = next;
        }

        @Override
        public void token(String token) {
            held.writeBytes(Decoder.ByteLevel.bytes(token));
            byte[] bytes = held.toByteArray();
            int whole = bytes.length - unfinished(bytes);
            if (whole > 0) {
                held.reset();
                held.write(bytes, whole, bytes.length - whole);
                next.token(Decoder.ByteLevel.lossy(Arrays.copyOf(bytes, whole)));
            }
        }

        /// {@return how many bytes at the end may still become a character}
        private static int unfinished(byte[] bytes) {
            for (int back = 1; back <= Math.min(3, bytes.length); back++) {
                int b = bytes[bytes.length - back] & 0xFF;
                if (b >= 0xC0) {
                    int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                    return needed > back ? back : 0;
                }
                if (b < 0x80) {
                    return 0;
                }
            }
            return 0;
        }

        @Override
        public void end() {
            if (held.size() > 0) {
                next.token(Decoder.ByteLevel.lossy(held.toByteArray()));
            }
            next.end();
        }
    }

    /// A row of byte pieces is text only if all of it is, so it waits for its end.
    private static final class Fallback implements Stage {
        private final Stage next;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();

        Fallback(Stage next) {
            this.next = next;
        }

        @Override
        public void token(String token) {
            int b = Decoder.ByteFallback.byteOf(token);
            if (b >= 0) {
                held.write(b);
            } else {
                flush();
                next.token(token);
            }
        }

        private void flush() {
            var out = new ArrayList<String>();
            Decoder.ByteFallback.flush(held, out);
            out.forEach(next::token);
        }

        @Override
        public void end() {
            flush();
            next.end();
        }
    }

    /// Strips the ends of a text that comes in parts.
    private static final class FusedStrip implements Stage {
        private final Decoder.Strip strip;
        private final Consumer<String> sink;
        private final StringBuilder held = new StringBuilder();
        private int toDrop;

        FusedStrip(Decoder.Strip strip, Consumer<String> sink) {
            this.strip = strip;
            this.sink = sink;
            this.toDrop = strip.start();
        }

        @Override
        public void token(String token) {
            held.append(token);
            int width = Character.charCount(strip.content());
            while (toDrop > 0 && !held.isEmpty()) {
                if (held.codePointAt(0) != strip.content()) {
                    toDrop = 0;
                } else {
                    held.delete(0, width);
                    toDrop--;
                }
            }
            int sure = held.length();
            while (sure > 0
                    && held.codePointBefore(sure) == strip.content()
                    && (held.length() - sure) / width < strip.stop()) {
                sure -= width;
            }
            sink.accept(held.substring(0, sure));
            held.delete(0, sure);
        }

        @Override
        public void end() {
            // At most `stop` are held, and all of them are the character to drop.
            held.setLength(0);
        }
    }

    private static final class Waiting implements Stage {
        private final Decoder.Sequence rest;
        private final Consumer<String> sink;
        private final List<String> tokens = new ArrayList<>();

        Waiting(List<Decoder> rest, Consumer<String> sink) {
            this.rest = new Decoder.Sequence(rest);
            this.sink = sink;
        }

        @Override
        public void token(String token) {
            tokens.add(token);
        }

        @Override
        public void end() {
            rest.decode(tokens).forEach(sink);
        }
    }
}
