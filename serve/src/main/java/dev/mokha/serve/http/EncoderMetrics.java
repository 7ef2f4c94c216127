package dev.mokha.serve.http;

import dev.mokha.serve.encode.Call;
import dev.mokha.serve.encode.EncodeState;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.PassListener;
import dev.mokha.serve.encode.ServedEncoder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The encoders' figures, under the names of vLLM and of text-embeddings-inference.
final class EncoderMetrics {
    private static final double[] SEQUENCES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    private static final double[] TOKENS = {16, 64, 256, 512, 1024, 2048, 4096, 8192, 16384};
    private static final double[] PASS = {.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10};

    private final Meters meters;
    private final Map<String, OfOne> all = new HashMap<>();

    /// One encoder's.
    private record OfOne(
            Counter tokens,
            Timer whole,
            Timer queued,
            Timer pass,
            DistributionSummary sequences,
            DistributionSummary passTokens) {}

    /// @param encoders that are served; null for none
    EncoderMetrics(@Nullable Encoders encoders, Meters meters) {
        this.meters = meters;
        if (encoders == null) {
            return;
        }
        for (ServedEncoder encoder : encoders.all()) {
            String name = encoder.name();
            gauge(
                    encoders,
                    encoder,
                    Meters.VLLM + "num_requests_running",
                    "Sequences in memory.",
                    EncodeState::running);
            gauge(encoders, encoder, Meters.VLLM + "num_requests_waiting", "Requests that wait.", EncodeState::waiting);
            gauge(encoders, encoder, "te_queue_size", "Texts that wait.", EncodeState::waitingSequences);
            all.put(
                    name,
                    new OfOne(
                            meters.counter(
                                    Meters.VLLM + "prompt_tokens",
                                    "Prompt tokens of requests that were answered.",
                                    name),
                            meters.timer(
                                    Meters.VLLM + "e2e_request_latency",
                                    "From arrival to the end.",
                                    name,
                                    Meters.REQUEST),
                            meters.timer(
                                    Meters.VLLM + "request_queue_time",
                                    "From arrival to the first step.",
                                    name,
                                    Meters.REQUEST),
                            meters.timer("te_request_inference_duration", "Of a pass of the model.", name, PASS),
                            meters.sizes("te_batch_next_size", "Texts of a pass.", name, SEQUENCES),
                            meters.sizes("te_batch_next_tokens", "Tokens of a pass.", name, TOKENS)));
            for (Meters.Outcome outcome : Meters.Outcome.values()) {
                meters.finished(outcome, name).increment(0);
            }
        }
        encoders.listen(this::passed);
    }

    private void gauge(
            Encoders encoders,
            ServedEncoder encoder,
            String name,
            String description,
            ToDoubleFunction<EncodeState> figure) {
        meters.gauge(name, description, encoder.name(), encoders, one -> figure.applyAsDouble(one.state(encoder)));
    }

    private OfOne of(String name) {
        return Objects.requireNonNull(all.get(name));
    }

    private void passed(ServedEncoder encoder, PassListener.Size size, Duration time) {
        OfOne one = of(encoder.name());
        one.pass.record(time);
        one.sequences.record(size.sequences());
        one.passTokens.record(size.tokens());
    }

    /// {@return what measures a request until it is closed}
    Watch began(Call call) {
        return new Watch(call, System.nanoTime());
    }

    /// Measures one request.
    final class Watch implements AutoCloseable {
        private final Call call;
        private final long start;
        private Meters.Outcome outcome = Meters.Outcome.ERROR;

        private Watch(Call call, long start) {
            this.call = call;
            this.start = start;
        }

        /// Its answer is there.
        void answered() {
            OfOne one = of(call.encoder().name());
            one.tokens.increment(call.tokens());
            one.queued.record(Duration.ofNanos(call.queuedNanos()));
            one.whole.record(Duration.ofNanos(System.nanoTime() - start));
            outcome = Meters.Outcome.STOP;
        }

        /// Its caller left.
        void left() {
            outcome = Meters.Outcome.ABORT;
        }

        @Override
        public void close() {
            meters.finished(outcome, call.encoder().name()).increment();
        }
    }
}
