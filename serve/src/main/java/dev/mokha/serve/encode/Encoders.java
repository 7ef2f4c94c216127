package dev.mokha.serve.encode;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.engine.RefusedException;
import dev.mokha.serve.schedule.Admission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Serves encoders to many users at once: the texts of all requests that wait are read in passes of one
/// model, without padding.
///
/// ```java
/// try (var encoders = Encoders.open(folders, EncodeOptions.DEFAULT)) {
///     ServedEncoder encoder = encoders.all().getFirst();
///     Call call = encoders.submit(encoder, List.of(encoder.reader().whole("Cairo lies on the Nile.", null)));
///     …
/// }
/// ```
///
/// What a text becomes does not depend on what is read beside it, but for the last bits of floats: products
/// of other sizes are summed in another order. Any thread may ask; one computes.
public final class Encoders implements AutoCloseable {
    private final List<ServedEncoder> encoders;
    private final EncodeLoop loop;

    private Encoders(List<ServedEncoder> encoders, EncodeOptions options) {
        this.encoders = List.copyOf(encoders);
        this.loop = new EncodeLoop(options);
        loop.start();
    }

    /// Opens folders.
    ///
    /// @param folders by the names under which they are asked for
    /// @throws IllegalArgumentException when one cannot be served; the message says why
    public static Encoders open(SequencedMap<String, Path> folders, EncodeOptions options) {
        var opened = new ArrayList<ServedEncoder>();
        try {
            folders.forEach((name, folder) -> opened.add(ServedEncoder.open(name, folder, options)));
            return new Encoders(opened, options);
        } catch (RuntimeException e) {
            opened.forEach(ServedEncoder::close);
            throw e;
        }
    }

    /// {@return all encoders, in the order in which they were named}
    public List<ServedEncoder> all() {
        return encoders;
    }

    /// Takes a request.
    ///
    /// @param sequences at least one, made by the encoder's reader or of its ids
    /// @throws RefusedException when too many wait, or the server is about to stop
    /// @throws IllegalArgumentException when a sequence is too long, or has a token that the model
    ///     does not know
    public Call submit(ServedEncoder encoder, List<Sequence> sequences) {
        try (Place place = reserve(0)) {
            return place.submit(encoder, sequences);
        }
    }

    /// Asks for a place in the queue before the work that a request makes: reading it, its tokens.
    ///
    /// @param tokens of all texts, about
    /// @throws RefusedException when too many wait, or the server is about to stop
    public Place reserve(int tokens) {
        if (loop.gate().enter(tokens) instanceof Admission.Refused refused) {
            throw new RefusedException(refused);
        }
        return new Place(tokens);
    }

    /// A place in the queue, for one request; closing gives it back where it was not used.
    public final class Place implements AutoCloseable {
        private final int tokens;
        private boolean used;

        private Place(int tokens) {
            this.tokens = tokens;
        }

        /// Takes a request; as [Encoders#submit].
        public Call submit(ServedEncoder encoder, List<Sequence> sequences) {
            if (sequences.isEmpty()) {
                throw new IllegalArgumentException("a request has at least one text");
            }
            sequences.forEach(encoder::check);
            if (used) {
                throw new IllegalStateException("the place was used");
            }
            var call = new Call(encoder, sequences, System.nanoTime(), loop::cancel);
            loop.begin(call, tokens);
            used = true;
            return call;
        }

        @Override
        public void close() {
            if (!used) {
                used = true;
                loop.gate().giveUp(tokens);
            }
        }
    }

    /// {@return what waits and runs of an encoder's requests}
    public EncodeState state(ServedEncoder encoder) {
        return loop.state(encoder);
    }

    /// Hears of every pass from now on, on the thread that computes.
    public void listen(PassListener listener) {
        loop.listen(listener);
    }

    /// {@return whether it computes: not closed, and nothing went wrong in it}
    public boolean isAlive() {
        return loop.isAlive();
    }

    /// Takes no more requests, and finishes those that are there.
    ///
    /// @param patience after which the rest is ended
    /// @return whether all were finished
    public boolean drain(Duration patience) {
        return loop.drain(patience);
    }

    /// Ends at once; who waits for a request that was not done hears of it.
    @Override
    public void close() {
        loop.close();
        encoders.forEach(ServedEncoder::close);
    }
}
