package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.serve.adapter.AdapterToy;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.device.DeviceOptions;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.EarlyExit;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The engine over libtorch, here on the processor: answers are those of the packed weights, alone.
final class DeviceEngineTest {
    /// A block of 16 positions of the toy in float32: 2 layers, 2 key heads of 16.
    private static final long BLOCK = 2L * 2 * 2 * 16 * 16 * 4;

    @TempDir
    static Path folder;

    private static Path model = Path.of("");
    private static Path near = Path.of("");
    private static Path sliding = Path.of("");

    @BeforeAll
    static void write() {
        model = Toy.write(folder.resolve("model"), 0.3);
        near = Toy.write(folder.resolve("near"), 0.29);
        sliding = Toy.write(folder.resolve("sliding"), 0.4, 24);
    }

    private static EngineOptions packed() {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 100 * BLOCK));
    }

    private static EngineOptions device() {
        return packed().withCompute(compute -> compute.withDevice(DeviceOptions.on(Device.CPU)));
    }

    private static Heard heard(Engine engine, Request request) {
        var heard = new Heard();
        engine.submit(request, heard);
        return heard;
    }

    private static List<List<List<Integer>>> alone(Path path, EngineOptions options, List<Request> requests) {
        return alone(path, options, _ -> {}, requests);
    }

    private static List<List<List<Integer>>> alone(
            Path path, EngineOptions options, Consumer<Engine> begin, List<Request> requests) {
        List<List<List<Integer>>> answers = new ArrayList<>();
        try (var engine = Engine.open(path, options.withMemory(memory -> memory.withSharing(false)))) {
            begin.accept(engine);
            for (Request request : requests) {
                var heard = heard(engine, request);
                heard.await();
                answers.add(heard.ids());
            }
        }
        return answers;
    }

    private static void assertAnswers(
            Path path, EngineOptions options, List<Request> requests, List<List<List<Integer>>> expected) {
        assertAnswers(path, options, _ -> {}, requests, expected);
    }

    private static void assertAnswers(
            Path path,
            EngineOptions options,
            Consumer<Engine> begin,
            List<Request> requests,
            List<List<List<Integer>>> expected) {
        try (var engine = Engine.open(path, options)) {
            begin.accept(engine);
            List<Heard> together =
                    requests.stream().map(request -> heard(engine, request)).toList();
            for (int i = 0; i < together.size(); i++) {
                together.get(i).await();
                assertThat(together.get(i).ids())
                        .as("request %d, %s", i, options)
                        .isEqualTo(expected.get(i));
            }
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    /// Small steps, little memory, shared or not, swapped or computed anew.
    private static EngineOptions cramped(Random random, int blocks) {
        return device().withMemory(
                        memory -> memory.withKeyValues(KeyValueType.F32, (blocks + random.nextInt(blocks)) * BLOCK)
                                .withSharing(random.nextBoolean())
                                .withHostBlocks(random.nextBoolean() ? 0 : 20))
                .withLoad(load -> load.withStepTokens(4 + random.nextInt(60)).withSequences(3 + random.nextInt(8)));
    }

    @Test
    void greedyAnswersAreThoseOfThePlainLoop() {
        try (var plain = LanguageModel.load(model, Loading.forTraining(Device.CPU));
                var engine = Engine.open(model, device())) {
            assertThat(engine.facts().kernels()).isEqualTo("libtorch on cpu, f32 weights");
            for (String text : List.of("a", "once upon a time there was", "0123456789012345678901234567890123456789")) {
                int[] prompt = plain.tokenizer().encodeIds(text);
                var expected = plain.generate(prompt, true, Sampling.greedy(60), _ -> {});
                var heard = heard(engine, Request.of(prompt, Sampling.greedy(60)));
                heard.await();
                assertThat(heard.ids()).containsExactly(expected.ids());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void answersOfAnyScheduleAreThoseOfPackedWeightsAlone(int seed) {
        var random = new Random(seed);
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 12; i++) {
            requests.add(Drawn.request(random));
        }
        assertAnswers(model, cramped(random, 30), requests, alone(model, packed(), requests));
    }

    /// What drafts.
    enum Drafts {
        LOOKUP,
        MODEL,
        MODEL_TREE,
        EARLY_TREE;

        UnaryOperator<EngineOptions.Speculation> options(Random random) {
            return guess -> {
                var sized = guess.withTokens(1 + random.nextInt(6)).withAdaptive(random.nextBoolean());
                return switch (this) {
                    case LOOKUP -> sized.with(new Draft.Lookup());
                    case MODEL -> sized.with(new Draft.Model(near));
                    case MODEL_TREE -> sized.with(new Draft.Model(near)).withBranches(3);
                    case EARLY_TREE -> sized.with(new Draft.EarlyLayers(1)).withBranches(2);
                };
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Drafts.class)
    void draftsChangeNoAnswer(Drafts drafts) {
        for (int seed = 0; seed < 2; seed++) {
            var random = new Random(drafts.name().hashCode() + seed);
            var requests = new ArrayList<Request>();
            for (int i = 0; i < 8; i++) {
                requests.add(Drawn.request(random));
            }
            var options = cramped(random, 60).withSpeculation(drafts.options(random));
            assertAnswers(model, options, requests, alone(model, packed(), requests));
        }
    }

    private static List<Request> longRequests(Random random, int longest) {
        int[] shared = random.ints(70, 1, 257).toArray();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 6; i++) {
            int[] prompt = random.nextBoolean()
                    ? shared.clone()
                    : random.ints(1 + random.nextInt(120), 1, 257).toArray();
            prompt[prompt.length - 1] = 1 + i;
            int length = longest / 2 + random.nextInt(longest / 2);
            requests.add(Request.of(
                    prompt,
                    Sampling.greedy(length).withEnding(Ending.after(length).withoutEndOfText())));
        }
        return requests;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSlidingModelsAnswersAreThoseOfPackedWeights(int seed) {
        var random = new Random(seed);
        List<Request> requests = longRequests(random, 100);
        assertAnswers(sliding, cramped(random, 8), requests, alone(sliding, packed(), requests));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void answersBehindSinksAreThoseOfPackedWeightsAndGoOnPastTheContext(int seed) {
        var random = new Random(seed);
        UnaryOperator<EngineOptions.Memory> window = memory -> memory.withWindow(new Window(40, 4));
        List<Request> requests = longRequests(random, 300);
        assertAnswers(
                model,
                cramped(random, 12).withMemory(window),
                requests,
                alone(model, packed().withMemory(window), requests));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void adaptersInOneStepAnswerAsWithPackedWeights(int seed) {
        var random = new Random(seed);
        List<LoRA> policies = List.of(AdapterToy.lora(4), AdapterToy.lora(20), LoRA.on("v_proj|down_proj", 8, 16, 0));
        for (int i = 0; i < policies.size(); i++) {
            AdapterToy.write(model, folder.resolve("adapter" + i), policies.get(i), i);
        }
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 10; i++) {
            int which = random.nextInt(4);
            requests.add(Drawn.request(random).withAdapter(which == 3 ? null : "adapter" + which));
        }
        Consumer<Engine> loaded = engine -> {
            for (int i = 0; i < policies.size(); i++) {
                engine.adapters().load("adapter" + i, folder.resolve("adapter" + i));
            }
        };
        assertAnswers(model, cramped(random, 30), loaded, requests, alone(model, packed(), loaded, requests));
    }

    @Test
    void anAdapterThatIsUnloadedLeavesTheDevice() {
        AdapterToy.write(model, folder.resolve("law"), AdapterToy.lora(8), 3);
        var request = Request.of(new int[] {10, 20, 30}, Sampling.greedy(8));
        try (var engine = Engine.open(model, device())) {
            heard(engine, request).await();
            long before = dev.mokha.tensor.Engine.liveHandles();
            engine.adapters().load("law", folder.resolve("law"));
            heard(engine, request.withAdapter("law")).await();
            assertThat(dev.mokha.tensor.Engine.liveHandles()).isGreaterThan(before);
            engine.adapters().unload("law");
            heard(engine, request).await();
            assertThat(dev.mokha.tensor.Engine.liveHandles()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void anAdapterOfExpertsIsRefusedWithTheWayOut() {
        Path fixture = Path.of(System.getProperty("mokha.root"), "fixtures/experts-adapter");
        try (var source = ModelSource.open(fixture.resolve("model"))) {
            var adapters = new Adapters(source.config(), AdapterLimits.DEFAULT, false);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.load("law", fixture.resolve("adapter")))
                    .withMessageContaining("'law'")
                    .withMessageContaining("--device cpu");
            assertThat(adapters.list()).isEmpty();
        }
    }

    @Test
    void quantisedWeightsAreServedInTheTypeThatIsAskedFor(@TempDir Path other) {
        Path file = other.resolve("model.gguf");
        try (var source = ModelSource.open(model)) {
            ModelOutput.gguf(source, file, Mix.Q4_0, false);
        }
        var request = Request.of(new int[] {10, 20, 30}, Sampling.greedy(5));
        try (var engine = Engine.open(
                file,
                EngineOptions.DEFAULT.withCompute(compute ->
                        compute.withDevice(DeviceOptions.on(Device.CPU).withWeights(DType.BFLOAT16))))) {
            assertThat(heard(engine, request).await().newTokens()).isEqualTo(5);
            assertThat(engine.facts().keyValues()).isEqualTo(KeyValueType.BF16);
            assertThat(engine.facts().memory().matrices()).containsOnlyKeys(WeightType.BF16);
            assertThat(engine.facts().loss()).contains("Q4_0").contains("BF16").contains("cpu");
        }
        assertAnswers(file, device(), List.of(request), alone(file, packed(), List.of(request)));
    }

    private static void assertRefused(EngineOptions options, String... words) {
        assertThatThrownBy(() -> Engine.open(model, options))
                .isInstanceOf(UnfitOptionException.class)
                .message()
                .contains(words);
    }

    @Test
    void whatOnlyTheOwnKernelsComputeIsRefusedWithTheWayOut() {
        assertRefused(device().withCompute(compute -> compute.withWeights(Mix.Q4_0)), "--weights", "--device cpu");
        assertRefused(
                device().withCompute(compute -> compute.withExit(new EarlyExit(1, 0.9))),
                "--exit-above",
                "--device cpu");
        assertRefused(
                device().withMemory(memory -> memory.withKeyValues(KeyValueType.INT8, 100 * BLOCK)),
                "INT8",
                "--kv-type",
                "--device cpu");
    }

    @Test
    void keysAndValuesThatDoNotFitAreRefusedWithTheNumbers() {
        assertRefused(
                device().withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 1L << 50)),
                "1048576.00",
                "GiB free",
                "--kv-memory");
    }
}
