package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.adapter.AdapterToy;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptersTest {
    private static final List<LoRA> POLICIES =
            List.of(AdapterToy.lora(4), AdapterToy.lora(20), LoRA.on("v_proj|down_proj", 8, 16, 0));

    @TempDir
    static Path root;

    private static Path model;

    @BeforeAll
    static void write() {
        model = Toy.write(root.resolve("model"), 0.3);
        for (int i = 0; i < POLICIES.size(); i++) {
            AdapterToy.write(model, adapter(i), POLICIES.get(i), i);
        }
    }

    private static Path adapter(int index) {
        return root.resolve("adapter" + index);
    }

    private static void loadAll(Engine engine) {
        for (int i = 0; i < POLICIES.size(); i++) {
            engine.adapters().load("adapter" + i, adapter(i));
        }
    }

    private static List<Integer> answer(Engine engine, Request request) {
        var heard = EngineTest.heard(engine, request);
        heard.await();
        return heard.ids().getFirst();
    }

    private static Request greedy(int... prompt) {
        return Request.of(prompt, Sampling.greedy(40));
    }

    @Test
    void greedyAnswersAreThoseOfTheMergedModel() {
        Path merged = root.resolve("merged");
        PeftFolder peft = PeftFolder.open(adapter(0));
        var folder = ModelFolder.open(model);
        try (var decoder = folder.decoder(Loading.forTraining(Device.CPU), peft.lora())) {
            peft.into(decoder.params());
            FolderWriter.write(
                    merged,
                    decoder,
                    FolderParts.of(folder.tokenizer(), folder.config().special()),
                    DType.FLOAT32);
        }
        try (var plain = LanguageModel.load(merged, Loading.forTraining(Device.CPU));
                var engine = Engine.open(model, EngineTest.exact())) {
            engine.adapters().load("law", adapter(0));
            for (String text : List.of("a", "once upon a time there was")) {
                int[] prompt = plain.tokenizer().encodeIds(text);
                var expected = plain.generate(prompt, true, Sampling.greedy(60), _ -> {});
                var request = Request.of(prompt, Sampling.greedy(60));
                assertThat(answer(engine, request.withAdapter("law"))).isEqualTo(expected.ids());
                assertThat(answer(engine, request)).isNotEqualTo(expected.ids());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void answersDoNotDependOnWhoseAdaptersAreInTheSameStep(int seed) {
        var random = new Random(seed);
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 14; i++) {
            int which = random.nextInt(POLICIES.size() + 1);
            requests.add(Drawn.request(random).withAdapter(which == POLICIES.size() ? null : "adapter" + which));
        }
        Map<Integer, List<List<Integer>>> alone = new HashMap<>();
        try (var engine = Engine.open(model, EngineTest.exact().withMemory(memory -> memory.withSharing(false)))) {
            loadAll(engine);
            for (int i = 0; i < requests.size(); i++) {
                var heard = EngineTest.heard(engine, requests.get(i));
                heard.await();
                alone.put(i, heard.ids());
            }
        }
        var options = EngineTest.exact()
                .withMemory(
                        memory -> memory.withKeyValues(KeyValueType.F32, (30 + random.nextInt(30)) * EngineTest.BLOCK)
                                .withSharing(random.nextBoolean())
                                .withHostBlocks(random.nextBoolean() ? 0 : 20))
                .withLoad(load -> load.withStepTokens(4 + random.nextInt(60)).withSequences(3 + random.nextInt(8)))
                .withSpeculation(guess -> random.nextInt(6) == 0
                        ? guess
                        : guess.with(new Draft.Lookup())
                                .withTokens(1 + random.nextInt(5))
                                .withBranches(2));
        try (var engine = Engine.open(model, options)) {
            loadAll(engine);
            List<Heard> together = requests.stream()
                    .map(request -> EngineTest.heard(engine, request))
                    .toList();
            for (int i = 0; i < together.size(); i++) {
                together.get(i).await();
                assertThat(together.get(i).ids())
                        .as("request %d, %s", i, options)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    @Test
    void whatIsComputedWithAnAdapterIsSharedWithItsOwnRequestsOnly() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            loadAll(engine);
            var request = Request.of(new Random(1).ints(100, 1, 257).toArray(), Sampling.greedy(2));
            for (@Nullable String adapter : new @Nullable String[] {null, "adapter0", "adapter1"}) {
                var with = request.withAdapter(adapter);
                assertThat(EngineTest.heard(engine, with).await().cachedTokens())
                        .isZero();
                assertThat(EngineTest.heard(engine, with).await().cachedTokens())
                        .isEqualTo(96);
            }
        }
    }

    @Test
    void anotherAdapterUnderAnOldNameBeginsAnew() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            var request = Request.of(new Random(1).ints(100, 1, 257).toArray(), Sampling.greedy(20));
            engine.adapters().load("other", adapter(1));
            List<Integer> expected = answer(engine, request.withAdapter("other"));
            engine.adapters().load("law", adapter(0));
            assertThat(answer(engine, request.withAdapter("law"))).isNotEqualTo(expected);
            engine.adapters().unload("law");
            engine.adapters().load("law", adapter(1));
            var heard = EngineTest.heard(engine, request.withAdapter("law"));
            assertThat(heard.await().cachedTokens()).isZero();
            assertThat(heard.ids()).containsExactly(expected);
        }
    }

    @Test
    void whoHasAnUnloadedAdapterGoesOnWithIt() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            var request = Request.of(new int[] {7, 8, 9}, EngineTest.endless()).withAdapter("law");
            engine.adapters().load("law", adapter(0));
            List<Integer> expected = answer(engine, request);
            var running = EngineTest.heard(engine, request);
            while (running.tokens() < 3) {
                Thread.onSpinWait();
            }
            assertThat(engine.adapters().list()).singleElement().satisfies(one -> {
                assertThat(one.running()).isEqualTo(1);
                assertThat(one.waiting()).isZero();
            });
            engine.adapters().unload("law");
            assertThat(engine.adapters().list()).isEmpty();
            assertThatThrownBy(() -> EngineTest.heard(engine, request)).isInstanceOf(UnknownAdapterException.class);
            running.await();
            assertThat(running.ids()).containsExactly(expected);
            answer(engine, greedy(1)); // behind it
            assertThat(engine.adapters().bytes()).isZero();
        }
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatAreKnown() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            assertThatThrownBy(() -> EngineTest.heard(engine, greedy(1).withAdapter("law")))
                    .isInstanceOf(UnknownAdapterException.class)
                    .hasMessageContaining("law")
                    .hasMessageContaining("none");
            loadAll(engine);
            assertThatThrownBy(() -> EngineTest.heard(engine, greedy(1).withAdapter("law")))
                    .hasMessageContaining("adapter0, adapter1, adapter2");
            assertThatThrownBy(() -> engine.adapters().unload("law")).isInstanceOf(UnknownAdapterException.class);
            assertThat(answer(engine, greedy(1))).isNotEmpty(); // no place in the queue was lost
        }
    }

    @Test
    void aBadFolderChangesNothing() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            engine.adapters().load("law", adapter(0));
            List<Integer> expected = answer(engine, greedy(1, 2).withAdapter("law"));
            long bytes = engine.adapters().bytes();
            assertThatThrownBy(() -> engine.adapters().load("bad", root.resolve("nowhere")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nowhere");
            assertThatThrownBy(() -> engine.adapters().load("law", adapter(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("unload it first");
            assertThatThrownBy(() -> engine.adapters().load(" ", adapter(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> engine.adapters().load("a\nb", adapter(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(engine.adapters().list())
                    .extracting(Adapters.Loaded::name)
                    .containsExactly("law");
            assertThat(engine.adapters().bytes()).isEqualTo(bytes);
            assertThat(answer(engine, greedy(1, 2).withAdapter("law"))).isEqualTo(expected);
        }
    }

    @Test
    void thereIsRoomForSoManyAndNoMore() {
        try (var engine = Engine.open(model, EngineTest.exact().withAdapters(new AdapterLimits(2, 1 << 20)))) {
            engine.adapters().load("a", adapter(0));
            engine.adapters().load("b", adapter(0));
            assertThatThrownBy(() -> engine.adapters().load("c", adapter(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 adapters")
                    .hasMessageContaining("--max-adapters");
            engine.adapters().unload("a");
            engine.adapters().load("c", adapter(0));
        }
        long one;
        try (var engine = Engine.open(model, EngineTest.exact())) {
            one = engine.adapters().load("a", adapter(0)).bytes();
        }
        try (var engine = Engine.open(model, EngineTest.exact().withAdapters(new AdapterLimits(9, 2 * one - 1)))) {
            engine.adapters().load("a", adapter(0));
            assertThatThrownBy(() -> engine.adapters().load("b", adapter(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("MiB")
                    .hasMessageContaining("--adapter-memory");
            assertThat(engine.adapters().bytes()).isEqualTo(one);
        }
    }

    /// Adapters come and go while two others ask; every answer that is given is the right one.
    @Test
    void adaptersComeAndGoUnderTraffic() throws Exception {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            loadAll(engine);
            List<List<Integer>> expected = new ArrayList<>();
            for (int i = 0; i < POLICIES.size(); i++) {
                expected.add(answer(engine, greedy(5, 6, 7).withAdapter("adapter" + i)));
            }
            var asking = new ArrayList<CompletableFuture<int[]>>();
            for (int user = 0; user < 2; user++) {
                var random = new Random(user);
                asking.add(CompletableFuture.supplyAsync(() -> ask(engine, expected, random)));
            }
            for (int round = 0; round < 40; round++) {
                int which = round % POLICIES.size();
                engine.adapters().unload("adapter" + which);
                engine.adapters().load("adapter" + which, adapter(which));
            }
            for (var one : asking) {
                int[] counts = one.get(60, TimeUnit.SECONDS);
                assertThat(counts[0]).isPositive(); // answered
                assertThat(counts[0] + counts[1]).isEqualTo(60);
            }
            for (int i = 0; i < POLICIES.size(); i++) {
                engine.adapters().unload("adapter" + i);
            }
            answer(engine, greedy(1)); // all that was before it is over
            assertThat(engine.adapters().bytes()).isZero();
        }
    }

    /// {@return how many were answered, and how many found the adapter away}
    private static int[] ask(Engine engine, List<List<Integer>> expected, Random random) {
        int[] counts = new int[2];
        for (int i = 0; i < 60; i++) {
            int which = random.nextInt(POLICIES.size());
            try {
                List<Integer> found = answer(engine, greedy(5, 6, 7).withAdapter("adapter" + which));
                assertThat(found).isEqualTo(expected.get(which));
                counts[0]++;
            } catch (UnknownAdapterException e) {
                counts[1]++;
            }
        }
        return counts;
    }

    /// Memory that is gone stands for whatever goes wrong in the model for one request alone.
    @Test
    void aStepThatFailsEndsThoseToBlameAndNobodyElse() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            loadAll(engine);
            var requests = List.of(
                    Request.of(new int[] {7, 8, 9}, EngineTest.endless()),
                    Request.of(new int[] {7, 8, 9}, EngineTest.endless()).withAdapter("adapter1"),
                    Request.of(new int[] {5}, EngineTest.endless()).withSamples(3));
            List<List<List<Integer>>> expected = new ArrayList<>();
            for (Request request : requests) {
                var alone = EngineTest.heard(engine, request);
                alone.await();
                expected.add(alone.ids());
            }
            engine.adapters().acquire("adapter0").use().close();
            List<Heard> good = requests.stream()
                    .map(request -> EngineTest.heard(engine, request))
                    .toList();
            while (good.getFirst().tokens() < 3) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 3; i++) {
                var bad = EngineTest.heard(engine, greedy(1, 2, 3, i).withAdapter("adapter0"));
                assertThatThrownBy(bad::await).hasCauseInstanceOf(IllegalStateException.class);
            }
            for (int i = 0; i < good.size(); i++) {
                good.get(i).await();
                assertThat(good.get(i).ids()).isEqualTo(expected.get(i));
            }
            assertThat(engine.isAlive()).isTrue();
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    /// Who fails alone, step after step, does not make the engine give up while others are served between.
    @Test
    void anEngineWhoseEveryStepFailsStops() {
        try (var engine = Engine.open(model, EngineTest.exact())) {
            loadAll(engine);
            engine.adapters().acquire("adapter0").use().close();
            for (int i = 0; i < 20; i++) {
                var bad = EngineTest.heard(engine, greedy(1, 2, 3, i).withAdapter("adapter0"));
                assertThatThrownBy(bad::await).hasCauseInstanceOf(IllegalStateException.class);
                assertThat(answer(engine, greedy(1, i))).isNotEmpty();
            }
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            var bad =
                                    EngineTest.heard(engine, greedy(1, 2, 3, i).withAdapter("adapter0"));
                            assertThatThrownBy(bad::await).hasCauseInstanceOf(IllegalStateException.class);
                        }
                    })
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("stopped");
            assertThat(engine.isAlive()).isFalse();
        }
    }

    @Test
    void aClosedEngineLoadsNothing() {
        var engine = Engine.open(model, EngineTest.exact());
        var adapters = engine.adapters();
        adapters.load("law", adapter(0));
        engine.close();
        assertThat(adapters.bytes()).isZero();
        assertThatThrownBy(() -> adapters.load("other", adapter(0))).isInstanceOf(IllegalStateException.class);
        assertThat(Files.isDirectory(adapter(0))).isTrue();
    }
}
