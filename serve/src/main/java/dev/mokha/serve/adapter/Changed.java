package dev.mokha.serve.adapter;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.nn.PeftFolder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A projection that an adapter changes.
///
/// @param spot where it is
/// @param projection which of the site's
/// @param a `[rank, inputs]`
/// @param b `[outputs, rank]`
record Changed(Spot spot, int projection, StoredMatrix a, StoredMatrix b) {
    private static final String GATE_UP = "gate_up_proj";
    private static final String DOWN = "down_proj";

    /// {@return what an adapter changes there; nothing where it does not}
    static Optional<Changed> of(PeftFolder peft, DecoderConfig config, Spot spot, int projection) {
        Site site = spot.site();
        String path = site.path(config, spot.layer(), spot.expert(), projection);
        int rank = peft.lora().rank();
        int inputs = site.inputs(config);
        int outputs = site.outputs(config, projection);
        if (peft.lora().covers(path)) {
            return Optional.of(new Changed(
                    spot,
                    projection,
                    StoredMatrix.whole(PeftFolder.nameOfA(path), rank, inputs),
                    StoredMatrix.whole(PeftFolder.nameOfB(path), outputs, rank)));
        }
        @Nullable Experts experts = config.experts();
        if (experts == null || (site != Site.EXPERT_INPUT && site != Site.EXPERT_OUTPUT)) {
            return Optional.empty();
        }
        return ofAll(peft, spot, projection, new Shape(rank, inputs, outputs, experts.numExperts()));
    }

    private record Shape(int rank, int inputs, int outputs, int experts) {}

    /// Where experts are one tensor, as in transformers 5, PEFT wraps their module once for each tensor that
    /// it changes, the first inside the second; gate and up are one tensor, and one product, of outputs one
    /// behind the other.
    private static Optional<Changed> ofAll(PeftFolder peft, Spot spot, int projection, Shape shape) {
        boolean input = spot.site() == Site.EXPERT_INPUT;
        String module = "model.layers." + spot.layer() + ".mlp.experts";
        if (!covers(peft, module, input ? GATE_UP : DOWN)) {
            return Optional.empty();
        }
        String path = input && covers(peft, module, DOWN) ? module + ".base_layer" : module;
        int all = shape.rank * shape.experts;
        StoredMatrix a = StoredMatrix.whole(PeftFolder.nameOfA(path), all, shape.inputs)
                .rows(spot.expert() * shape.rank, shape.rank);
        StoredMatrix b = StoredMatrix.whole(PeftFolder.nameOfB(path), (input ? 2 : 1) * shape.outputs, all)
                .rows(projection * shape.outputs, shape.outputs)
                .columns(spot.expert(), shape.experts);
        return Optional.of(new Changed(spot, projection, a, b));
    }

    private static boolean covers(PeftFolder peft, String module, String parameter) {
        String path = "." + module + "." + parameter;
        return peft.parameters().stream().anyMatch(one -> path.endsWith("." + one));
    }

    Site site() {
        return spot.site();
    }
}
