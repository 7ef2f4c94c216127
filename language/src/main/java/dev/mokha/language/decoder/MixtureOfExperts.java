package dev.mokha.language.decoder;

import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A feed-forward layer of many blocks of which each token passes a few,
/// [Shazeer et al. 2017](https://arxiv.org/abs/1701.06538), as in Mixtral
/// ([Jiang et al. 2024, §2.1](https://arxiv.org/abs/2401.04088)): `Σ_e w_e(x) expert_e(x)` over the experts
/// that the [Router] chooses. Where there is a shared one, `sigmoid(g x) shared(x)` is added.
///
/// Tokens are grouped by expert, so that an expert is one product over all of its own; an expert that nobody
/// chose costs nothing, and has no gradient.
final class MixtureOfExperts implements FeedForward {
    private final Router router;
    private final List<GatedMlp> experts = new ArrayList<>();
    private final @Nullable GatedMlp shared;
    private final @Nullable Projection sharedGate;

    /// @param params at the layer's block
    MixtureOfExperts(int hidden, Experts shape, Family family, Params params) {
        this.router = new Router(shape, hidden, params);
        var each = new GatedMlp.Shape(hidden, shape.moeIntermediateSize(), false);
        for (int i = 0; i < shape.numExperts(); i++) {
            experts.add(new GatedMlp(
                    each, family.expertNames(), params.at("experts").at(i)));
        }
        int inner = shape.sharedExpertIntermediateSize();
        this.shared = inner == 0
                ? null
                : new GatedMlp(
                        new GatedMlp.Shape(hidden, inner, false), GatedMlp.Names.USUAL, params.at("shared_expert"));
        this.sharedGate = inner == 0 ? null : params.linear("shared_expert_gate", hidden, 1, false);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return forward(x, pass.balance());
    }

    /// @param x `[batch, time, hidden]`
    /// @param balance to which the layer is added; null for nothing
    /// @return `[batch, time, hidden]`
    Tensor forward(Tensor x, @Nullable LoadBalance balance) {
        Tensor rows = x.flatten(0, 1); // [tokens, hidden]
        Router.Routes routes = router.route(rows);
        if (balance != null) {
            balance.add(routes);
        }
        Tensor mixed = mixed(rows, routes);
        if (shared != null && sharedGate != null) {
            mixed = mixed.add(sharedGate.forward(rows).sigmoid().mul(shared.forward(rows)));
        }
        return mixed.view(x.shape());
    }

    /// @param rows `[tokens, hidden]`
    /// @return `[tokens, hidden]`
    private Tensor mixed(Tensor rows, Router.Routes routes) {
        var groups = Groups.of(routes.chosen(), experts.size());
        Tensor weights = routes.weights().flatten(0, 1).unsqueeze(1); // [tokens · chosen, 1]
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < experts.size(); i++) {
            int from = groups.begins[i];
            int count = groups.begins[i + 1] - from;
            if (count > 0) {
                Tensor own = groups.tokens.narrow(0, from, count);
                Tensor places = groups.places.narrow(0, from, count);
                Tensor output = experts.get(i).forward(rows.indexSelect(0, own)); // [count, hidden]
                outputs.add(output.mul(weights.indexSelect(0, places)));
            }
        }
        Tensor all = Tensors.cat(outputs, 0); // [tokens · chosen, hidden], by expert
        return Tensors.zerosLike(rows).indexAdd(0, groups.tokens, all.to(rows.dtype()));
    }

    /// The choices sorted by expert.
    private static final class Groups {
        /// Where each expert's begin, and where the last ones end.
        private final int[] begins;

        /// The tokens of all, `[tokens · chosen]`.
        private final Tensor tokens;

        /// Which of the choices they are, `[tokens · chosen]`.
        private final Tensor places;

        private Groups(int[] begins, Tensor tokens, Tensor places) {
            this.begins = begins;
            this.tokens = tokens;
            this.places = places;
        }

        /// @param chosen `[tokens, chosen]`
        static Groups of(Tensor chosen, int experts) {
            int perToken = (int) chosen.size(1);
            long[] all = chosen.toLongs(); // one copy to the host a layer: which experts run is decided there
            int[] begins = new int[experts + 1];
            for (long expert : all) {
                begins[(int) expert + 1]++;
            }
            for (int i = 0; i < experts; i++) {
                begins[i + 1] += begins[i];
            }
            int[] next = begins.clone();
            long[] tokens = new long[all.length];
            long[] places = new long[all.length];
            for (int place = 0; place < all.length; place++) {
                int at = next[(int) all[place]]++;
                tokens[at] = place / perToken;
                places[at] = place;
            }
            return new Groups(
                    begins,
                    Tensors.of(tokens, tokens.length).to(chosen.device()),
                    Tensors.of(places, places.length).to(chosen.device()));
        }
    }
}
