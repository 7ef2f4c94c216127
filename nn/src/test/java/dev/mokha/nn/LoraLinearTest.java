package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static dev.mokha.nn.Golden.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Adapters against PEFT's (`fixtures/lora`), against their definition written out, and in bfloat16.
class LoraLinearTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root"), "fixtures", "lora");
    private static final LoRA DORA = LoRA.on("proj", 3, 5, 0).withDora();

    @TempDir
    private Path folder;

    private record Model(Params params, List<UnaryOperator<Tensor>> layers) implements AutoCloseable {
        static Model of(PeftFolder peft, DType dtype) {
            Params params = Params.from(
                            Safetensors.open(FIXTURES.resolve("base.safetensors")),
                            Loading.forTraining(Device.CPU).as(dtype))
                    .adapt(peft.lora());
            var layers = new ArrayList<UnaryOperator<Tensor>>();
            for (int i = 0; i < 2; i++) {
                Params at = params.at("layers").at(i).at("self_attn");
                Projection query = at.linear("q_proj", 6, 4, Bias.WITH);
                Projection out = at.linear("o_proj", 4, 6, Bias.WITHOUT);
                layers.add(x -> x.add(out.forward(query.forward(x).tanh())));
            }
            params.finish();
            params.mode(Mode.EVAL);
            peft.into(params);
            return new Model(params, layers);
        }

        Tensor forward(Tensor x) {
            return layers.get(1).apply(layers.get(0).apply(x));
        }

        @Override
        public void close() {
            params.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"dora, FLOAT64, 1e-12", "dora, FLOAT32, 1e-5", "rslora, FLOAT64, 1e-12", "rslora, FLOAT32, 1e-5"})
    void outputsGradientsAndMergedWeightsArePefts(String variant, DType dtype, double tolerance) {
        try (var expected = Safetensors.open(FIXTURES.resolve(variant).resolve("expected.safetensors"));
                var model = Model.of(PeftFolder.open(FIXTURES.resolve(variant)), dtype);
                var _ = Scope.open("test")) {
            Tensor x = expected.tensor("input").to(dtype);
            Tensor output = model.forward(x);
            assertClose(output, expected.tensor("output"), tolerance);
            output.mul(expected.tensor("upstream").to(dtype)).sum().backward();
            int gradients = 0;
            for (String name : expected.names()) {
                if (name.startsWith("gradient.base_model.model.")) {
                    Tensor leaf = model.params.get(name.substring("gradient.base_model.model.".length()));
                    assertClose(grad(leaf), expected.tensor(name), tolerance);
                    gradients++;
                }
            }
            assertThat(gradients).isEqualTo(model.params.trainable().size());
            Map<String, Tensor> merged = model.params.merged();
            assertThat(merged).hasSize(6);
            merged.forEach((name, weight) -> assertClose(weight, expected.tensor("merged." + name), tolerance));
            model.params.adapters().merge();
            assertClose(model.forward(x), expected.tensor("output"), tolerance);
            model.params.adapters().unmerge();
            assertThat(model.forward(x).toDoubles()).containsExactly(output.toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(LoRA.Form.class)
    void whatIsWrittenIsReadBackWithItsFormAndScale(LoRA.Form form) {
        var lora = new LoRA("q_proj|o_proj", 2, 3, 0.1, form, LoRA.Scale.ROOT_OF_RANK);
        try (var params = Params.fresh(1).adapt(lora);
                var again = Params.fresh(2).adapt(lora);
                var rng = new Rng(3);
                var _ = Scope.open("test")) {
            params.linear("q_proj", 6, 4, Bias.WITHOUT);
            again.linear("q_proj", 6, 4, Bias.WITHOUT);
            disturb(params, rng);
            PeftFolder.write(folder, params, "base", "CAUSAL_LM");
            PeftFolder read = PeftFolder.open(folder);
            assertThat(read.lora().form()).isEqualTo(form);
            assertThat(read.lora().scaling()).isCloseTo(3 / Math.sqrt(2), within(1e-12));
            read.into(again);
            params.trainable()
                    .forEach((name, tensor) ->
                            assertThat(again.get(name).toFloats()).as(name).containsExactly(tensor.toFloats()));
        }
    }

    @Test
    void doraBeginsAtTheBaseModelWithTheRowsLengthsAsMagnitude() {
        try (var params = Params.fresh(1).adapt(DORA);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            Projection projection = params.linear("proj", 5, 4, Bias.WITH);
            Tensor x = rng.normal(0, 1, 3, 5);
            assertClose(projection.forward(x), new Linear(projection.weight(), projection.bias()).forward(x), 1e-6);
            double[] magnitude = params.get("proj.lora_magnitude_vector").toDoubles();
            double[] weight = projection.weight().toDoubles();
            for (int row = 0; row < 4; row++) {
                double sum = 0;
                for (int i = 0; i < 5; i++) {
                    sum += weight[5 * row + i] * weight[5 * row + i];
                }
                assertThat(magnitude[row]).isCloseTo(Math.sqrt(sum), within(1e-7));
            }
        }
    }

    @Test
    void doraWithDropoutIsTheBaseOnAllOfTheInputAndTheChangeOnWhatIsKept() {
        try (var params = Params.fresh(1).adapt(LoRA.on("proj", 3, 5, 0.4).withDora());
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            Projection projection = params.linear("proj", 5, 4, Bias.WITH);
            disturb(params, rng);
            Tensor x = rng.normal(0, 1, 3, 5);
            byte[] state = params.rng().state();
            Tensor found = projection.forward(x);
            params.rng().restore(state);
            Tensor kept = params.dropout(0.4).forward(x);
            assertThat(kept.toFloats()).isNotEqualTo(x.toFloats());
            Tensor merged = params.merged().get("proj.weight");
            Tensor change = Objects.requireNonNull(merged).sub(projection.weight());
            Tensor expected = new Linear(projection.weight(), projection.bias())
                    .forward(x)
                    .add(Functional.linear(kept, change, null));
            assertClose(found, expected, 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(LoRA.Form.class)
    void inBfloat16OutputsAndGradientsStayCloseAndTheMagnitudeKeepsItsDigits(LoRA.Form form) {
        var lora = new LoRA("proj", 3, 5, 0, form, LoRA.Scale.RANK);
        try (var params = Params.fresh(1).adapt(lora);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            Projection projection = params.linear("proj", 16, 8, Bias.WITH);
            if (form == LoRA.Form.DORA) {
                // halfway between two numbers of bfloat16: rounded there, a third of the change would be lost
                params.get("proj.lora_magnitude_vector").mulInPlace(1.0117);
                Tensor x = rng.normal(0, 1, 64, 16);
                Tensor lower;
                try (var _ = Autocast.bfloat16(Device.CPU)) {
                    lower = projection.forward(x).to(DType.FLOAT32).detach();
                }
                Tensor base = new Linear(projection.weight(), projection.bias()).forward(x);
                double ratio =
                        lower.mul(base).sum().item() / base.square().sum().item();
                assertThat(ratio).isCloseTo(1.0117, within(1.5e-3));
            }
            disturb(params, rng);
            Tensor x = rng.normal(0, 1, 4, 16);
            Tensor full = projection.forward(x);
            full.square().sum().backward();
            Map<String, double[]> exact = new LinkedHashMap<>();
            params.trainable().forEach((name, tensor) -> {
                exact.put(name, grad(tensor).toDoubles());
                tensor.clearGrad();
            });
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                Tensor lower = projection.forward(x);
                assertThat(lower.dtype()).isEqualTo(DType.BFLOAT16);
                assertClose(lower.to(DType.FLOAT32), full, 0.02);
                lower.to(DType.FLOAT32).square().sum().backward();
            }
            exact.forEach((name, gradient) -> assertClose(grad(params.get(name)), gradient, 0.03));
        }
    }

    @Test
    void withAdaptersOffTheModelIsTheOneThatWasAdapted() {
        try (var params = Params.fresh(1).adapt(DORA);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            Projection projection = params.linear("proj", 5, 4, Bias.WITH);
            disturb(params, rng);
            Tensor x = rng.normal(0, 1, 3, 5);
            float[] adapted = projection.forward(x).toFloats();
            float[] base = new Linear(projection.weight(), projection.bias())
                    .forward(x)
                    .toFloats();
            try (var _ = params.adapters().off()) {
                assertThat(projection.forward(x).toFloats()).containsExactly(base);
            }
            assertThat(projection.forward(x).toFloats())
                    .containsExactly(adapted)
                    .isNotEqualTo(base);
        }
    }

    @Test
    void targetsThatMatchNothingAreToldWithWhatThereIs() {
        try (var params = Params.fresh(1).adapt(LoRA.on("querry", 2, 4, 0))) {
            params.at("layers.0.attention").linear("query", 4, 4, Bias.WITH);
            params.at("layers.0.attention").linear("key", 4, 4, Bias.WITH);
            assertThatThrownBy(params::finish)
                    .hasMessage("LoRA's targets 'querry' match no projection; there are query, key, as in"
                            + " layers.0.attention.query");
        }
    }

    private static void disturb(Params params, Rng rng) {
        params.trainable().values().forEach(tensor -> tensor.addInPlace(rng.normal(0, 0.5, tensor.shape()), 1));
    }
}
