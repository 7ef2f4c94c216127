package dev.mokha.serve.model;

import dev.mokha.language.decoder.Experts;
import dev.mokha.serve.adapter.Site;
import dev.mokha.serve.kernel.Activations;
import dev.mokha.serve.kernel.Activations.Product;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.AdapterProducts.Output;
import dev.mokha.serve.model.FeedForwardWeights.Gated;
import dev.mokha.serve.model.FeedForwardWeights.Mixture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Computes a mixture of experts for all rows of a step: `Σ_e w_e(x) expert_e(x)` over each row's experts
/// ([Shazeer et al. 2017](https://arxiv.org/abs/1701.06538)), and `sigmoid(g x) shared(x)` where there is a
/// shared one, as [dev.mokha.language.decoder.Decoder] does.
///
/// Rows are grouped by expert, so that each expert's weights are read once a step, and not at all where nobody
/// chose it; the products of all experts are one piece of work for the team. A row's parts are added in the
/// order of its experts' numbers, whatever else is in the step.
final class ExpertFeedForward {
    private final RowWork work;
    private final Activations activations;
    private final Activations expertActivations;
    private final GatedFeedForward gated;
    private final Experts shape;
    private final Routes routes;
    private final int hidden;
    private final int scoreWidth;
    private final MemorySegment scores;
    private final MemorySegment shared;
    private final MemorySegment placed;
    private final MemorySegment gateUp;

    /// @param activations of the rows
    /// @param gated computes the shared expert
    ExpertFeedForward(
            RowWork work,
            Activations activations,
            GatedFeedForward gated,
            Experts shape,
            Arithmetic arithmetic,
            int hidden,
            int maxRows,
            Arena arena) {
        this.work = work;
        this.activations = activations;
        this.gated = gated;
        this.shape = shape;
        this.hidden = hidden;
        this.routes = new Routes(shape, maxRows);
        this.scoreWidth = (shape.numExperts() + WeightType.PANEL) / WeightType.PANEL * WeightType.PANEL;
        int inner = shape.moeIntermediateSize();
        int maxPlaces = maxRows * shape.numExpertsPerTok();
        this.expertActivations =
                new Activations(work.kernels(), work.team(), arithmetic, maxPlaces, Math.max(hidden, inner), arena);
        this.scores = arena.allocate(4L * maxRows * scoreWidth, 64);
        this.shared = arena.allocate(shape.sharedExpertIntermediateSize() == 0 ? 0 : 4L * maxRows * hidden, 64);
        this.placed = arena.allocate(4L * maxPlaces * hidden, 64);
        this.gateUp = arena.allocate(8L * maxPlaces * inner, 64);
    }

    /// Adds what the experts make of the rows that the activations hold.
    ///
    /// @param adapters that change the experts
    /// @param x the rows, `[count][hidden]`
    /// @param decoding how many of the rows, the first, continue answers
    /// @param out `[count][hidden]`
    void add(
            Mixture weights,
            AdapterProducts.Mixture adapters,
            MemorySegment x,
            int count,
            int decoding,
            MemorySegment out) {
        activations.multiply(new Product(weights.router(), scores, scoreWidth, false));
        work.each(count, (from, to) -> {
            for (int row = from; row < to; row++) {
                routes.choose(row, RowWork.row(scores, row, scoreWidth));
            }
        });
        routes.place(count);
        Gated everybody = weights.shared();
        if (everybody != null) {
            gated.of(everybody, adapters.shared(x), count, decoding, shared, false);
        }
        experts(weights.experts(), adapters, x, decoding);
        work.each(count, (from, to) -> {
            var sum = new RowSum(hidden);
            for (int row = from; row < to; row++) {
                mix(row, everybody != null, sum, RowWork.row(out, row, hidden));
            }
        });
    }

    /// What each place's expert makes of its row, in `placed`.
    private void experts(List<Gated> experts, AdapterProducts.Mixture adapters, MemorySegment x, int decoding) {
        int inner = shape.moeIntermediateSize();
        int places = routes.places();
        work.each(places, (from, to) -> {
            for (int place = from; place < to; place++) {
                MemorySegment row = RowWork.row(x, routes.row(place), hidden);
                MemorySegment.copy(row, 0, RowWork.row(placed, place, hidden), 0, 4L * hidden);
            }
        });
        var groups = routes.groups(decoding);
        List<Product> inward = new ArrayList<>();
        List<Product> outward = new ArrayList<>();
        for (int expert = 0; expert < experts.size(); expert++) {
            if (groups.get(expert).rows() > 0) {
                Gated own = experts.get(expert);
                int begin = routes.begin(expert);
                MemorySegment gate = RowWork.row(gateUp, begin, 2L * inner);
                inward.add(new Product(expert, own.gate(), gate, 2L * inner, false));
                inward.add(new Product(expert, own.up(), gate.asSlice(4L * inner), 2L * inner, false));
                outward.add(new Product(expert, own.down(), RowWork.row(placed, begin, hidden), hidden, false));
            }
        }
        expertActivations.take(placed, hidden, groups, hidden);
        expertActivations.multiply(inward);
        var gate = new Output(gateUp, 2L * inner);
        var up = new Output(gateUp.asSlice(4L * inner), 2L * inner);
        adapters.add(Site.EXPERT_INPUT, routes, placed, hidden, List.of(gate, up));
        work.siluProduct(gateUp, places, inner);
        expertActivations.take(gateUp, 2L * inner, groups, inner);
        expertActivations.multiply(outward);
        adapters.add(Site.EXPERT_OUTPUT, routes, gateUp, 2L * inner, List.of(new Output(placed, hidden)));
    }

    private void mix(int row, boolean isShared, RowSum sum, MemorySegment out) {
        sum.clear();
        for (int rank = 0; rank < shape.numExpertsPerTok(); rank++) {
            sum.add(routes.weight(row, rank), RowWork.row(placed, routes.place(row, rank), hidden));
        }
        if (isShared) {
            float gate = RowWork.row(scores, row, scoreWidth).getAtIndex(ValueLayout.JAVA_FLOAT, shape.numExperts());
            sum.add((float) (1 / (1 + Math.exp(-gate))), RowWork.row(shared, row, hidden));
        }
        sum.addTo(out);
    }
}
